/**
 * The truncation sweep: every packet of the catalogue at every length, truncated by the snaplen and shortened on the wire.
 * Decoding never throws, never reads past the end, and reports the right weird.
 */
import { describe, expect, it } from "vitest";
import { LinkType } from "../../../src/net/link-types.ts";
import { PacketClass } from "../../../src/packets/decode/weirds.ts";
import { type CaptureOptions, decodeBytes } from "../../support/decode-built.ts";
import { OUTER4, OUTER6 } from "./catalogue-packet.ts";
import { CATALOGUE, type CataloguePacket } from "./packet-catalogue.ts";

const OUTER_ADDRESSES = [OUTER4.source, OUTER6.source.replace("::", ":0:0:0:0:")];

/** Decodes twice with different bytes after the end: a read past it would change some field. */
function decodeAtEnd(linkType: number, bytes: Uint8Array, options: CaptureOptions) {
  const one = decodeBytes(linkType, bytes, { ...options, junk: 0x00 });
  const two = decodeBytes(linkType, bytes, { ...options, junk: 0xff });
  const three = decodeBytes(linkType, bytes, { ...options, junk: 0x45 });
  expect(JSON.stringify(two.out)).toBe(JSON.stringify(one.out));
  expect(JSON.stringify(three.out)).toBe(JSON.stringify(one.out));
  expect(one.out.payloadEnd).toBeLessThanOrEqual(5 + (options.cutTo ?? bytes.length));
  expect(one.out.payloadOffset).toBeLessThanOrEqual(one.out.payloadEnd);
  return one;
}

describe.each(CATALOGUE)("the packet $name", (entry) => {
  const { packet, linkType: override, expected } = entry;
  const whole = packet.build();
  const linkType = override ?? packet.linkType;
  const isDecoded = /^(tcp|udp) /.test(expected);
  const fullClass = decodeBytes(linkType, whole).packetClass;

  it("is decoded, or reported as truncated by the snaplen, at every length", () => {
    for (let cutTo = 0; cutTo < whole.length; cutTo++) {
      const decoded = decodeAtEnd(linkType, whole, { cutTo });
      // In an NFLOG message the packet can be complete and only what follows it truncated.
      const isCut = cutTo < whole.length - (entry.frameCheckLength ?? 0) ? 1 : 0;
      if (linkType !== LinkType.NFLOG) expect(decoded.out.cutBySnaplen, `at ${cutTo}`).toBe(isCut);
      const allowed = [PacketClass.SNAPLEN_CUT, fullClass, ...classesOnTheWay(linkType, entry)];
      expect(allowed, `${decoded.weird} at ${cutTo}`).toContain(decoded.packetClass);
      if (decoded.packetClass === PacketClass.DECODED && isDecoded) {
        expect(isSameOrOuter(decoded.summary, expected), `${decoded.summary} at ${cutTo}`).toBe(true);
      }
    }
  });

  it("is decoded at all lengths above the first at which it is decoded", () => {
    let isReached = false;
    for (let cutTo = 0; cutTo <= whole.length; cutTo++) {
      const isHere = decodeBytes(linkType, whole, { cutTo }).packetClass === PacketClass.DECODED;
      if (isReached) expect(isHere, `at ${cutTo}`).toBe(true);
      isReached ||= isHere;
    }
    expect(isReached).toBe(isDecoded);
  });

  it("is decoded, or malformed, if shortened on the wire to any length", () => {
    for (let length = 0; length < whole.length; length++) {
      const decoded = decodeAtEnd(linkType, whole.slice(0, length), {});
      expect(decoded.out.cutBySnaplen === 0 || linkType === LinkType.NFLOG, `at ${length}`).toBe(true);
      const allowed = [PacketClass.MALFORMED, fullClass, ...classesOnTheWay(linkType, entry)];
      if (linkType === LinkType.NFLOG) allowed.push(PacketClass.SNAPLEN_CUT);
      expect(allowed, `${decoded.weird} at ${length}`).toContain(decoded.packetClass);
    }
  });
});

/** Other valid results for a beginning: a private link type before its header is complete, an NFLOG message without packet. */
function classesOnTheWay(linkType: number, { name, expected }: CataloguePacket): number[] {
  if (linkType === LinkType.USER2) return [PacketClass.UNSUPPORTED_LINK_TYPE];
  if (linkType === LinkType.NFLOG) return [PacketClass.NON_IP];
  // L2TPv3's header does not state where its frame begins: without the frame there is none.
  return expected === "icmp" || name.startsWith("l2tpv3") ? [PacketClass.OTHER_IP] : [];
}

/** A tunnel in UDP is the outer UDP packet until the inner ports are present. */
function isSameOrOuter(summary: string, expected: string): boolean {
  return summary === expected || OUTER_ADDRESSES.some((address) => summary.includes(address));
}
