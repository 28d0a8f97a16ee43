/** Packets on which these filters and tcpdump's must agree, and the values that occur in them. */
import { type PacketBuilder, packet } from "../../src/testing/builders/packet-builder.ts";
import type { CapturedPacket } from "./tcpdump.ts";

export const HOSTS4 = [
  "10.0.0.1",
  "10.0.0.2",
  "10.0.1.1",
  "10.1.2.3",
  "192.168.1.7",
  "192.168.2.7",
  "17.253.1.1",
  "8.8.8.8",
];
export const HOSTS6 = ["fe80::1", "fe80::2", "2001:db8::1", "2001:db8:1::1", "2620:149::5", "::1"];
export const PORTS = [22, 53, 80, 443, 5223, 5353, 6970, 9999, 49_152, 50_000, 65_535];
const FLAGS = ["S", "SA", "A", "PA", "FA", "R", "RA", "", "FSRPAUEC"];

/** Ethernet frames without VLAN tags, tunnels, IPv6 extension headers or damage. */
export function comparablePackets(): CapturedPacket[] {
  const frame = packet().ethernet();
  const toAll = packet().ethernet({ destination: "ff:ff:ff:ff:ff:ff" });
  const toGroup = packet().ethernet({ destination: "01:00:5e:00:00:fb" });
  const packets: [string, PacketBuilder][] = [];
  const pick = picker();
  for (let i = 0; i < 400; i++) {
    const hosts = i % 3 === 0 ? HOSTS6 : HOSTS4;
    const addresses = { source: pick(hosts), destination: pick(hosts) };
    const [sourcePort, destinationPort] = [pick(PORTS), pick(PORTS)];
    const options = i % 10 === 1 ? { options: [1, 1, 1, 0] } : {};
    const ip = i % 3 === 0 ? frame.ipv6(addresses) : frame.ipv4({ ...addresses, ...options });
    const payload = (i * 37) % 1400;
    packets.push(
      i % 4 === 2
        ? [`udp ${i}`, ip.udp({ sourcePort, destinationPort }).payload(payload)]
        : [`tcp ${i}`, ip.tcp({ sourcePort, destinationPort, flags: pick(FLAGS) }).payload(payload)],
    );
  }
  const later = { fragmentOffset: 1480, protocol: 17 };
  const port443 = [0xc3, 0x50, 0x01, 0xbb, 0, 0, 0, 0];
  packets.push(
    ["first fragment", frame.ipv4({ source: "10.0.0.1", moreFragments: true }).udp().payload(16)],
    ["later fragment", frame.ipv4({ source: "10.0.0.1", ...later }).payload(port443)],
    ["later TCP fragment", frame.ipv4({ source: "10.0.0.1", ...later, protocol: 6 }).payload(port443)],
    ["later IPv6 fragment", frame.ipv6().fragment({ offset: 1480, nextHeader: 17 }).payload(40)],
    ["icmp", frame.ipv4({ source: "10.0.0.1", destination: "8.8.8.8" }).icmp().payload(32)],
    ["icmp6", frame.ipv6({ source: "fe80::1", destination: "ff02::1" }).icmp(58).payload(8)],
    ["icmp in IPv6", frame.ipv6().icmp(1)],
    ["icmp6 in IPv4", frame.ipv4().icmp(58)],
    ["igmp", toGroup.ipv4({ source: "10.0.0.1", destination: "224.0.0.22", protocol: 2 }).payload(8)],
    ["esp", frame.ipv4({ source: "10.0.0.2", protocol: 50 }).payload(40)],
    ["esp in IPv6", frame.ipv6({ nextHeader: 50 }).payload(40)],
    ["vrrp", toGroup.ipv4({ destination: "224.0.0.18", protocol: 112 }).payload(20)],
    ["pim", toGroup.ipv4({ destination: "224.0.0.13", protocol: 103 }).payload(20)],
    ["sctp", frame.ipv4({ source: "10.0.0.1", protocol: 132 }).payload([0, 1, 0, 2, 0, 0, 0, 0])],
    ["arp", toAll.arp().padding(18)],
    ["rarp", packet().ethernet({ etherType: 0x8035 }).payload(28)],
    ["lldp", packet().ethernet({ etherType: 0x88cc }).payload(46)],
    ["llc", packet().ethernet({ isLength: true }).llc(0x42, 0x42).payload(35)],
    [
      "dhcp",
      toAll
        .ipv4({ source: "0.0.0.0", destination: "255.255.255.255" })
        .udp({ sourcePort: 68, destinationPort: 67 })
        .payload(300),
    ],
    ["subnet broadcast", toAll.ipv4({ source: "10.0.0.1", destination: "10.0.0.255" }).udp().payload(4)],
    [
      "mdns",
      toGroup
        .ipv4({ source: "10.0.0.1", destination: "224.0.0.251" })
        .udp({ sourcePort: 5353, destinationPort: 5353 })
        .payload(90),
    ],
    [
      "mdns in IPv6",
      frame
        .ipv6({ source: "fe80::1", destination: "ff02::fb" })
        .udp({ sourcePort: 5353, destinationPort: 5353 })
        .payload(90),
    ],
    ["class E", frame.ipv4({ source: "10.0.0.1", destination: "240.1.2.3" }).udp()],
    ["padded", frame.ipv4({ source: "10.0.0.1" }).tcp({ flags: "S" }).padding(6)],
  );
  return packets.map(([name, builder]) => ({ name, bytes: builder.build() }));
}

/** Picks pseudo-randomly, the same on every run: a linear congruential generator. */
function picker(): <T>(from: readonly T[]) => T {
  let state = 1;
  return (from) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return from[(state >>> 16) % from.length];
  };
}
