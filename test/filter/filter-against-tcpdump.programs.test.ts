/**
 * Filters compared with tcpdump's on the same packets. Deliberate differences have their own tests below; the packets of the
 * comparison have no VLAN tags, tunnels, IPv6 extension headers or damage.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compileFilter } from "../../src/filter/compile-filter.ts";
import type { FilterNode, IpNetwork, PrimitiveNode } from "../../src/filter/filter-ast.ts";
import { parseFilter } from "../../src/filter/filter-parser.ts";
import { LinkType } from "../../src/net/link-types.ts";
import { DecodedPacket } from "../../src/packets/decode/decoded-packet.ts";
import { decodePacket } from "../../src/packets/decode/packet-decoder.ts";
import { type PacketBuilder, packet } from "../../src/testing/builders/packet-builder.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { EXPRESSIONS } from "./comparable-expressions.ts";
import { comparablePackets, HOSTS4, HOSTS6, PORTS } from "./comparable-packets.ts";
import { filterText } from "./filter-text.ts";
import { anyDirection, anyOperator, filterTrees } from "./random-filters.ts";
import { type CapturedPacket, tcpdumpMatches, tcpdumpVersion } from "./tcpdump.ts";

const TCPDUMP = tcpdumpVersion();
const RANDOM_EXPRESSIONS = propertyRuns(150);

function ourMatches(packets: readonly CapturedPacket[], expression: string): string[] {
  const filter = compileFilter(expression);
  const out = new DecodedPacket();
  return packets
    .filter(({ bytes, cutTo }) => {
      decodePacket(LinkType.ETHERNET, bytes, 0, cutTo ?? bytes.length, bytes.length, 0, out);
      return filter(bytes, out, bytes.length);
    })
    .map(({ name }) => name);
}

/** Kinds of tests with the same meaning in both, over values that occur. */
function comparableTrees(): fc.Arbitrary<FilterNode> {
  const networkOf = (text: string): IpNetwork => {
    const node = parseFilter(text);
    if (node.kind !== "address") throw new Error(`no address: ${text}`);
    return node.network;
  };
  const networks = [
    ...[...HOSTS4, ...HOSTS6, "224.0.0.251", "10.0.0.0/8", "10.0.0.0/23", "192.168.0.0/16", "17.0.0.0/8"],
    ...["fe80::/10", "2001:db8::/32", "2001:db8::/47", "2000::/3", "ff02::/16"],
  ].map(networkOf);
  const anyPort = fc.constantFrom(...PORTS, 68, 67);
  const ip: PrimitiveNode = { kind: "ip-version", version: 4 };
  return filterTrees(
    fc.oneof(
      fc.record({
        kind: fc.constant("address" as const),
        direction: anyDirection,
        network: fc.constantFrom(...networks),
      }),
      fc
        .tuple(fc.constantFrom(6, 17, null), anyDirection, anyPort, anyPort)
        .map(([transport, direction, a, b]): PrimitiveNode => {
          return { kind: "ports", transport, direction, first: Math.min(a, b), last: Math.max(a, b) };
        }),
      fc.record({ kind: fc.constant("ip-version" as const), version: fc.constantFrom(4, 6) }),
      fc.record({
        kind: fc.constant("protocol" as const),
        version: fc.constantFrom(4, 6, null),
        protocol: fc.constantFrom(1, 2, 6, 17, 50, 58, 103, 112, 132),
      }),
      fc.record({ kind: fc.constant("ether-type" as const), etherType: fc.constantFrom(0x0806, 0x8035) }),
      fc.record({ kind: fc.constant("multicast" as const), version: fc.constantFrom(4, 6) }),
      fc.record({ kind: fc.constant("broadcast" as const), version: fc.constantFrom(4, null) }),
      fc.record({
        kind: fc.constant("length" as const),
        operator: anyOperator,
        value: fc.nat({ max: 1500 }),
      }),
      fc
        .record({
          kind: fc.constant("tcp-flags" as const),
          mask: fc.constantFrom(1, 2, 4, 18, 255),
          operator: anyOperator,
          value: fc.constantFrom(0, 1, 2, 16, 18),
        })
        .map((flags): FilterNode => ({ kind: "and", operands: [ip, flags] })),
    ),
    4,
  );
}

/** Deliberate differences: the packet, the expression, our answer; tcpdump's is the opposite. */
const eth = packet().ethernet();
const DIFFERENCES: readonly [
  string,
  Omit<CapturedPacket, "name" | "bytes"> & { built: PacketBuilder },
  string,
  boolean,
][] = [
  ["VLAN tags are looked through", { built: eth.vlan(7).ipv4().tcp() }, "tcp port 443", true],
  [
    "a tunnel's inner addresses count",
    { built: eth.ipv4().ipv4({ source: "10.0.0.1" }).udp() },
    "host 10.0.0.1",
    true,
  ],
  [
    "a tunnel's outer ones do not",
    { built: eth.ipv4({ source: "10.0.0.1" }).ipv4().udp() },
    "host 10.0.0.1",
    false,
  ],
  ["a tunnel's inner version counts", { built: eth.ipv4().ipv6().udp() }, "ip6", true],
  ["IPv6 extension headers are followed", { built: eth.ipv6().extension(0).tcp() }, "tcp port 443", true],
  ["they are not the protocol", { built: eth.ipv6().extension(0).tcp() }, "proto 0", false],
  [
    "an IPv6 first fragment has ports",
    { built: eth.ipv6().fragment({ more: true }).udp().payload(8) },
    "port 443",
    true,
  ],
  ["AH is looked through", { built: eth.ipv4().ah().tcp() }, "tcp", true],
  [
    "flags of TCP in IPv6 count",
    { built: eth.ipv6().tcp({ flags: "S" }) },
    "tcp[tcpflags] & tcp-syn != 0",
    true,
  ],
  ["addresses in ARP do not count", { built: eth.arp() }, "host 192.0.2.1", false],
  [
    "multicast is a matter of IP",
    { built: packet().ethernet({ destination: "ff:ff:ff:ff:ff:ff" }).arp() },
    "multicast",
    false,
  ],
  ["and not of the frame", { built: eth.ipv4({ destination: "224.0.0.251" }).udp() }, "multicast", true],
  [
    "255.255.255.255 is enough for broadcast",
    { built: eth.ipv4({ destination: "255.255.255.255" }).udp() },
    "broadcast",
    true,
  ],
  [
    "ports of SCTP do not count",
    { built: eth.ipv4({ protocol: 132 }).payload([0, 80, 0, 80, 0, 0, 0, 0]) },
    "port 80",
    false,
  ],
  ["a port's name is its number", { built: eth.ipv4().udp({ destinationPort: 80 }) }, "port http", true],
  [
    "ports of a damaged header do not count",
    { built: eth.ipv4().tcp({ headerWords: 1 }) },
    "port 443",
    false,
  ],
  ["a damaged IP header is none", { built: eth.ipv4({ headerWords: 1 }).tcp() }, "ip", false],
  [
    "bytes beyond the capture do not make not fail",
    { built: eth.ipv4().tcp(), cutTo: 36 },
    "not port 80",
    true,
  ],
];

/** Expressions that only one of the two accepts. */
const ONLY_OURS = [
  ...["10.0.0.1", "tcp and 10.0.0.1", "10.0.0.0/8", "src 10.0.0.0/8", "net 10/8", "net 10 mask 255.0.0.0"],
  ...["proto tcp", "TCP PORT 443", "udp port http", "port dns"],
];
const ONLY_TCPDUMPS = [
  ...["ip[0] = 0x45", "udp[0] = 1", "host 10.1", "src 10.1", "net 256", ""],
  ...["host 10.0.0.1 or 443", "port 010", "proto 300", "arp host 10.0.0.1", "sctp port 80", "len + 1 > 60"],
  ...["tcp[13] & 2|16 = 18", "port whois", "ah", "mpls"],
];

if (TCPDUMP === null) console.warn("filter-against-tcpdump: skipped, there is no tcpdump on this system");

describe.skipIf(TCPDUMP === null)("filters compared with tcpdump", () => {
  let packets: CapturedPacket[] = [];
  beforeAll(() => {
    packets = comparablePackets();
  });

  test.each(EXPRESSIONS)("match the same packets: %s", (expression) => {
    const ours = ourMatches(packets, expression);
    expect(ours).toEqual(tcpdumpMatches(packets, expression));
    expect(ours.length, "proves nothing").toBeGreaterThan(0);
    expect(ours.length, "proves nothing").toBeLessThan(packets.length);
  });

  test("match the same packets for random expressions", () => {
    for (const tree of fc.sample(comparableTrees(), { numRuns: RANDOM_EXPRESSIONS, seed: 11 })) {
      const expression = filterText(tree);
      expect(ourMatches(packets, expression), expression).toEqual(tcpdumpMatches(packets, expression));
    }
  });

  test.each(DIFFERENCES)("differ as documented: %s", (name, { built, ...rest }, expression, ours) => {
    const one = [{ name, bytes: built.build(), ...rest }];
    expect(ourMatches(one, expression)).toEqual(ours ? [name] : []);
    expect(tcpdumpMatches(one, expression)).toEqual(ours ? [] : [name]);
  });

  test.each(ONLY_OURS)("are accepted only by appleflow: %j", (expression) => {
    expect(() => parseFilter(expression)).not.toThrow();
    expect(tcpdumpMatches(packets, expression)).toMatch(/^.*tcpdump: /s);
  });

  test.each(ONLY_TCPDUMPS)("are accepted only by tcpdump: %j", (expression) => {
    expect(() => parseFilter(expression)).toThrow("filter, column");
    expect(tcpdumpMatches(packets, expression)).toBeInstanceOf(Array);
  });
});
