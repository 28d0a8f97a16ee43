import { describe, expect, it } from "vitest";
import { readCryptoFrames } from "../../../src/evidence/payload/quic-crypto-frames.ts";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";

/** Position and bytes of each part. */
function read(text: string) {
  const frames = fromHex(text);
  const parts: string[] = [];
  readCryptoFrames(frames, (position, offset, end) => {
    parts.push(`${position}:${Buffer.from(frames.subarray(offset, end)).toString("hex")}`);
  });
  return parts;
}

describe("frames of a QUIC Initial", () => {
  it("contain parts of the handshake in any order", () => {
    expect(read("06 05 02 aabb  06 4000 4001 cc")).toEqual(["5:aabb", "0:cc"]);
  });

  it("can be mixed with padding, pings and acknowledgements", () => {
    expect(
      read(`
        000000 01
        02 05 4010 00 03
        06 00 01 aa
        02 4005 00 01 01 02 03     # one more range: gap 2, length 3
        03 05 00 01 00 02 03 40ff 01 02
        00 06 01 01 bb 0000
      `),
    ).toEqual(["0:aa", "1:bb"]);
  });

  it("can be empty", () => {
    expect(read("06 03 00")).toEqual(["3:"]);
    expect(read("")).toEqual([]);
  });

  it.each([
    ["a CONNECTION_CLOSE frame", "1c 00 00 00"],
    ["a STREAM frame", "08 00 00"],
    ["a frame with a type of two bytes", "4006 00 01"],
    ["a CRYPTO frame beyond the packet's end", "06 00 09 aa"],
    ["a CRYPTO frame without a length", "06 00"],
    ["an ACK frame with more ranges than there are", "02 05 00 bfffffff 00 01 01"],
  ])("end at %s", (_, frame) => {
    expect(read(`06 00 01 aa ${frame}`)).toEqual(["0:aa"]);
  });

  it("end after more than any client sends", () => {
    const frames = concatBytes(
      ...Array.from({ length: 600 }, (_, i) => fromHex(i % 2 === 0 ? "01" : "060000")),
    );
    let parts = 0;
    readCryptoFrames(frames, () => {
      parts++;
    });
    expect(parts).toBe(256);
  });
});
