import { describe, expect, it } from "vitest";
import { acceptedToken, joinedToken, NO_TOKEN } from "../../../src/evidence/payload/mptcp-options.ts";
import { fromHex } from "../../../src/testing/builders/byte-writer.ts";

/** Maximum segment size, SACK and two timestamps, as usual before the other options in a SYN. */
const USUAL = "020405b4 0402 080a0000000100000002";
const KEY = "0102030405060708";

type Read = (bytes: Uint8Array, offset: number, end: number) => number;

/** Returns the result of `read` for options within other bytes. */
function from(read: Read, hex: string): number {
  const options = fromHex(hex);
  const bytes = new Uint8Array(options.length + 20).fill(30);
  bytes.set(options, 7);
  return read(bytes, 7, 7 + options.length);
}

describe("the token of a multipath TCP session", () => {
  it("is the beginning of a hash of the server's key: SHA-256, or SHA-1 in version 0", () => {
    expect(from(acceptedToken, `1e0c 0101 ${KEY}`)).toBe(0x66840dda);
    expect(from(acceptedToken, `1e0c 0001 ${KEY}`)).toBe(0xdd5783bc);
    expect(from(acceptedToken, `${USUAL} 1e0c 0101 ${KEY}`)).toBe(0x66840dda);
    expect(from(acceptedToken, `0101 1e0c 0101 ${KEY} 00`)).toBe(0x66840dda);
  });

  it("is read from a SYN that joins the session", () => {
    expect(from(joinedToken, "1e0c 1002 f0dec0de 09080706")).toBe(0xf0dec0de);
    expect(from(joinedToken, `${USUAL} 01 1e0c 1102 f0dec0de 09080706 01`)).toBe(0xf0dec0de);
  });

  it.each([
    ["no options", ""],
    ["other options", USUAL],
    ["a SYN's MP_CAPABLE, which has no key", "1e04 0181"],
    ["an unknown version", `1e0c 0201 ${KEY}`],
    ["a truncated option", "1e0c 0101 01020304"],
    ["the response to an MP_JOIN", "1e10 1002 0102030405060708 09080706"],
    ["an option after the end of options", `00 1e0c 0101 ${KEY}`],
    ["an option without a length", `0200 1e0c 0101 ${KEY}`],
    ["an option that is only its kind", "1e"],
  ])("is not read from %s", (_, hex) => {
    expect(from(acceptedToken, hex)).toBe(NO_TOKEN);
    expect(from(joinedToken, hex)).toBe(NO_TOKEN);
  });

  it("is not read from the other kind of segment", () => {
    expect(from(joinedToken, `1e0c 0101 ${KEY}`)).toBe(NO_TOKEN);
    expect(from(acceptedToken, "1e0c 1002 f0dec0de 09080706")).toBe(NO_TOKEN);
  });
});
