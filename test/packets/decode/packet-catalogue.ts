/**
 * One packet of every combination of layers that the decoder knows, with what must come out: the truncation sweep,
 * the reset test and the comparison with tshark all go through it.
 */
import { type PacketBuilder, packet } from "../../support/packet-builder.ts";
import { RARE_LINK_TYPES } from "./rare-link-types.ts";

/** A named packet. */
export interface CataloguePacket {
  readonly name: string;
  readonly packet: PacketBuilder;
  /** Overrides the outermost layer's own. */
  readonly linkType?: number;
  /** A summary of `decodeBuilt`, or the weird. */
  readonly expected: string;
}

const TCP4 = "tcp 192.0.2.1 49200 > 198.51.100.2 443";
const UDP4 = "udp 192.0.2.1 49200 > 198.51.100.2 443";
const TCP6 = "tcp 2001:db8:0:0:0:0:0:1 49200 > 2001:db8:0:0:0:0:0:2 443";
const UDP6 = "udp 2001:db8:0:0:0:0:0:1 49200 > 2001:db8:0:0:0:0:0:2 443";

/** Addresses of outer headers, so that an outer one that is taken for an inner one shows. */
const OUTER4 = { source: "203.0.113.1", destination: "203.0.113.2" };
const OUTER6 = { source: "2001:db8:ffff::1", destination: "2001:db8:ffff::2" };

/** `begin`, then IP with ports. */
const tcp4 = (begin: PacketBuilder) => begin.ipv4().tcp({ flags: "PA" }).payload(12);
const udp4 = (begin: PacketBuilder) => begin.ipv4().udp().payload(12);
const tcp6 = (begin: PacketBuilder) => begin.ipv6().tcp().payload(12);
const udp6 = (begin: PacketBuilder) => begin.ipv6().udp().payload(12);
const ethernet = () => packet().ethernet();

/** A second frame of the same flow in an A-MSDU. */
const SECOND_SUBFRAME = tcp4(packet().snap()).build();

export const CATALOGUE: readonly CataloguePacket[] = [
  ...RARE_LINK_TYPES,
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
    name: "802.11 a-msdu",
    packet: tcp4(packet().wifi({ subtype: 8, isAggregate: true }).subframes(SECOND_SUBFRAME).snap()),
    expected: TCP4,
  },
  {
    name: "radiotap a-msdu, frame check, padded",
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
    name: "radiotap timer, frame check, padded",
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
  { name: "ip in ip", packet: tcp4(ethernet().ipv4(OUTER4)), expected: TCP4 },
  { name: "6in4", packet: udp6(ethernet().ipv4(OUTER4)), expected: UDP6 },
  { name: "4in6", packet: tcp4(ethernet().ipv6(OUTER6).extension(60)), expected: TCP4 },
  { name: "6in6", packet: tcp6(ethernet().ipv6(OUTER6)), expected: TCP6 },
  { name: "gre", packet: tcp4(ethernet().ipv4(OUTER4).gre()), expected: TCP4 },
  {
    name: "gre checksum key sequence",
    packet: udp6(ethernet().ipv6(OUTER6).gre({ hasChecksum: true, key: 7, sequence: 1 })),
    expected: UDP6,
  },
  { name: "gre ethernet", packet: tcp6(ethernet().ipv4(OUTER4).gre({ key: 7 }).ethernet()), expected: TCP6 },
  { name: "gre mpls", packet: tcp4(ethernet().ipv4(OUTER4).gre().mpls(16)), expected: TCP4 },
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
  { name: "pptp", packet: tcp4(ethernet().ipv4(OUTER4).pptp().ppp({ isFramed: true })), expected: TCP4 },
  {
    name: "pptp acknowledged",
    packet: udp4(ethernet().ipv4(OUTER4).pptp({ sequence: 1, acknowledgment: 2 }).ppp()),
    expected: UDP4,
  },
  {
    name: "teredo",
    packet: tcp6(ethernet().ipv4(OUTER4).udp({ destinationPort: 3544 }).teredo()),
    expected: TCP6,
  },
  {
    name: "teredo with indications",
    packet: udp6(
      ethernet()
        .ipv4(OUTER4)
        .udp({ sourcePort: 3544 })
        .teredo({ authentication: { idLength: 4, valueLength: 20 }, hasOrigin: true }),
    ),
    expected: UDP6,
  },
  {
    name: "many tunnels",
    packet: tcp4(packet().sll().vlan(3).mpls(9).ipv4(OUTER4).gre().ethernet().ipv6(OUTER6).gre({ key: 1 })),
    expected: TCP4,
  },
  { name: "icmp", packet: ethernet().ipv4().icmp().ipv4().udp(), expected: "icmp" },
  { name: "icmpv6", packet: ethernet().ipv6().extension(0).icmp(58).payload(8), expected: "icmpv6" },
  { name: "arp", packet: ethernet().arp().padding(18), expected: "arp" },
  { name: "arp in gre", packet: ethernet().ipv4(OUTER4).gre().ethernet().arp(), expected: "gre_without_ip" },
];
