/**
 * The direction of rules. nftables and iptables are compared with real connections in
 * test/regressions/router-closed-from-outside.system.test.ts; pf and Cisco IOS have no engine here, so their text is compared
 * with their manuals.
 */
import { describe, expect, it } from "vitest";
import type { AllowPlan, AllowRule } from "../../src/firewall/allow-plan.ts";
import { describeInside, type FirewallPlace } from "../../src/firewall/firewall-place.ts";
import { FIREWALL_FORMATS, type PlanFormat, renderPlan } from "../../src/firewall/render-plan.ts";
import { formatIpPrefix } from "../../src/knowledge/evidence/ip-prefix.ts";

function router(interfaceName: string | null, ...networks: string[]): FirewallPlace {
  const inside = describeInside(interfaceName, networks);
  if (typeof inside === "string") expect.fail(inside);
  return { kind: "router", inside };
}

function rule(
  direction: AllowRule["direction"],
  transport: "tcp" | "udp",
  first: number,
  last = first,
): AllowRule {
  return { direction, transport, first, last, isListed: true, origins: [] };
}

const OUTBOUND = [rule("outbound", "tcp", 443), rule("outbound", "udp", 3478, 3497)];
const INBOUND = [rule("inbound", "tcp", 5900), rule("inbound", "udp", 5900)];

/** Returns the lines that a firewall reads. */
function lines(format: PlanFormat, place: FirewallPlace, rules: readonly AllowRule[] = OUTBOUND): string[] {
  const plan: AllowPlan = {
    schema: "appleflow/rules@1",
    subject: "a test",
    products: [],
    rules,
    base: [],
    leftOut: [],
  };
  return renderPlan(plan, format, place)
    .replaceAll(/^#policy /gm, "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s*[#!]/.test(line));
}

const BLOCKED = [
  "block drop in all",
  "block drop out all",
  "pass on lo0 all no state",
  "pass inet6 proto icmp6 all icmp6-type { routersol, routeradv, neighbrsol, neighbradv } no state",
];

/*
 * pf.conf(5): the last matching rule decides; packets of a state in either direction, and ICMP errors about them, pass before
 * any rule. A forwarded packet meets the rules twice, coming in and going out, and keeps its `tag` in between. A new
 * connection from outside meets only `block drop in all` when it comes in: every `pass in` is for the inside interface, or
 * for inside sources to destinations that are not inside.
 */
describe("rules for pf", () => {
  it("on a router pass new connections only in from the inside interface", () => {
    expect(lines("pf", router("lan0"))).toEqual([
      ...BLOCKED,
      "pass out from self to any keep state",
      "pass in on lan0 from any to self keep state",
      "pass out all tagged APPLE_OUT keep state",
      "pass in on lan0 proto tcp from any to any port 443 tag APPLE_OUT keep state",
      "pass in on lan0 proto udp from any to any port 3478:3497 tag APPLE_OUT keep state",
    ]);
  });

  it("on a router that knows only networks pass nothing to them, even with a forged source", () => {
    expect(lines("pf", router(null, "10.1.0.0/16", "fd00:1::/48"))).toEqual([
      "table <inside> const { 10.1.0.0/16, fd00:1::/48 }",
      ...BLOCKED,
      "pass out from self to any keep state",
      "pass in from <inside> to self keep state",
      "pass out all tagged APPLE_OUT keep state",
      "pass in proto tcp from <inside> to ! <inside> port 443 tag APPLE_OUT keep state",
      "pass in proto udp from <inside> to ! <inside> port 3478:3497 tag APPLE_OUT keep state",
    ]);
  });

  it("on a router offer inbound services in comments only", () => {
    for (const place of [router("lan0"), router(null, "10.1.0.0/16"), router("lan0", "10.1.0.0/16")]) {
      expect(lines("pf", place, [...OUTBOUND, ...INBOUND])).toEqual(lines("pf", place));
    }
  });

  it("on a host pass what it opens out, and in only what was requested", () => {
    const out = [
      ...BLOCKED,
      "pass out proto tcp from any to any port 443 keep state",
      "pass out proto udp from any to any port 3478:3497 keep state",
    ];
    expect(lines("pf", { kind: "host" })).toEqual(out);
    expect(lines("pf", { kind: "host" }, [...OUTBOUND, ...INBOUND])).toEqual([
      ...out,
      "pass in proto tcp from any to any port 5900 keep state",
      "pass in proto udp from any to any port 5900 keep state",
    ]);
  });
});

const ERRORS_4 = [" permit icmp any any unreachable", " permit icmp any any ttl-exceeded"];
const ERRORS_6 = ["unreachable", "packet-too-big", "time-exceeded", "parameter-problem"].map(
  (type) => ` permit icmp any any ${type}`,
);

/*
 * Cisco's command references: `established` matches segments with ACK or RST, so no SYN that opens a connection; `reflect`
 * records the addresses and ports of a packet that it permits, and `evaluate` permits the reverse direction until a timeout.
 * So no unrequested UDP gets in, whatever port it comes from. ICMP type 3, "unreachable", includes "fragmentation needed"
 * (RFC 1191). What no line permits is denied; for IPv6, neighbour discovery is permitted before that.
 */
describe("Cisco access lists", () => {
  it("admit only answers: established for TCP, reflected for UDP", () => {
    expect(lines("cisco", router("Vlan10"))).toEqual([
      "ip access-list extended APPLE-OUT",
      " permit tcp any any eq 443",
      " permit udp any any range 3478 3497 reflect APPLE-OUT-UDP",
      ...ERRORS_4,
      "ip access-list extended APPLE-OUT-REPLIES",
      " permit tcp any eq 443 any established",
      " evaluate APPLE-OUT-UDP",
      ...ERRORS_4,
      "ipv6 access-list APPLE-OUT-V6",
      " permit tcp any any eq 443",
      " permit udp any any range 3478 3497 reflect APPLE-OUT-V6-UDP",
      ...ERRORS_6,
      "ipv6 access-list APPLE-OUT-V6-REPLIES",
      " permit tcp any eq 443 any established",
      " evaluate APPLE-OUT-V6-UDP",
      ...ERRORS_6,
    ]);
    expect(lines("cisco", { kind: "host" })).toEqual(lines("cisco", router("Vlan10")));
  });

  it("use the devices' networks if known, and permit nothing of the other IP version", () => {
    const [outbound] = [OUTBOUND, INBOUND].map((rules) =>
      lines("cisco", router("Vlan10", "10.1.0.0/16"), rules),
    );
    expect(outbound).toEqual([
      "ip access-list extended APPLE-OUT",
      " permit tcp 10.1.0.0 0.0.255.255 any eq 443",
      " permit udp 10.1.0.0 0.0.255.255 any range 3478 3497 reflect APPLE-OUT-UDP",
      ...ERRORS_4,
      "ip access-list extended APPLE-OUT-REPLIES",
      " permit tcp any eq 443 10.1.0.0 0.0.255.255 established",
      " evaluate APPLE-OUT-UDP",
      ...ERRORS_4,
      "ipv6 access-list APPLE-OUT-V6",
      ...ERRORS_6,
      "ipv6 access-list APPLE-OUT-V6-REPLIES",
      ...ERRORS_6,
    ]);
  });

  it("for inbound services are separate lists, not applied to any interface", () => {
    const place = router("Vlan10", "fd00:1::/48");
    expect(lines("cisco", place, INBOUND).slice(-12)).toEqual(
      [
        "ipv6 access-list APPLE-IN-V6",
        " permit tcp any fd00:1::/48 eq 5900",
        " permit udp any fd00:1::/48 eq 5900 reflect APPLE-IN-V6-UDP",
        ...ERRORS_6,
        "ipv6 access-list APPLE-IN-V6-REPLIES",
        " permit tcp fd00:1::/48 eq 5900 any established",
        " evaluate APPLE-IN-V6-UDP",
        ...ERRORS_6,
      ].slice(-12),
    );
    expect(lines("cisco", place, INBOUND).some((line) => /access-group|traffic-filter/.test(line))).toBe(
      false,
    );
  });
});

describe("nftables and iptables rules", () => {
  it("jump to the openings only from inside", () => {
    const jumps = (format: PlanFormat, place: FirewallPlace) =>
      lines(format, place, [...OUTBOUND, ...INBOUND])
        .map((line) => line.trim())
        .filter((line) => /(jump|-j) (outbound|inbound|APPLE-(OUT|IN)|RETURN)/.test(line));
    expect(jumps("nftables", router("lan0"))).toEqual(['iifname "lan0" jump outbound']);
    expect(jumps("nftables", router("lan0", "10.1.0.0/16"))).toEqual([
      'iifname "lan0" ip saddr { 10.1.0.0/16 } jump outbound',
    ]);
    // A forged source does not reach the networks that it claims to come from.
    expect(jumps("nftables", router(null, "10.1.0.0/16", "fd00::/8", "10.9.0.0/16"))).toEqual([
      "ip saddr { 10.1.0.0/16, 10.9.0.0/16 } ip daddr != { 10.1.0.0/16, 10.9.0.0/16 } jump outbound",
      "ip6 saddr { fd00::/8 } ip6 daddr != { fd00::/8 } jump outbound",
    ]);
    expect(jumps("iptables", router("lan0"))).toEqual(["-A APPLE-FORWARD -i lan0 -j APPLE-OUT"]);
    expect(jumps("iptables", router(null, "10.1.0.0/16", "fd00::/8"))).toEqual([
      "-4 -A APPLE-OUT -d 10.1.0.0/16 -j RETURN",
      "-6 -A APPLE-OUT -d fd00::/8 -j RETURN",
      "-4 -A APPLE-FORWARD -s 10.1.0.0/16 -j APPLE-OUT",
      "-6 -A APPLE-FORWARD -s fd00::/8 -j APPLE-OUT",
    ]);
  });
});

describe("the description of the inside", () => {
  it("has each network once, and none within another", () => {
    const texts = ["10.1.2.0/24", "10.1.0.0/16", "fd00::/8", "10.1.0.0/16", "fd00:1::/48", "10.2.0.0/16"];
    const inside = describeInside(null, texts);
    expect(typeof inside === "string" ? inside : inside.networks.map(formatIpPrefix)).toEqual([
      "10.1.0.0/16",
      "fd00::/8",
      "10.2.0.0/16",
    ]);
  });

  it("is an interface or networks", () => {
    expect(describeInside(null, [])).toBe("neither an interface nor a network is given");
    expect(describeInside("all", [])).toBe('"all" is not the name of one interface');
    expect(describeInside("lan0\n", [])).toBe('"lan0\n" is not the name of one interface');
    expect(describeInside("GigabitEthernet0/0/1.100", [])).toMatchObject({ networks: [] });
  });
});

describe("a router without a known inside", () => {
  it.each([
    ["neither an interface nor a network", null, []],
    ["an interface name that contains a rule", 'a" accept; #', []],
    ["an interface name of two lines", "a\n-A FORWARD -j ACCEPT", []],
    ["a wildcard for every interface", "any", []],
    ["a network of every address", null, [{ version: 4, words: [0, 0, 0, 0], length: 0 }]],
  ] as const)("is refused in every firewall format: %s", (_, interfaceName, networks) => {
    const place: FirewallPlace = { kind: "router", inside: { interfaceName, networks } };
    for (const format of FIREWALL_FORMATS) {
      expect(() => lines(format, place)).toThrow(/the inside of the router/);
    }
  });
});
