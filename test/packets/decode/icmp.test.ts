/** ICMP "unreachable": the codes that count, and conditions for the quoted packet. */
import { describe, expect, it } from "vitest";
import { LinkType } from "../../../src/net/link-types.ts";
import { DecodedPacket } from "../../../src/packets/decode/decoded-packet.ts";
import { decodeUnreachable, unreachableName } from "../../../src/packets/decode/icmp.ts";
import { decodePacket } from "../../../src/packets/decode/packet-decoder.ts";
import { weirdName } from "../../../src/packets/decode/weirds.ts";

// fixtures/lab/fault-prohibited.pcapng: a router (nftables) rejects a SYN to 5223 with ICMP 3/13.
const REAL = Uint8Array.from([
  ...[0x45, 0xc0, 0x00, 0x58, 0x03, 0x66, 0x00, 0x00, 0x40, 0x01, 0x5e, 0xe7], // IPv4, 88 bytes, ICMP
  ...[10, 77, 1, 254, 10, 77, 1, 1], // from the router to the client
  ...[0x03, 0x0d, 0x28, 0x79, 0x00, 0x00, 0x00, 0x00], // type 3, code 13
  ...[0x45, 0x00, 0x00, 0x3c, 0x21, 0x8f, 0x40, 0x00, 0x3f, 0x06, 0xee, 0xd5], // quoted: IPv4, TCP
  ...[10, 77, 1, 1, 17, 249, 14, 17], // from the client to the courier
  ...[0xcc, 0x86, 0x14, 0x67, 0xe4, 0x52, 0x52, 0x3d], // port 52358 to 5223, sequence number
  ...[0x00, 0x00, 0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, 0x32, 0x2f, 0x00, 0x00],
  ...[0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a, 0x42, 0xe3, 0x95, 0x24, 0x00, 0x00, 0x00, 0x00],
  ...[0x01, 0x03, 0x03, 0x0a],
]);
const OUTER_LENGTH = 20;
const QUOTE = OUTER_LENGTH + 8;

function decode(bytes: Uint8Array): { code: number; quoted: DecodedPacket; weird: string } {
  const outer = new DecodedPacket();
  const quoted = new DecodedPacket();
  const weird = decodePacket(LinkType.RAW, bytes, 0, bytes.length, bytes.length, 0, outer);
  const code = decodeUnreachable(bytes, outer.nextOffset, outer.nextEnd, outer, quoted);
  return { code, quoted, weird: weirdName(weird) };
}

function changed(...changes: readonly (readonly [at: number, value: number])[]): Uint8Array {
  const bytes = Uint8Array.from(REAL);
  for (const [at, value] of changes) bytes[at] = value;
  return bytes;
}

describe("an ICMP error", () => {
  it("quotes the packet that was not delivered", () => {
    const { code, quoted, weird } = decode(REAL);
    expect(weird).toBe("icmp");
    expect(unreachableName(code)).toBe("ICMP 3/13, communication administratively prohibited");
    expect(quoted).toMatchObject({
      ipVersion: 4,
      protocol: 6,
      sourceOffset: QUOTE + 12,
      destinationOffset: QUOTE + 16,
      sourcePort: 52_358,
      destinationPort: 5223,
      transportOffset: QUOTE + 20,
    });
  });

  it.each<[string, Uint8Array]>([
    ["of another type", changed([OUTER_LENGTH, 11])],
    ["about packet size", changed([OUTER_LENGTH + 1, 4])],
    ["with an undefined code", changed([OUTER_LENGTH + 1, 16])],
    ["to a host other than the packet's sender", changed([19, 2])],
    ["that quotes another version of IP", changed([QUOTE, 0x65])],
    ["that quotes a header too short to be one", changed([QUOTE, 0x44])],
    ["that quotes a header longer than the quote", changed([QUOTE, 0x4f], [3, 68])],
    ["that quotes a later fragment", changed([QUOTE + 7, 1])],
    ["that quotes neither TCP nor UDP", changed([QUOTE + 9, 1])],
  ])("%s is ignored", (_, bytes) => {
    expect(decode(bytes).code).toBe(0);
  });

  it("truncated before the ports and the sequence number is ignored", () => {
    for (let length = OUTER_LENGTH; length < REAL.length; length++) {
      const bytes = REAL.slice(0, length);
      bytes[3] = length;
      expect(decode(bytes).code === 0, `${length} bytes`).toBe(length < QUOTE + 28);
    }
  });
});

describe("ICMP codes", () => {
  it("have names, or their number if unassigned", () => {
    expect(unreachableName(1 + 3)).toBe("ICMP 3/3, port unreachable");
    expect(unreachableName(33 + 1)).toBe("ICMPv6 1/1, communication administratively prohibited");
    expect(unreachableName(33 + 9)).toBe("ICMPv6 1/9, code not assigned");
  });
});
