/** The part of the catalogue with rarer link layers: of switches, firewalls, routers, serial lines; A-MSDU. */
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { type CataloguePacket, ethernet, OUTER4, TCP4, tcp4, UDP6, udp6 } from "./catalogue-packet.ts";

/** A PFLOG header of 61 bytes and its padding. */
const pflog = (family: number) =>
  packet().prefix(117, 61, family, 0, 0, 0x65, 0x6e, 0x30, ...new Array<number>(57).fill(0));
const enc = (...family: readonly number[]) => packet().prefix(109, ...family, 0, 0, 0x12, 0x34, 0, 0, 0, 0);
const slip = () => packet().prefix(8, 1, 0x40, ...new Array<number>(14).fill(0));
const ipnet = (family: number, length: number) =>
  packet().prefix(226, 2, family, 0, 0, 0, 0, 0, length, ...new Array<number>(16).fill(0));
const ipoib = (...type: readonly number[]) =>
  packet().prefix(242, ...new Array<number>(40).fill(0), ...type, 0, 0);
const juniper = (linkType: number, flags: number, ...rest: readonly number[]) =>
  packet().prefix(linkType, 0x4d, 0x47, 0x43, flags, ...rest);

/** A second frame of the same flow in an A-MSDU. */
const SECOND_SUBFRAME = tcp4(packet().snap()).build();

export const RARE_LINKS: readonly CataloguePacket[] = [
  { name: "vn-tag", packet: tcp4(ethernet().tag(0x8926, 0x80, 3, 0, 7).vlan(5)), expected: TCP4 },
  { name: "e-tag", packet: udp6(ethernet().tag(0x893f, 0, 0, 0x10, 7, 0, 0)), expected: UDP6 },
  { name: "cisco metadata", packet: tcp4(ethernet().tag(0x8909, 1, 1, 0, 1, 0, 2)), expected: TCP4 },
  {
    name: "vlan cisco metadata",
    packet: udp6(ethernet().vlan(5).tag(0x8909, 1, 1, 0, 1, 0, 2)),
    expected: UDP6,
  },
  { name: "cisco timestamp", packet: tcp4(ethernet().tag(0x8988, 1, 2, 3, 4, 5, 6)), expected: TCP4 },
  { name: "nsh ipv4", packet: tcp4(ethernet().nsh()), expected: TCP4 },
  { name: "nsh ethernet", packet: udp6(ethernet().nsh({ context: 0 }).ethernet()), expected: UDP6 },
  { name: "gre nsh", packet: tcp4(ethernet().ipv4(OUTER4).gre().nsh()), expected: TCP4 },
  {
    name: "mac-in-mac",
    packet: tcp4(ethernet().vlan(9, { type: 0x88a8 }).macInMac().ethernet()),
    expected: TCP4,
  },
  { name: "mac-in-mac vlan", packet: udp6(ethernet().macInMac().ethernet().vlan(4)), expected: UDP6 },
  {
    name: "802.11 a-msdu",
    packet: tcp4(packet().wifi({ subtype: 8, isAggregate: true }).subframes(SECOND_SUBFRAME).snap()),
    expected: TCP4,
  },
  {
    name: "radiotap a-msdu, frame check, padded",
    frameCheckLength: 4,
    packet: tcp4(
      packet()
        .radiotap({ flags: 0x30 })
        .wifi({ subtype: 8, isAggregate: true, isPadded: true, frameCheckLength: 4 })
        .subframes(SECOND_SUBFRAME, SECOND_SUBFRAME)
        .snap(),
    ),
    expected: TCP4,
  },
  {
    name: "gre aruba",
    packet: tcp4(ethernet().ipv4(OUTER4).gre({ protocol: 0x8200 }).wifi().snap()),
    expected: TCP4,
  },
  {
    name: "gre aruba qos",
    packet: udp6(ethernet().ipv4(OUTER4).gre({ protocol: 0x8370 }).wifi({ subtype: 8 }).snap()),
    expected: UDP6,
  },
  { name: "pflog ipv4", packet: tcp4(pflog(2)), expected: TCP4 },
  { name: "pflog ipv6 openbsd", packet: udp6(pflog(24)), expected: UDP6 },
  { name: "pflog ipv6 darwin", packet: udp6(pflog(30)), expected: UDP6 },
  { name: "enc ipv4", packet: tcp4(enc(0, 0, 0, 2)), expected: TCP4 },
  { name: "enc ipv6, little-endian", packet: udp6(enc(24, 0, 0, 0)), expected: UDP6 },
  { name: "slip ipv4", packet: tcp4(slip()), expected: TCP4 },
  { name: "slip ipv6", packet: udp6(slip()), expected: UDP6 },
  { name: "ipnet ipv4", packet: tcp4(ipnet(2, 52)), expected: TCP4 },
  { name: "ipnet ipv6", packet: udp6(ipnet(26, 60)), expected: UDP6 },
  { name: "ipoib ipv4", packet: tcp4(ipoib(0x08, 0x00)), expected: TCP4 },
  { name: "ipoib ipv6", packet: udp6(ipoib(0x86, 0xdd)), expected: UDP6 },
  { name: "mpls link type", packet: tcp4(packet().mpls(16)), linkType: 219, expected: TCP4 },
  { name: "rfc 1483", packet: tcp4(packet().snap()), linkType: 100, expected: TCP4 },
  { name: "frame relay ipv4", packet: tcp4(packet().prefix(107, 0x18, 0x41, 0x03, 0xcc)), expected: TCP4 },
  { name: "frame relay ipv6", packet: udp6(packet().prefix(107, 0x18, 0x41, 0x03, 0x8e)), expected: UDP6 },
  {
    name: "frame relay, address of 4 bytes, pad, snap",
    packet: tcp4(packet().prefix(107, 0x18, 0x40, 0, 0x05, 0x03, 0, 0x80, 0, 0, 0, 0x08, 0)),
    expected: TCP4,
  },
  {
    name: "frame relay bridged",
    packet: tcp4(packet().prefix(107, 0x18, 0x41, 0x03, 0, 0x80, 0, 0x80, 0xc2, 0, 7).ethernet()),
    expected: TCP4,
  },
  { name: "frame relay cisco", packet: tcp4(packet().prefix(107, 0x18, 0x41, 0x08, 0x00)), expected: TCP4 },
  {
    name: "frame relay ppp",
    packet: udp6(packet().prefix(107, 0x18, 0x41, 0x03, 0xcf).ppp()),
    expected: UDP6,
  },
  {
    name: "frame relay with direction",
    packet: tcp4(packet().prefix(206, 1, 0x18, 0x41, 0x03, 0xcc)),
    expected: TCP4,
  },
  {
    name: "multilink frame relay",
    packet: tcp4(packet().prefix(182, 0xc0, 0x01, 0x18, 0x41, 0x03, 0xcc)),
    expected: TCP4,
  },
  { name: "c_hdlc with direction", packet: tcp4(packet().prefix(205, 0, 0x0f, 0, 0x08, 0)), expected: TCP4 },
  {
    name: "dsa",
    packet: tcp4(packet().switchTag(284, 0xc0, 0x08, 0, 1)),
    expected: TCP4,
  },
  {
    name: "edsa vlan",
    packet: udp6(packet().switchTag(285, 0xda, 0xda, 0, 0, 0xe0, 0x08, 0, 1).vlan(7)),
    expected: UDP6,
  },
  { name: "broadcom", packet: tcp4(packet().switchTag(281, 0, 0, 0, 3)), expected: TCP4 },
  {
    name: "broadcom prepended",
    packet: udp6(packet().prefix(282, 0, 0, 0, 3).ethernet()),
    expected: UDP6,
  },
  { name: "juniper ethernet", packet: tcp4(juniper(178, 0x01).ethernet()), expected: TCP4 },
  {
    name: "juniper ethernet, extensions",
    packet: udp6(juniper(178, 0x80, 0, 6, 1, 1, 5, 4, 1, 9).ethernet().vlan(3)),
    expected: UDP6,
  },
  {
    name: "juniper without link layer",
    packet: udp6(juniper(178, 0x82, 0, 3, 1, 1, 5, 6, 0, 0, 0)),
    expected: UDP6,
  },
  { name: "juniper ppp", packet: tcp4(juniper(179, 0).ppp({ isFramed: true })), expected: TCP4 },
  { name: "juniper frame relay", packet: tcp4(juniper(180, 0, 0x18, 0x41, 0x03, 0xcc)), expected: TCP4 },
  { name: "juniper c_hdlc", packet: tcp4(juniper(181, 1, 0x0f, 0, 8, 0)), expected: TCP4 },
  { name: "juniper pppoe", packet: tcp4(juniper(167, 1).ethernet().pppoe().ppp()), expected: TCP4 },
];
