import { expect, test } from "vitest";
import { compileFilter } from "../../src/filter/compile-filter.ts";
import { MAX_FILTER_TOKENS } from "../../src/filter/filter-tokens.ts";
import { type PacketBuilder, packet } from "../../src/testing/builders/packet-builder.ts";
import { type CaptureOptions, decodeBuilt } from "../support/decode-built.ts";

function matches(expression: string, built: PacketBuilder, options?: CaptureOptions): boolean {
  const { bytes, out } = decodeBuilt(built, options);
  return compileFilter(expression)(bytes, out, options?.originalLength ?? built.build().length);
}

/** Checks every expression on one packet. */
function check(
  built: PacketBuilder,
  holding: readonly string[],
  failing: readonly string[],
  options?: CaptureOptions,
) {
  for (const expression of holding) expect(matches(expression, built, options), expression).toBe(true);
  for (const expression of failing) expect(matches(expression, built, options), expression).toBe(false);
  for (const expression of failing)
    expect(matches(`not (${expression})`, built, options), expression).toBe(true);
}

const V4 = { source: "10.0.0.1", destination: "192.168.7.9" };
const V6 = { source: "fe80::1", destination: "2001:db8::53" };
const PORTS = { sourcePort: 50_000, destinationPort: 443 };

const tcp4 = packet()
  .ethernet()
  .ipv4(V4)
  .tcp({ ...PORTS, flags: "SA" })
  .payload(6);
const udp6 = packet().ethernet().ipv6(V6).udp({ sourcePort: 5353, destinationPort: 53 }).payload(10);

test("a filter matches hosts and networks of IPv4", () => {
  check(
    tcp4,
    [
      ...["host 10.0.0.1", "10.0.0.1", "src 10.0.0.1", "dst host 192.168.7.9", "ip host 10.0.0.1"],
      ...["net 10", "net 192.168", "src net 10.0.0.0/30", "dst net 192.168.7.8/31", "net 0.0.0.0/0"],
      ...["net 192.0.7.0 mask 255.0.255.0", "src and dst net 0.0.0.0/0", "src or dst net 10"],
    ],
    [
      ...["host 10.0.0.2", "dst 10.0.0.1", "src host 192.168.7.9", "net 10.0.0.2/31", "dst net 10", "net 11"],
      ...["src and dst net 10", "net 192.0.8.0 mask 255.0.255.0", "::/0", "host ::"],
    ],
  );
});

test("a filter matches hosts and networks of IPv6", () => {
  check(
    udp6,
    [
      ...["host fe80::1", "src fe80::1", "dst 2001:db8::53", "net fe80::/10", "net 2001:db8::/32", "::/0"],
      ...["src net fe80::/127", "dst net 2001:db8::50/124", "ip6 host fe80::1", "net 2000::/3"],
    ],
    [
      "host fe80::2",
      "dst fe80::1",
      "net fe80::2/127",
      "src net 2001:db8::/32",
      "net 0.0.0.0/0",
      "net 2001:db8::/127",
    ],
  );
});

test("a filter matches ports", () => {
  check(
    tcp4,
    [
      ...["port 443", "port https", "tcp port 443", "dst port 443", "src port 50000", "tcp src port 50000"],
      ...[
        "portrange 440-443",
        "portrange 443-450",
        "portrange 49152-65535",
        "src and dst portrange 443-50000",
      ],
    ],
    [
      "port 80",
      "udp port 443",
      "src port 443",
      "dst port 50000",
      "portrange 444-49999",
      "src and dst port 443",
    ],
  );
  check(udp6, ["port 53", "udp port 53 or 54", "src port mdns"], ["tcp port 53", "port 0"]);
});

test("a filter matches protocols and IP versions", () => {
  check(
    tcp4,
    ["ip", "tcp", "proto 6", "proto tcp", "ip proto 6", "not udp"],
    ["ip6", "udp", "arp", "icmp", "ip6 proto 6", "proto 0", "sctp"],
  );
  check(udp6, ["ip6", "udp", "ip6 proto 17", "proto 17"], ["ip", "tcp", "icmp6", "ip proto 17"]);
  check(
    packet().ethernet().arp(),
    ["arp", "not ip", "not tcp"],
    ["ip", "rarp", "proto 0", "port 0", "net 0.0.0.0/0"],
  );
  check(packet().ethernet({ etherType: 0x8035 }), ["rarp"], ["arp"]);
  check(packet().ethernet().ipv4(V4).icmp(), ["icmp", "ip", "host 10.0.0.1", "proto 1"], ["icmp6", "port 0"]);
  check(packet().ethernet().ipv6(V6).icmp(58), ["icmp6", "ip6", "host fe80::1", "proto 58"], ["icmp", "ip"]);
  check(packet().ethernet().ipv6(V6).icmp(1), ["ip6 proto 1"], ["icmp", "icmp6"]);
  for (const [word, protocol] of Object.entries({ igmp: 2, esp: 50, pim: 103, vrrp: 112, sctp: 132 })) {
    check(
      packet()
        .ethernet()
        .ipv4({ ...V4, protocol }),
      [word, `proto ${protocol}`],
      ["tcp", "icmp", "port 0"],
    );
  }
});

test("a filter matches lengths on the wire", () => {
  check(
    tcp4,
    ["len = 60", "less 60", "greater 60", "len != 61", "len < 61", "len > 59", "60 >= len"],
    [...["len = 61", "less 59", "greater 61", "len != 60", "len < 60", "len > 60", "len <= 59", "len >= 61"]],
  );
  check(tcp4, ["len = 1500", "greater 1500", "tcp"], ["less 60"], { cutTo: 54, originalLength: 1500 });
  check(packet().ethernet().arp(), ["less 100"], ["greater 100"]);
});

test("a filter matches multicast and broadcast", () => {
  const to = (destination: string) => packet().ethernet().ipv4({ destination }).udp();
  const group = ["multicast", "ip multicast"];
  const all = ["broadcast", "ip broadcast"];
  check(to("224.0.0.251"), group, [...all, "ip6 multicast"]);
  check(to("239.255.255.250"), group, all);
  check(to("223.255.255.255"), [], [...group, ...all]);
  check(to("255.255.255.255"), [...group, ...all], []);
  check(to("0.0.0.0"), all, group);
  const inFrameToAll = packet().ethernet({ destination: "ff:ff:ff:ff:ff:ff" });
  check(inFrameToAll.arp(), ["broadcast"], ["ip broadcast", "multicast"]);
  check(inFrameToAll.ipv4({ destination: "10.0.0.255" }).udp(), ["broadcast"], ["ip broadcast", ...group]);
  const group6 = packet().ethernet().ipv6({ destination: "ff02::fb" }).udp();
  check(group6, ["multicast", "ip6 multicast"], ["ip multicast", "broadcast", "ip broadcast"]);
  check(udp6, [], ["multicast", "ip6 multicast", "broadcast"]);
});

test("a filter matches TCP flags", () => {
  check(
    tcp4,
    [
      ...[
        "tcp[tcpflags] & tcp-syn != 0",
        "tcp[tcpflags] = tcp-syn|tcp-ack",
        "tcp[13] = 0x12",
        "tcp[13] >= 18",
      ],
      "tcp[tcpflags] & (tcp-syn|tcp-fin) = tcp-syn",
    ],
    [
      "tcp[tcpflags] & tcp-fin != 0",
      "tcp[tcpflags] = tcp-syn",
      "tcp[tcpflags] < 18",
      "tcp[tcpflags] & 1 > 0",
    ],
  );
  const all = packet().ethernet().ipv6(V6).tcp({ flags: "FSRPAUEC" });
  check(
    all,
    ["fin", "syn", "rst", "push", "ack", "urg", "ece", "cwr"].map((flag) => `tcp[13] & tcp-${flag} != 0`),
    [],
  );
  check(packet().ethernet().ipv4().tcp({ flags: "" }), ["tcp[tcpflags] = 0"], ["tcp[tcpflags] != 0"]);
  check(udp6, [], ["tcp[tcpflags] = 0", "tcp[tcpflags] != 0"]);
});

test("a filter matches hardware addresses and VLANs of the frame", () => {
  const ends = { source: "d8:30:62:01:02:03", destination: "02:00:00:00:00:09" };
  const frame = packet().ethernet(ends);
  check(
    frame.ipv4(V4).tcp(PORTS),
    [
      "ether host d8:30:62:01:02:03",
      "ether dst 02-0-0-0-0-9",
      "ether src host d8:30:62:1:2:3 and tcp",
      "not vlan",
    ],
    ["ether src 02:00:00:00:00:09", "ether dst host d8:30:62:01:02:03", "vlan", "vlan 5"],
  );
  check(
    frame.vlan(5).vlan(6).ipv4(V4).tcp(PORTS),
    ["vlan", "vlan 5", "vlan 6 and tcp", "ether host D8:30:62:01:02:03"],
    ["vlan 7", "vlan 5 and udp"],
  );
  check(packet().ipv4(V4).tcp(PORTS), ["not ether host 00:00:00:00:00:00"], ["ether host d8:30:62:01:02:03"]);
});

test("a filter matches the innermost headers, inside VLAN tags and tunnels", () => {
  check(
    packet().ethernet().vlan(5).vlan(6).ipv4(V4).tcp(PORTS),
    ["ip and tcp port 443 and host 10.0.0.1"],
    ["udp"],
  );
  check(packet().ethernet().vlan(5).arp(), ["arp"], ["ip"]);
  const inner = packet().ethernet().ipv4({ source: "203.0.113.1" }).ipv6(V6).tcp(PORTS);
  check(inner, ["ip6", "host fe80::1", "port 443", "proto 6"], ["ip", "host 203.0.113.1", "proto 41"]);
  const extended = packet().ethernet().ipv6(V6).extension(0).extension(60).udp(PORTS);
  check(extended, ["udp port 443", "ip6 proto 17"], ["proto 0", "proto 60"]);
});

test("a filter matches decoded headers of undecoded packets, whose ports never match", () => {
  const ports = ["port 443", "portrange 0-65535", "tcp port 443", "tcp[tcpflags] = 0"];
  const later = packet()
    .ethernet()
    .ipv4({ ...V4, protocol: 6, fragmentOffset: 1480 })
    .payload(40);
  check(later, ["ip", "host 10.0.0.1", "tcp", "proto 6"], ports);
  const later6 = packet().ethernet().ipv6(V6).fragment({ offset: 1480, nextHeader: 6 }).payload(40);
  check(later6, ["ip6", "host fe80::1", "tcp", "proto 6"], ports);
  const first = packet()
    .ethernet()
    .ipv4({ ...V4, moreFragments: true })
    .tcp(PORTS)
    .payload(100);
  check(first, ["tcp port 443 and host 10.0.0.1"], []);
  check(tcp4, ["tcp", "host 10.0.0.1"], ports, { cutTo: 36, originalLength: 60 });
  check(
    packet()
      .ethernet()
      .ipv4(V4)
      .tcp({ ...PORTS, headerWords: 3 }),
    ["tcp", "host 10.0.0.1"],
    ports,
  );
  check(
    packet()
      .ethernet()
      .ipv4({ ...V4, headerWords: 4 })
      .tcp(),
    [],
    ["ip", "tcp", "net 0.0.0.0/0", ...ports],
  );
  check(tcp4, ["len = 60"], ["ip", "tcp", "arp", "net 0.0.0.0/0", ...ports], { linkType: 9999 });
});

test("a filter combines tests with and, or and not", () => {
  check(
    tcp4,
    [
      "tcp and ip",
      "udp or tcp",
      "udp or ip and tcp",
      "not udp and not arp",
      "udp or (not arp and (ip6 or ip))",
    ],
    [
      "tcp and udp",
      "udp or arp",
      "tcp or ip and udp",
      "not (tcp or udp)",
      "not tcp or udp",
      "ip6 and ip or udp",
    ],
  );
});

test("a filter can have as many tests as fit in an expression", () => {
  const hosts = Array.from({ length: MAX_FILTER_TOKENS / 2 - 10 }, (_, i) => `10.1.${i >> 8}.${i & 0xff}`);
  expect(matches(`host ${hosts.join(" or ")}`, tcp4)).toBe(false);
  expect(matches(`host ${hosts.join(" or ")} or 10.0.0.1`, tcp4)).toBe(true);
  const zigzag = hosts.map((host, i) => `${host} ${i % 2 === 0 ? "and" : "or"}`).join(" ");
  expect(matches(`host ${zigzag} 10.0.0.1`, tcp4)).toBe(true);
});

test("a filter with an invalid port range is refused in linear time", () => {
  const begin = process.cpuUsage();
  expect(() => compileFilter(`portrange 49152${"-".repeat(60_000)}`)).toThrow("expected a range of ports");
  // Each dash was tried as the separator: 2 s.
  const { user, system } = process.cpuUsage(begin);
  expect((user + system) / 1000).toBeLessThan(500);
});
