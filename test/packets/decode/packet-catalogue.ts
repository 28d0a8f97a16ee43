/**
 * One packet of every combination of layers that the decoder supports, with its expected result: used by the truncation
 * sweep, the reset test and the comparison with tshark.
 */
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import {
  type CataloguePacket,
  ethernet,
  TCP4,
  TCP6,
  tcp4,
  tcp6,
  UDP4,
  UDP6,
  udp4,
  udp6,
} from "./catalogue-packet.ts";
import { RARE_LINKS } from "./rare-link-catalogue.ts";
import { TUNNELS } from "./tunnel-catalogue.ts";

export type { CataloguePacket };

export const CATALOGUE: readonly CataloguePacket[] = [
  { name: "ethernet ipv4 tcp", packet: tcp4(ethernet()), expected: TCP4 },
  { name: "ethernet ipv4 udp", packet: udp4(ethernet()), expected: UDP4 },
  { name: "ethernet ipv6 tcp", packet: tcp6(ethernet()), expected: TCP6 },
  { name: "ethernet ipv6 udp", packet: udp6(ethernet()), expected: UDP6 },
  {
    name: "ipv4 options, tcp options",
    packet: ethernet()
      .ipv4({ options: [7, 7, 4, 0, 0, 0, 0, 0] })
      .tcp({ flags: "S", options: [2, 4, 5, 0xb4] }),
    expected: TCP4,
  },
  { name: "vlan", packet: tcp4(ethernet().vlan(10)), expected: TCP4 },
  { name: "qinq", packet: tcp6(ethernet().vlan(10, { type: 0x88a8 }).vlan(20)), expected: TCP6 },
  { name: "old qinq", packet: udp4(ethernet().vlan(10, { type: 0x9100 }).vlan(20)), expected: UDP4 },
  {
    name: "vlan 802.3 snap",
    packet: tcp4(ethernet().vlan(10, { isLength: true }).snap()).padding(9),
    expected: TCP4,
  },
  { name: "802.3 snap", packet: tcp4(packet().ethernet({ isLength: true }).snap()), expected: TCP4 },
  {
    name: "802.3 bridge tunnel",
    packet: udp6(packet().ethernet({ isLength: true }).snap(0xf8)),
    expected: UDP6,
  },
  {
    name: "802.3 ip sap",
    packet: tcp4(packet().ethernet({ isLength: true }).llc(6, 6)),
    expected: TCP4,
  },
  { name: "mpls", packet: tcp4(ethernet().mpls(16)), expected: TCP4 },
  { name: "mpls stack", packet: udp6(ethernet().vlan(7).mpls(16).mpls(17).mpls(18)), expected: UDP6 },
  { name: "pppoe", packet: tcp4(ethernet().pppoe().ppp()), expected: TCP4 },
  {
    name: "vlan pppoe padded",
    packet: udp6(ethernet().vlan(7).pppoe().ppp()).padding(6),
    expected: UDP6,
  },
  { name: "pppoe compressed", packet: tcp4(ethernet().pppoe().ppp({ isCompressed: true })), expected: TCP4 },
  { name: "ppp_ether", packet: tcp4(packet().pppoe().ppp()), expected: TCP4 },
  { name: "ppp", packet: tcp4(packet().ppp()), expected: TCP4 },
  { name: "ppp framed", packet: tcp6(packet().ppp({ isFramed: true })), expected: TCP6 },
  {
    name: "ppp framed compressed",
    packet: udp6(packet().ppp({ isFramed: true, isCompressed: true })),
    expected: UDP6,
  },
  { name: "ppp mpls", packet: tcp4(packet().ppp({ isFramed: true }).mpls(3).mpls(4)), expected: TCP4 },
  { name: "ppp_hdlc", packet: tcp4(packet().ppp({ isFramed: true })), linkType: 50, expected: TCP4 },
  { name: "ppp_hdlc cisco", packet: tcp4(packet().ciscoHdlc()), linkType: 50, expected: TCP4 },
  { name: "c_hdlc", packet: udp6(packet().ciscoHdlc(0x8f)), expected: UDP6 },
  { name: "ppp_pppd", packet: tcp4(packet().prefix(166, 0x01, 0x03).ppp()), expected: TCP4 },
  {
    name: "ppp_with_dir framed",
    packet: tcp4(packet().prefix(204, 1).ppp({ isFramed: true })),
    expected: TCP4,
  },
  { name: "ppp_with_dir", packet: udp6(packet().prefix(204, 0).ppp()), expected: UDP6 },
  { name: "null ipv4", packet: tcp4(packet().loopback()), expected: TCP4 },
  { name: "null ipv6 darwin", packet: tcp6(packet().loopback()), expected: TCP6 },
  {
    name: "null big-endian",
    packet: udp6(packet().loopback({ family: 28, byteOrder: "big" })),
    expected: UDP6,
  },
  {
    name: "loop",
    packet: udp6(packet().loopback({ family: 24, byteOrder: "big", linkType: 108 })),
    expected: UDP6,
  },
  { name: "raw ipv4", packet: tcp4(packet()), expected: TCP4 },
  { name: "raw ipv6", packet: udp6(packet()), expected: UDP6 },
  { name: "dlt raw", packet: tcp4(packet()), linkType: 12, expected: TCP4 },
  { name: "openbsd raw", packet: tcp6(packet()), linkType: 14, expected: TCP6 },
  { name: "linktype ipv4", packet: udp4(packet()), linkType: 228, expected: UDP4 },
  { name: "linktype ipv6", packet: tcp6(packet()), linkType: 229, expected: TCP6 },
  { name: "sll", packet: tcp4(packet().sll()), expected: TCP4 },
  { name: "sll vlan", packet: udp6(packet().sll().vlan(5)), expected: UDP6 },
  { name: "sll llc", packet: tcp4(packet().sll({ protocol: 4 }).snap()), expected: TCP4 },
  { name: "sll gre device", packet: tcp4(packet().sll({ hardware: 778 })), expected: TCP4 },
  { name: "sll2", packet: tcp6(packet().sll2()), expected: TCP6 },
  { name: "sll2 vlan", packet: udp4(packet().sll2().vlan(5)), expected: UDP4 },
  { name: "802.11", packet: tcp4(packet().wifi().snap()), expected: TCP4 },
  {
    name: "802.11 qos, 4 addresses, HT control",
    packet: udp6(
      packet().wifi({ subtype: 8, toDistribution: true, fromDistribution: true, hasHtControl: true }).snap(),
    ),
    expected: UDP6,
  },
  {
    name: "radiotap timer, frame check, padded",
    frameCheckLength: 4,
    packet: tcp4(
      packet()
        .radiotap({ hasTimer: true, flags: 0x30, moreWords: 2 })
        .wifi({
          subtype: 8,
          fromDistribution: true,
          toDistribution: false,
          isPadded: true,
          frameCheckLength: 4,
        })
        .snap(),
    ),
    expected: TCP4,
  },
  { name: "radiotap", packet: udp4(packet().radiotap().wifi().snap()), expected: UDP4 },
  {
    name: "prism",
    packet: tcp4(packet().prefix(119, 0x44, 0, 0, 0, 12, 0, 0, 0, 1, 2, 3, 4).wifi().snap()),
    expected: TCP4,
  },
  {
    name: "avs",
    packet: tcp4(packet().prefix(163, 0x80, 0x21, 0x10, 0x01, 0, 0, 0, 12, 1, 2, 3, 4).wifi().snap()),
    expected: TCP4,
  },
  {
    name: "ppi 802.11",
    frameCheckLength: 4,
    packet: tcp4(packet().ppi({ wifiFlags: 1 }).wifi({ frameCheckLength: 4 }).snap()),
    expected: TCP4,
  },
  { name: "ppi ethernet", packet: tcp6(packet().ppi().ethernet()), expected: TCP6 },
  { name: "pktap ethernet", packet: tcp4(packet().pktap().ethernet()), expected: TCP4 },
  { name: "pktap raw", packet: udp6(packet().pktap()), expected: UDP6 },
  { name: "pktap loopback", packet: tcp6(packet().pktap().loopback()), expected: TCP6 },
  { name: "pktap as user2", packet: tcp4(packet().pktap({ linkType: 149 }).ethernet()), expected: TCP4 },
  { name: "pktap v2", packet: udp4(packet().pktapV2().ethernet()), expected: UDP4 },
  { name: "pktap v2 as user2", packet: udp4(packet().pktapV2({ linkType: 149 })), expected: UDP4 },
  { name: "nflog", packet: tcp4(packet().nflog()), expected: TCP4 },
  { name: "nflog big-endian", packet: udp6(packet().nflog({ byteOrder: "big" })), expected: UDP6 },
  { name: "nflog bridge", packet: udp6(packet().nflog({ family: 7 })), expected: UDP6 },
  { name: "firewire", packet: udp4(packet().firewire()), expected: UDP4 },
  {
    name: "ipv6 extensions",
    packet: ethernet().ipv6().extension(0).extension(43, 2).extension(60).tcp().payload(12),
    expected: TCP6,
  },
  { name: "ah ipv4", packet: ethernet().ipv4().ah().tcp().payload(12), expected: TCP4 },
  { name: "ah ipv6", packet: ethernet().ipv6().extension(0).ah().extension(60).udp(), expected: UDP6 },
  {
    name: "first fragment",
    packet: ethernet().ipv4({ moreFragments: true }).udp().payload(16),
    expected: UDP4,
  },
  {
    name: "first fragment ipv6",
    packet: ethernet().ipv6().fragment({ more: true }).tcp().payload(12),
    expected: TCP6,
  },
  {
    name: "later fragment",
    packet: ethernet().ipv4({ fragmentOffset: 1480, protocol: 17 }).payload(24),
    expected: "fragment_without_first",
  },
  {
    name: "later fragment ipv6",
    packet: ethernet().ipv6().fragment({ offset: 1448, nextHeader: 6 }).payload(24),
    expected: "fragment_without_first",
  },
  { name: "atomic fragment", packet: ethernet().ipv6().fragment().udp(), expected: UDP6 },
  { name: "icmp", packet: ethernet().ipv4().icmp().ipv4().udp(), expected: "icmp" },
  { name: "icmpv6", packet: ethernet().ipv6().extension(0).icmp(58).payload(8), expected: "icmpv6" },
  { name: "arp", packet: ethernet().arp().padding(18), expected: "arp" },
  ...RARE_LINKS,
  ...TUNNELS,
];
