/** Tunnels found by UDP port or payload: entered if they verify, otherwise not. */
import { describe, expect, it } from "vitest";
import { FragmentKind } from "../../../src/packets/decode/decoded-packet.ts";
import { TUNNEL_NAMES } from "../../../src/packets/decode/tunnels.ts";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { type PacketBuilder, packet } from "../../../src/testing/builders/packet-builder.ts";
import { addressText, type Decoded, decodeBuilt } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";
import { OUTER4, TCP4, TCP6 } from "./catalogue-packet.ts";

const udp = (destinationPort: number, sourcePort = 49_152) =>
  packet().ethernet().ipv4(OUTER4).udp({ sourcePort, destinationPort });

/** An Ethernet header before IPv4, from Wireshark's samples of each protocol. */
const ETHERNET_IPV4 = fromHex("00163e12fd7e 00163e37f604 0800");

/** Names of a packet's tunnels, and of those that were entered. */
function kindsOf({ out }: Decoded) {
  const names = (bits: number) => TUNNEL_NAMES.filter((_, i) => (bits & (1 << i)) !== 0);
  return { met: names(out.tunnels), inside: names(out.tunnelsInside) };
}

/** Expects the outer UDP packet, with every field as if it had not been examined. */
function expectOutside(built: PacketBuilder, port: number, met: readonly string[]): void {
  const decoded = decodeBuilt(built);
  expect(decoded.summary).toBe(`udp 203.0.113.1 49152 > 203.0.113.2 ${port}`);
  expect(kindsOf(decoded)).toEqual({ met, inside: [] });
  const { transportOffset, payloadOffset, payloadEnd, fragment, weird } = decoded.out;
  const start = 5 + 14 + 20;
  const end = 5 + built.build().length;
  expect({ transportOffset, payloadOffset, payloadEnd, fragment, weird }).toEqual({
    transportOffset: start,
    payloadOffset: start + 8,
    payloadEnd: end,
    fragment: 0,
    weird: 0,
  });
}

describe.each<[string, number, string, Uint8Array]>([
  ["VXLAN", 4789, "vxlan", concatBytes(fromHex("0800 0000 0000 7b00"), ETHERNET_IPV4)],
  ["VXLAN of Linux", 8472, "vxlan", concatBytes(fromHex("0800 0000 0000 2a00"), ETHERNET_IPV4)],
  ["VXLAN with a group policy", 4789, "vxlan", concatBytes(fromHex("8800 0064 0000 7b00"), ETHERNET_IPV4)],
  ["VXLAN on any port", 31_337, "vxlan", concatBytes(fromHex("0800 0000 ffff ff00"), ETHERNET_IPV4)],
  ["VXLAN-GPE", 4790, "vxlan-gpe", fromHex("0c00 0001 0000 7b00")],
  [
    "VXLAN-GPE without a next protocol",
    4790,
    "vxlan-gpe",
    concatBytes(fromHex("0800 0000 0000 7b00"), ETHERNET_IPV4),
  ],
  ["VXLAN-GPE with MPLS", 4790, "vxlan-gpe", fromHex("0c00 0005 0000 7b00 0001 0140")],
  ["Geneve", 6081, "geneve", concatBytes(fromHex("0000 6558 0000 0a00"), ETHERNET_IPV4)],
  [
    // Attachment id, endpoint id and flow cookie, critical.
    "Geneve of a gateway load balancer",
    6081,
    "geneve",
    fromHex(`0840 0800 0000 0000
      0108 0102 1122 3344 5566 7788
      0108 0202 1122 3344 5566 7788
      0108 0301 99aa bbcc`),
  ],
  ["GTP-U", 2152, "gtp-u", fromHex("30ff 0029 0000 0001")],
  ["GTP-U with a sequence number", 2152, "gtp-u", fromHex("32ff 002d 0000 0001 0007 0000")],
  ["GTP-U of 5G", 2152, "gtp-u", fromHex("34ff 0031 0000 0001 0000 0085 0100 0900")],
  ["L2TP", 1701, "l2tpv2", fromHex("0002 0001 0002 ff03 0021")],
  ["L2TP with sequence and offset", 1701, "l2tpv2", fromHex("0a02 0001 0002 0001 0000 0002 0000 0021")],
  ["TZSP of RouterOS", 37_008, "tzsp", concatBytes(fromHex("0100 0001 01"), ETHERNET_IPV4)],
  [
    "TZSP with tags",
    37_008,
    "tzsp",
    concatBytes(fromHex("0100 0001 00 0a01c4 2904 00000001 01"), ETHERNET_IPV4),
  ],
  ["CAPWAP with 802.3", 5247, "capwap", concatBytes(fromHex("0010 4200 0000 0000"), ETHERNET_IPV4)],
  [
    "CAPWAP with 802.11",
    5247,
    "capwap",
    fromHex(`0010 4300 0000 0000
      0801 0000 020000000003 020000000001 020000000002 1000 aaaa03 000000 0800`),
  ],
  [
    "CAPWAP with Cisco's 802.11",
    5247,
    "capwap",
    fromHex(`0020 4310 0000 0000 06 020000000003 00
      0188 0000 020000000003 020000000001 020000000002 1000 0000 aaaa03 000000 0800`),
  ],
  ["LISP", 4341, "lisp", fromHex("8812 3456 0000 0700")],
  ["LISP with map versions", 4341, "lisp", fromHex("5012 3456 0000 0001")],
  ["MPLS in UDP", 6635, "mpls-in-udp", fromHex("0001 0040 0002 0140")],
  ["L2TPv3", 1701, "l2tpv3", concatBytes(fromHex("0003 0000 0000 0009 deadbeef 4000 0001"), ETHERNET_IPV4)],
])("the UDP tunnel %s", (_name, port, kind, header) => {
  const built = udp(port).payload(concatBytes(header, IPV4_UDP));

  it("is decoded to the inner packet", () => {
    const decoded = decodeBuilt(built);
    expect(decoded.summary).toBe(IPV4_UDP_SUMMARY);
    expect(kindsOf(decoded)).toEqual({ met: [kind], inside: [kind] });
  });

  it("is not entered by a decoder that stops at the outermost header", () => {
    const decoded = decodeBuilt(built, { entersTunnels: false });
    expect(decoded.summary).toBe(`udp 203.0.113.1 49152 > 203.0.113.2 ${port}`);
    expect(kindsOf(decoded)).toEqual({ met: [kind], inside: [] });
  });

  it("counts as the outer packet without its last inner bytes", () => {
    const short = concatBytes(header, IPV4_UDP.subarray(0, 22));
    const decoded = decodeBuilt(udp(port).payload(short));
    expect(decoded.summary).toBe(`udp 203.0.113.1 49152 > 203.0.113.2 ${port}`);
    expect(kindsOf(decoded).inside).toEqual([]);
  });
});

describe("a near miss of a UDP tunnel", () => {
  const inner = (begin: PacketBuilder) => begin.ipv4().tcp();

  it.each<[string, number, PacketBuilder, string[]]>([
    ["VXLAN without its flag", 4789, inner(udp(4789).vxlan({ flags: 0 }).ethernet()), []],
    ["VXLAN with ARP", 4789, udp(4789).vxlan().ethernet().arp(), ["vxlan"]],
    [
      "VXLAN with a type that contradicts its IP version",
      4789,
      inner(udp(4789).vxlan().ethernet({ etherType: 0x86dd })),
      ["vxlan"],
    ],
    ["VXLAN with ICMP", 4789, udp(4789).vxlan().ethernet().ipv4().icmp(), ["vxlan"]],
    [
      "VXLAN with a bad TCP header",
      4789,
      udp(4789).vxlan().ethernet().ipv4().tcp({ headerWords: 3 }),
      ["vxlan"],
    ],
    ["VXLAN without a frame", 4789, udp(4789).vxlan(), ["vxlan"]],
    ["a truncated VXLAN header", 4789, udp(4789).payload([8, 0, 0, 0]), []],
    ["VXLAN on 5000, a reserved bit", 5000, inner(udp(5000).vxlan({ reserved: 1 }).ethernet()), []],
    ["VXLAN on 5000, a group policy", 5000, inner(udp(5000).vxlan({ flags: 0x88, group: 1 }).ethernet()), []],
    ["VXLAN on 5000, a frame that is not IP", 5000, udp(5000).vxlan().ethernet().arp(), []],
    ["VXLAN on 5000, ICMP", 5000, udp(5000).vxlan().ethernet().ipv4().icmp(), ["vxlan"]],
    ["VXLAN-GPE of another version", 4790, inner(udp(4790).vxlanGpe({ flags: 0x1c }).ethernet()), []],
    ["VXLAN-GPE for operations", 4790, inner(udp(4790).vxlanGpe({ flags: 0x0d }).ethernet()), ["vxlan-gpe"]],
    ["VXLAN-GPE with a service header", 4790, inner(udp(4790).vxlanGpe({ next: 4 })), ["vxlan-gpe"]],
    ["Geneve of another version", 6081, inner(udp(6081).geneve({ version: 1 }).ethernet()), []],
    ["Geneve with a reserved flag", 6081, inner(udp(6081).geneve({ flags: 1 }).ethernet()), []],
    ["a control packet of Geneve", 6081, inner(udp(6081).geneve({ flags: 0x80 }).ethernet()), ["geneve"]],
    ["Geneve with another protocol", 6081, inner(udp(6081).geneve({ protocol: 0x0806 })), ["geneve"]],
    [
      "Geneve with options beyond the packet's end",
      6081,
      udp(6081).payload(fromHex("3f00 0800 0000 0000")),
      ["geneve"],
    ],
    ["GTP'", 2152, inner(udp(2152).gtpU({ flags: 0x20 })), []],
    ["GTP version 2", 2152, inner(udp(2152).gtpU({ flags: 0x48 })), []],
    ["an echo request of GTP-U", 2152, udp(2152).gtpU({ type: 1, flags: 0x32 }), ["gtp-u"]],
    ["GTP-U with a length that is too short", 2152, inner(udp(2152).gtpU({ length: 12 })), ["gtp-u"]],
    [
      "GTP-U with an extension of length 0",
      2152,
      udp(2152).payload(fromHex("34ff 0020 0000 0001 0000 0085 0000 0000")),
      ["gtp-u"],
    ],
    ["L2TP with a control message", 1701, udp(1701).l2tp({ flags: 0xc802, hasSequence: true }), ["l2tpv2"]],
    ["L2TP with LCP", 1701, udp(1701).l2tp().ppp({ protocol: 0xc021 }).payload(8), ["l2tpv2"]],
    [
      "L2TP with a length beyond the packet",
      1701,
      inner(udp(1701).l2tp({ flags: 0x4002, length: 9 }).ppp()),
      ["l2tpv2"],
    ],
    ["L2F", 1701, inner(udp(1701).l2tp({ flags: 1 }).ppp()), []],
    ["L2TP with a reserved flag", 1701, inner(udp(1701).l2tp({ flags: 0x4012 }).ppp()), []],
    [
      "L2TPv3 with a control message",
      1701,
      udp(1701).payload(fromHex("c803 000c 0000 0000 0000 0000")),
      ["l2tpv3"],
    ],
    [
      "session 0 of L2TPv3",
      1701,
      inner(udp(1701).l2tpv3({ isInUdp: true, session: 0 }).ethernet()),
      ["l2tpv3"],
    ],
    ["encrypted CAPWAP", 5247, udp(5247).capwap({ type: 1 }).payload(40), []],
    ["CAPWAP with a length below its header's", 5247, inner(udp(5247).capwap({ length: 1 }).ethernet()), []],
    ["a keep-alive of CAPWAP", 5247, inner(udp(5247).capwap({ flags: 0x08 }).ethernet()), ["capwap"]],
    [
      "a later fragment of CAPWAP",
      5247,
      inner(udp(5247).capwap({ flags: 0x80, fragmentOffset: 180 }).ethernet()),
      ["capwap"],
    ],
    [
      "a beacon in CAPWAP",
      5247,
      udp(5247).capwap({ isNative: true }).wifi({ type: 0, subtype: 8 }),
      ["capwap"],
    ],
    [
      "CAPWAP of another radio type",
      5247,
      inner(udp(5247).capwap({ isNative: true, binding: 3 }).wifi().snap()),
      ["capwap"],
    ],
    ["LISP with a reserved flag", 4341, inner(udp(4341).lisp(0x8c)), []],
    ["LISP with nonce and map versions", 4341, inner(udp(4341).lisp(0x90)), []],
    ["encrypted LISP", 4341, inner(udp(4341).lisp(0x81)), ["lisp"]],
    ["LISP without IP", 4341, udp(4341).lisp().payload(40), ["lisp"]],
    ["TZSP of another version", 37_008, inner(udp(37_008).tzsp({ version: 2 }).ethernet()), []],
    ["a keep-alive of TZSP", 37_008, udp(37_008).tzsp({ type: 4, tags: [] }), ["tzsp"]],
    ["TZSP without an end tag", 37_008, udp(37_008).tzsp({ tags: [0, 10, 1, 5] }), ["tzsp"]],
    ["TZSP with Token Ring", 37_008, inner(udp(37_008).tzsp({ protocol: 2 }).ethernet()), ["tzsp"]],
    ["a beacon in TZSP", 37_008, udp(37_008).tzsp({ protocol: 18 }).wifi({ type: 0, subtype: 8 }), ["tzsp"]],
    ["MPLS without IP", 6635, udp(6635).mpls(16).payload(40), []],
    ["MPLS without a bottom label", 6635, udp(6635).mpls(16, false).payload([0, 0, 0, 0, 0, 0, 0, 0]), []],
    ["text to a tunnel port", 6081, udp(6081).payload("GET / HTTP/1.1"), []],
  ])("%s is the outer packet", (_name, port, built, met) => {
    expectOutside(built, port, met);
  });

  it("of a mirror that shortens frames is entered if the inner checksum is valid", () => {
    const { length } = IPV4_UDP;
    const header = fromHex("30ff 0019 0000 0001");
    const short = concatBytes(header, IPV4_UDP.subarray(0, 28 - 3));
    expect(length).toBeGreaterThan(28);
    expectOutside(udp(2152).payload(concatBytes(header, new Uint8Array(25).fill(0x45))), 2152, ["gtp-u"]);
    expectOutside(udp(2152).payload(short), 2152, ["gtp-u"]);
    const ports = concatBytes(fromHex("30ff 001c 0000 0001"), IPV4_UDP.subarray(0, 28));
    expect(decodeBuilt(udp(2152).payload(ports)).summary).toBe(IPV4_UDP_SUMMARY);
    ports[8 + 10] ^= 1;
    expectOutside(udp(2152).payload(ports), 2152, ["gtp-u"]);
  });

  it("is decided by either port, the destination's first", () => {
    const from = packet().ethernet().ipv4(OUTER4).udp({ sourcePort: 6081, destinationPort: 40_000 });
    expect(decodeBuilt(from.geneve().ethernet().ipv4().tcp()).summary).toBe(TCP4);
    const both = packet().ethernet().ipv4(OUTER4).udp({ sourcePort: 2152, destinationPort: 6081 });
    expect(decodeBuilt(both.geneve().ipv6().tcp()).summary).toBe(TCP6);
  });
});

describe("a UDP tunnel in fragments", () => {
  /** The first fragment of a carrier packet that its tunnel made too long. */
  const first = (port: number) =>
    packet()
      .ethernet()
      .ipv4({ ...OUTER4, moreFragments: true, id: 7 })
      .udp({ destinationPort: port, length: 1530 });

  it.each<[string, PacketBuilder]>([
    ["VXLAN", first(8472).vxlan().ethernet().ipv4({ totalLength: 1500 })],
    ["GTP-U", first(2152).gtpU({ length: 1500 }).ipv4({ totalLength: 1500 })],
    ["L2TP", first(1701).l2tp({ length: 1522 }).ppp().ipv4({ totalLength: 1500 })],
  ])("has the inner ports of %s, and the key of the outer fragment", (_name, begin) => {
    const { summary, out, bytes } = decodeBuilt(begin.tcp().payload(900));
    expect(summary).toBe(TCP4);
    expect(out).toMatchObject({ fragment: FragmentKind.FIRST, fragmentId: 7, fragmentProtocol: 17 });
    expect(addressText(bytes, out.fragmentSourceOffset, 4)).toBe(OUTER4.source);
  });
});

describe("nested UDP tunnels", () => {
  const nested = udp(4789)
    .vxlan()
    .ethernet()
    .ipv4({ source: "10.0.0.1", destination: "10.0.0.2" })
    .udp({ sourcePort: 2152, destinationPort: 2152 })
    .gtpU();

  it("are decoded to the innermost ports", () => {
    const decoded = decodeBuilt(nested.ipv6().tcp());
    expect(decoded.summary).toBe(TCP6);
    expect(kindsOf(decoded)).toEqual({ met: ["vxlan", "gtp-u"], inside: ["vxlan", "gtp-u"] });
  });

  it("are decoded as far as there are ports", () => {
    const decoded = decodeBuilt(nested.ipv6().icmp(58));
    expect(decoded.summary).toBe("udp 10.0.0.1 2152 > 10.0.0.2 2152");
    expect(kindsOf(decoded)).toEqual({ met: ["vxlan", "gtp-u"], inside: ["vxlan"] });
  });

  it("count as the outer packet if they never end", () => {
    let built = udp(4789).vxlan().ethernet();
    for (let i = 0; i < 30; i++) built = built.ipv6();
    const decoded = decodeBuilt(built.udp());
    expect(decoded.summary).toBe("udp 203.0.113.1 49152 > 203.0.113.2 4789");
  });
});
