/** The part of the catalogue with packets inside packets. */
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import {
  type CataloguePacket,
  ethernet,
  OUTER4,
  OUTER6,
  TCP4,
  TCP6,
  tcp4,
  tcp6,
  UDP4,
  UDP6,
  udp4,
  udp6,
} from "./catalogue-packet.ts";

/** An outer UDP packet to a port. */
const udpTo = (destinationPort: number) => ethernet().ipv4(OUTER4).udp({ destinationPort });

/** From a separate port: tshark treats anything from an L2TP client's port as L2TP. */
const lisp = () => ethernet().ipv4(OUTER4).udp({ sourcePort: 61_000, destinationPort: 4341 });

export const TUNNELS: readonly CataloguePacket[] = [
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
  { name: "arp in gre", packet: ethernet().ipv4(OUTER4).gre().ethernet().arp(), expected: "gre_without_ip" },
  {
    name: "vxlan",
    packet: tcp4(udpTo(4789).vxlan().ethernet()),
    expected: TCP4,
  },
  {
    name: "vxlan linux, vlan, ipv6 outside",
    packet: udp6(ethernet().ipv6(OUTER6).udp({ destinationPort: 8472 }).vxlan().ethernet().vlan(9)),
    expected: UDP6,
  },
  {
    name: "vxlan group policy",
    packet: tcp6(udpTo(4789).vxlan({ flags: 0x88, group: 7 }).ethernet()),
    expected: TCP6,
  },
  { name: "vxlan, any port", packet: udp4(udpTo(17_000).vxlan().ethernet()), expected: UDP4 },
  { name: "vxlan-gpe", packet: tcp4(udpTo(4790).vxlanGpe().ethernet()), expected: TCP4 },
  { name: "vxlan-gpe ipv6", packet: udp6(udpTo(4790).vxlanGpe()), expected: UDP6 },
  { name: "geneve", packet: tcp4(udpTo(6081).geneve().ethernet()), expected: TCP4 },
  {
    name: "geneve options, ip",
    packet: udp6(udpTo(6081).geneve({ options: [1, 8, 1, 1, 0, 0, 0, 1, 1, 8, 3, 0] })),
    expected: UDP6,
  },
  {
    name: "erspan 1",
    packet: tcp4(ethernet().ipv4(OUTER4).gre({ protocol: 0x88be }).ethernet()),
    expected: TCP4,
  },
  {
    name: "erspan 2",
    packet: udp6(ethernet().ipv4(OUTER4).gre({ sequence: 1 }).erspan().ethernet().vlan(7)),
    expected: UDP6,
  },
  {
    name: "erspan 3",
    packet: tcp4(ethernet().ipv4(OUTER4).gre({ sequence: 1 }).erspan({ type: 3 }).ethernet()),
    expected: TCP4,
  },
  {
    name: "erspan 3 platform",
    packet: tcp6(
      ethernet().ipv4(OUTER4).gre({ sequence: 1 }).erspan({ type: 3, hasPlatform: true }).ethernet(),
    ),
    expected: TCP6,
  },
  { name: "gtp-u", packet: tcp4(udpTo(2152).gtpU()), expected: TCP4 },
  {
    name: "gtp-u extensions",
    packet: udp6(
      udpTo(2152).gtpU({
        extensions: [
          [0, 9],
          [1, 9, 0, 0, 0, 0],
        ],
      }),
    ),
    expected: UDP6,
  },
  { name: "l2tpv2", packet: tcp4(udpTo(1701).l2tp().ppp({ isFramed: true })), expected: TCP4 },
  {
    name: "l2tpv2 sequence, padding",
    packet: udp6(udpTo(1701).l2tp({ length: null, hasSequence: true, padding: 2 }).ppp()),
    expected: UDP6,
  },
  { name: "capwap 802.3", packet: tcp4(udpTo(5247).capwap().ethernet().vlan(4)), expected: TCP4 },
  {
    name: "capwap 802.11",
    packet: udp6(udpTo(5247).capwap({ isNative: true }).wifi({ subtype: 8 }).snap()),
    expected: UDP6,
  },
  {
    name: "capwap 802.11 swapped, options",
    packet: tcp4(
      udpTo(5247)
        .capwap({ isNative: true, flags: 0x10, options: [6, 2, 0, 0, 0, 0, 1, 0] })
        .wifi({ isSwapped: true })
        .snap(),
    ),
    expected: TCP4,
  },
  { name: "lisp", packet: tcp4(lisp().lisp()), expected: TCP4 },
  { name: "lisp ipv6", packet: udp6(lisp().lisp(0x40)), expected: UDP6 },
  { name: "tzsp", packet: tcp4(udpTo(37_008).tzsp().ethernet()), expected: TCP4 },
  {
    name: "tzsp 802.11",
    packet: udp6(
      udpTo(37_008)
        .tzsp({ protocol: 18, tags: [0, 10, 1, 0xc4, 1] })
        .wifi()
        .snap(),
    ),
    expected: UDP6,
  },
  { name: "etherip", packet: tcp4(ethernet().ipv4(OUTER4).etherIp().ethernet()), expected: TCP4 },
  {
    name: "arp in etherip",
    packet: ethernet().ipv4(OUTER4).etherIp().ethernet().arp(),
    expected: "tunnel_without_ip",
  },
  {
    name: "l2tpv3",
    packet: tcp4(ethernet().ipv4(OUTER4).l2tpv3({ hasSublayer: true }).ethernet()),
    expected: TCP4,
  },
  {
    name: "l2tpv3 cookie",
    packet: udp6(
      ethernet()
        .ipv6(OUTER6)
        .l2tpv3({ cookie: [1, 2, 3, 4, 5, 6, 7, 8] })
        .ethernet(),
    ),
    expected: UDP6,
  },
  {
    name: "l2tpv3 udp",
    packet: udp4(
      udpTo(1701)
        .l2tpv3({ isInUdp: true, cookie: [1, 2, 3, 4] })
        .ethernet(),
    ),
    expected: UDP4,
  },
  { name: "mpls in udp", packet: tcp4(udpTo(6635).mpls(16).mpls(17)), expected: TCP4 },
  {
    name: "vxlan in erspan",
    packet: tcp4(
      ethernet()
        .ipv4(OUTER4)
        .gre({ sequence: 1 })
        .erspan()
        .ethernet()
        .ipv4(OUTER4)
        .udp({ destinationPort: 4789 })
        .vxlan()
        .ethernet(),
    ),
    expected: TCP4,
  },
  {
    name: "geneve in vxlan",
    packet: tcp6(
      udpTo(4789).vxlan().ethernet().ipv4(OUTER4).udp({ destinationPort: 6081 }).geneve().ethernet(),
    ),
    expected: TCP6,
  },
];
