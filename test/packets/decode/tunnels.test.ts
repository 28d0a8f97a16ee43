/** Packets inside packets: GRE, PPTP, AH, IP in IP, Teredo. */
import { describe, expect, it } from "vitest";
import { FragmentKind } from "../../../src/packets/decode/decoded-packet.ts";
import { PacketClass } from "../../../src/packets/decode/weirds.ts";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { addressText, decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY, IPV6_UDP, IPV6_UDP_SUMMARY } from "../../support/real-packets.ts";

const RAW = 101;
const OUTER = { source: "203.0.113.1", destination: "203.0.113.2" };

/** An IPv4 header of 20 bytes before `length` bytes of a protocol. */
function ipv4Header(protocol: string, length: number): Uint8Array {
  const total = (20 + length).toString(16).padStart(4, "0");
  return fromHex(`4500 ${total} 0001 0000 40 ${protocol} 0000 cb00 7101 cb00 7102`);
}

describe("a GRE packet", () => {
  const gre = () => packet().ipv4(OUTER);

  it.each([
    ["0000 0800", "nothing optional"],
    ["8000 0800 0000 0000", "checksum"],
    ["2000 0800 0000 0007", "key"],
    ["1000 0800 0000 0001", "sequence"],
    ["b000 0800 0000 0000 0000 0007 0000 0001", "all three"],
  ])("%s leads to IPv4 (%s)", (hex) => {
    const header = fromHex(hex);
    const outer = ipv4Header("2f", header.length + IPV4_UDP.length);
    expect(decodeBytes(RAW, concatBytes(outer, header, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it.each([
    ["source routes", 0x4000, "bad_gre_header"],
    ["a version that does not exist", 0x0002, "bad_gre_header"],
    ["PPTP without a key", 0x1001, "bad_gre_header"],
    ["PPTP with a checksum", 0xb001, "bad_gre_header"],
    ["PPTP with another protocol", 0x3001, "bad_gre_header"],
  ])("is malformed with %s", (_name, flags, weird) => {
    const decoded = decodeBuilt(gre().gre({ flags }).ipv4().tcp());
    expect(decoded.weird).toBe(weird);
    expect(decoded.packetClass).toBe(PacketClass.MALFORMED);
  });

  it.each([
    ["a keep-alive", gre().gre({ protocol: 0 })],
    ["mirrored Ethernet", gre().gre({ protocol: 0x88be }).payload(60)],
    ["ARP in its Ethernet", gre().gre().ethernet().arp()],
    ["LLDP in its Ethernet", gre().gre().ethernet({ etherType: 0x88cc }).payload(40)],
    ["an LLC frame in its Ethernet", gre().gre().ethernet({ isLength: true }).llc(0x42, 0x42).payload(40)],
    ["LCP in its PPP", gre().pptp().ppp({ protocol: 0xc021 }).payload(8)],
    ["encrypted PPP", gre().pptp().ppp({ protocol: 0x00fd }).payload(8)],
    ["a PPTP acknowledgment", gre().pptp({ acknowledgment: 5 })],
    ["a pseudowire", gre().gre().mpls(16).payload(20)],
  ])("with %s is counted as IP without ports, not as non-IP", (_name, built) => {
    const decoded = decodeBuilt(built);
    expect(decoded.weird).toBe("gre_without_ip");
    expect(decoded.packetClass).toBe(PacketClass.OTHER_IP);
    expect(decoded.out.ipVersion).toBe(4);
  });

  it("ends the payload of PPTP at its length", () => {
    const inner = packet()
      .ppp({ isFramed: true })
      .ipv4({ totalLength: 0 })
      .udp({ length: 0 })
      .payload(9)
      .build();
    const built = gre()
      .pptp({ sequence: 1, payloadLength: inner.length - 4 })
      .payload(inner);
    expect(decodeBuilt(built).payload.length).toBe(5);
  });
});

describe("an AH header", () => {
  it("is skipped by its length in words minus two (RFC 4302)", () => {
    const header = fromHex(`
      11 04 0000                          # UDP | 4 + 2 words of 4 bytes
      0000 0100 0000 0001                 # index, sequence
      0102 0304 0506 0708 090a 0b0c       # integrity check
    `);
    const ip = ipv4Header("33", header.length + 13);
    expect(decodeBytes(RAW, concatBytes(ip, header, IPV4_UDP.subarray(20))).summary).toBe(
      "udp 203.0.113.1 50000 > 203.0.113.2 5223",
    );
  });

  it("leads to tunnels, ESP, and in IPv6 to further extension headers", () => {
    expect(decodeBuilt(packet().ipv4(OUTER).ah().ipv6().udp()).weird).toBe("none");
    expect(decodeBuilt(packet().ipv6().ah().extension(60).fragment({ more: true }).tcp()).out.fragment).toBe(
      FragmentKind.FIRST,
    );
    expect(decodeBuilt(packet().ipv4(OUTER).ah().extension(60).tcp()).weird).toBe("other_ip_protocol");
  });

  it("is malformed with a length below the minimum", () => {
    expect(decodeBuilt(packet().ipv4().ah(0).tcp()).weird).toBe("bad_ah_length");
    expect(decodeBuilt(packet().ipv4().ah(1).tcp()).weird).toBe("none");
  });
});

describe("IP in IP", () => {
  it("gives the inner addresses and ports", () => {
    expect(decodeBytes(RAW, concatBytes(ipv4Header("04", IPV4_UDP.length), IPV4_UDP)).summary).toBe(
      IPV4_UDP_SUMMARY,
    );
    expect(decodeBytes(RAW, concatBytes(ipv4Header("29", IPV6_UDP.length), IPV6_UDP)).summary).toBe(
      IPV6_UDP_SUMMARY,
    );
  });

  it("reports an error in the inner header, and keeps the outer one", () => {
    const bad = decodeBuilt(packet().ipv4(OUTER).ipv4({ version: 5 }).tcp());
    expect(bad.weird).toBe("bad_ip_version");
    expect(bad.out).toMatchObject({ ipVersion: 4, protocol: 4 });
    expect(addressText(bad.bytes, bad.out.sourceOffset, 4)).toBe("203.0.113.1");
    expect(
      decodeBuilt(
        packet()
          .ipv4({ ...OUTER, protocol: 41 })
          .payload(10),
      ).weird,
    ).toBe("truncated_ipv6_header");
    expect(decodeBuilt(packet().ipv4(OUTER).ipv4().icmp()).weird).toBe("icmp");
  });

  it("remains a later fragment in a later fragment", () => {
    for (const protocol of [4, 41, 47, 51]) {
      const inner = packet().ipv4().tcp().build();
      const decoded = decodeBuilt(
        packet()
          .ipv4({ ...OUTER, protocol, fragmentOffset: 8 })
          .payload(inner),
      );
      expect(decoded.weird).toBe("fragment_without_first");
      expect(decoded.out.fragment).toBe(FragmentKind.LATER);
    }
  });

  it("has the inner ports and the outer fragment key in a first fragment", () => {
    const { summary, out, bytes } = decodeBuilt(
      packet()
        .ipv4({ ...OUTER, moreFragments: true, id: 7 })
        .gre()
        .ipv4({ totalLength: 1400 })
        .udp({ length: 1380 }),
    );
    expect(summary).toBe("udp 192.0.2.1 49200 > 198.51.100.2 443");
    expect(out).toMatchObject({ fragment: FragmentKind.FIRST, fragmentId: 7, fragmentProtocol: 47 });
    expect(addressText(bytes, out.fragmentSourceOffset, 4)).toBe("203.0.113.1");
  });
});

describe("Teredo", () => {
  const udp = () => packet().ethernet().ipv4(OUTER).udp({ sourcePort: 51_413, destinationPort: 3544 });
  const OUTER_SUMMARY = "udp 203.0.113.1 51413 > 203.0.113.2 3544";
  const INNER_SUMMARY = "tcp 2001:db8:0:0:0:0:0:1 49200 > 2001:db8:0:0:0:0:0:2 443";

  it("is decoded to IPv6 after either indication (RFC 4380, 5.1.1)", () => {
    const authentication = { idLength: 0, valueLength: 0 };
    for (const fields of [{}, { hasOrigin: true }, { authentication }, { authentication, hasOrigin: true }]) {
      expect(decodeBuilt(udp().teredo(fields).ipv6().tcp()).summary).toBe(INNER_SUMMARY);
    }
    const origin = fromHex("0000 3c2a 3580 7afe"); // indicator | port, address: all bits inverted
    const payload = concatBytes(origin, IPV6_UDP);
    expect(decodeBuilt(udp().payload(payload)).summary).toBe(IPV6_UDP_SUMMARY);
  });

  it.each([
    ["no payload", udp()],
    ["other data", udp().payload("apple")],
    ["data that resembles IPv6", udp().payload([0x60, ...new Uint8Array(60)])],
    ["a length that does not match", udp().ipv6({ payloadLength: 500 }).tcp().padding(6)],
    ["a bubble", udp().ipv6()],
    ["ICMPv6", udp().ipv6().icmp(58)],
    ["a malformed inner header", udp().ipv6().tcp({ headerWords: 3 })],
    ["a later inner fragment", udp().ipv6().fragment({ offset: 8, id: 9, nextHeader: 17 }).payload(16)],
    [
      "nested packets in the inner packet",
      udp().ipv6().extension(60).ipv6().extension(60).ipv6({ version: 3 }).tcp(),
    ],
    ["an authentication longer than the payload", udp().payload([0, 1, 255, 255, ...new Uint8Array(60)])],
    ["an origin indication and nothing after it", udp().payload([0, 0, 1, 2, 3, 4, 5, 6])],
  ])("with %s is the outer UDP packet, unchanged", (_name, built) => {
    const decoded = decodeBuilt(built);
    expect(decoded.summary).toBe(OUTER_SUMMARY);
    // The same packet to another port, which is not examined.
    const bytes = built.build();
    bytes.set([0x0d, 0xd9], 14 + 20 + 2);
    const plain = decodeBytes(1, bytes);
    expect({ ...decoded.out, destinationPort: 3545, tunnels: 0 }).toEqual({ ...plain.out });
  });

  it("keeps the outer fragment key if the inner packet fails", () => {
    const built = packet()
      .ipv4({ ...OUTER, moreFragments: true, id: 5 })
      .udp({ sourcePort: 3544 });
    const inner = built.ipv6().fragment({ offset: 64, id: 99, nextHeader: 6 }).payload(24);
    const { out } = decodeBuilt(inner);
    expect(out).toMatchObject({
      weird: 0,
      fragment: FragmentKind.FIRST,
      fragmentIpVersion: 4,
      fragmentId: 5,
    });
  });

  it("in Teredo is decoded, or counted as the inner UDP packet", () => {
    const inner = udp().ipv6().udp({ sourcePort: 3544 });
    expect(decodeBuilt(inner.ipv6().tcp()).summary).toBe(INNER_SUMMARY);
    const between = "udp 2001:db8:0:0:0:0:0:1 3544 > 2001:db8:0:0:0:0:0:2 443";
    expect(decodeBuilt(inner.ipv6().icmp(58)).summary).toBe(between);
    // The next packet must not be affected.
    expect(decodeBuilt(udp().ipv6().icmp(58)).summary).toBe(OUTER_SUMMARY);
  });

  it("can be truncated by the snaplen after the inner ports", () => {
    const built = udp().ipv6().tcp().payload(500);
    expect(decodeBuilt(built, { cutTo: 14 + 20 + 8 + 40 + 4 }).summary).toBe(INNER_SUMMARY);
    expect(decodeBuilt(built, { cutTo: 14 + 20 + 8 + 40 + 3 }).summary).toBe(OUTER_SUMMARY);
  });
});
