/** Every format is parsed back by its own parser, and opens what the plan opens. */
import "../support/fast-check-seed.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AllowRule } from "../../src/firewall/allow-plan.ts";
import { plainText } from "../../src/firewall/plan-words.ts";
import { PLAN_FORMATS, renderPlan } from "../../src/firewall/render-plan.ts";
import { openings, PLACES, plans, ROUTER } from "./sample-plans.ts";

/** With the policy enabled, which is commented out by default. */
function withPolicy(text: string): string {
  return text.replaceAll(/^#policy /gm, "");
}

const ICMP_ERROR =
  /^ permit icmp any any (unreachable|ttl-exceeded|packet-too-big|time-exceeded|parameter-problem)$/;

/** The same for lines that match `pattern`; every line must match it or one of `others`. */
function readBack(lines: readonly string[], pattern: RegExp, others: readonly RegExp[]): string[] {
  const found = lines.flatMap((line) => {
    const groups = pattern.exec(line)?.groups;
    if (groups === undefined) {
      if (!others.some((other) => other.test(line))) expect.fail(`what is "${line}"?`);
      return [];
    }
    const first = Number(groups.first);
    return [
      { direction: groups.direction, transport: groups.transport, first, last: Number(groups.last ?? first) },
    ];
  });
  return found
    .map(({ direction, transport, first, last }) => `${direction} ${transport} ${first}-${last}`)
    .sort();
}

describe.each(plans)("the rules for %s", (_, plan) => {
  it.each(PLACES)("open the planned ports as iptables for a $kind", (place) => {
    const text = renderPlan(plan, "iptables", place);
    expect(text).not.toMatch(/^:(FORWARD|INPUT|OUTPUT) /m);
    const lines = withPolicy(text).trimEnd().split("\n");
    const rule =
      /^-A APPLE-(?<direction>OUT|IN) -p (?<transport>tcp|udp) --dport (?<first>\d+)(:(?<last>\d+))? -m comment --comment "[^"\\`$]{1,255}" -j ACCEPT$/;
    const read = readBack(lines, rule, [
      /^#[ -~]*$/,
      /^\*filter$|^COMMIT$/,
      /^:(FORWARD|INPUT|OUTPUT) DROP \[0:0\]$|^:APPLE-(FORWARD|IN|OUT|INPUT|OUTPUT) - \[0:0\]$/,
      /^-A APPLE-(FORWARD|INPUT|OUTPUT) -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT$/,
      /^-I (FORWARD -j APPLE-FORWARD|INPUT -j APPLE-INPUT|OUTPUT -j APPLE-OUTPUT)$/,
      /^-A (APPLE-FORWARD -i lan0 -j APPLE-OUT|APPLE-INPUT -j APPLE-IN|APPLE-OUTPUT -j APPLE-OUT)$/,
      /^-6 -A APPLE-(INPUT|OUTPUT) -p ipv6-icmp --icmpv6-type 13[3-6] -j ACCEPT$/,
      /^-A (APPLE-OUTPUT -o|APPLE-INPUT -i) lo -j ACCEPT$/,
    ]);
    const named = read.map((text) => text.replace("OUT ", "outbound ").replace("IN ", "inbound "));
    expect(named.sort()).toEqual(openings(plan.rules));
    // Chains are declared before a rule names them.
    const declared = lines.filter((line) => line.startsWith(":")).map((line) => line.slice(1).split(" ")[0]);
    expect(declared.some((name) => !name.startsWith("APPLE-"))).toBe(true);
    for (const line of lines.filter((line) => line.startsWith("-A")))
      expect(declared).toContain(line.split(" ")[1]);
  });

  // The grammar of pf.conf(5), as far as these files use it.
  it.each(PLACES)("open the planned ports as pf for a $kind", (place) => {
    const text = renderPlan(plan, "pf", place);
    expect(text).not.toMatch(/^block/m);
    const lines = withPolicy(text).trimEnd().split("\n");
    // On a router, inbound rules are only comments.
    const offered = /^# (?=pass in on ! lan0 )/;
    const rule =
      place.kind === "host"
        ? /^pass (?<direction>in|out) proto (?<transport>tcp|udp) from any to any port (?<first>\d+)(:(?<last>\d+))? keep state$/
        : /^pass in on (?<direction>(! )?lan0) proto (?<transport>tcp|udp) from any to any port (?<first>\d+)(:(?<last>\d+))? tag APPLE_(OUT|IN) keep state$/;
    const read = readBack(
      lines.map((line) => line.replace(offered, "")),
      rule,
      [
        /^(#[ -~]*)?$/,
        /^pass on lo0 all no state$/,
        /^block drop (in|out) all$/,
        /^pass inet6 proto icmp6 all icmp6-type \{ [a-z, ]+ \} no state$/,
        /^pass out from self to any keep state$|^pass in on lan0 from any to self keep state$/,
        /^pass out all tagged APPLE_OUT keep state$/,
      ],
    );
    const named = read.map((text) =>
      text.replace(/^(out|lan0) /, "outbound ").replace(/^(in|! lan0) /, "inbound "),
    );
    expect(named.sort()).toEqual(openings(plan.rules));
    expect(lines.filter((line) => offered.test(line))).toHaveLength(
      place.kind === "host" ? 0 : plan.rules.filter(({ direction }) => direction === "inbound").length,
    );
    // In pf the last matching rule decides: blocking rules come before all passing ones.
    const lastBlock = lines.findLastIndex((line) => line.startsWith("block"));
    const firstPass = lines.findIndex((line) => line.startsWith("pass"));
    expect(firstPass === -1 || lastBlock < firstPass).toBe(true);
    expect(lines).toContain("block drop in all");
    expect(lines).toContain("block drop out all");
  });

  it("open the planned ports as Cisco access lists, for IPv4 and IPv6, and admit the answers", () => {
    const lists = new Map<string, string[]>();
    let list: string[] | undefined;
    for (const line of renderPlan(plan, "cisco", ROUTER).trimEnd().split("\n")) {
      expect(line).toMatch(/^[ -~]*$/);
      const name = /^(?:ip access-list extended|ipv6 access-list) (\S+)$/.exec(line)?.[1];
      if (name !== undefined) {
        expect(lists.has(name)).toBe(false);
        list = [];
        lists.set(name, list);
      } else if (line.startsWith(" ")) {
        if (list === undefined) expect.fail(`"${line}" is in no list`);
        list.push(line);
      } else {
        expect(line).toMatch(/^!/);
      }
    }
    for (const [name, direction] of [
      ["APPLE-OUT", "outbound"],
      ["APPLE-IN", "inbound"],
    ] as const) {
      const expected = openings(plan.rules.filter((rule) => rule.direction === direction));
      for (const version of ["", "-V6"]) {
        const permits = readBack(
          lists.get(`${name}${version}`) ?? [],
          /^ permit (?<transport>tcp|udp) any any (eq|range) (?<first>\d+)( (?<last>\d+))?( reflect APPLE-(IN|OUT)(-V6)?-UDP)?$/,
          [/^ remark .{1,100}$/, ICMP_ERROR],
        );
        expect(permits.map((text) => text.replace("undefined", direction))).toEqual(expected);
        const answers = readBack(
          lists.get(`${name}${version}-REPLIES`) ?? [],
          /^ permit (?<transport>tcp) any (eq|range) (?<first>\d+)( (?<last>\d+))? any established$/,
          [/^ evaluate APPLE-(IN|OUT)(-V6)?-UDP$/, ICMP_ERROR],
        );
        const ofTcp = expected.filter((text) => text.includes(" tcp "));
        expect(answers.map((text) => text.replace("undefined", direction))).toEqual(ofTcp);
        // For UDP, the answers are those reflected by the list itself.
        const reflected = (lists.get(`${name}${version}`) ?? []).filter((line) =>
          line.startsWith(" permit udp"),
        );
        for (const line of reflected) expect(line.endsWith(` reflect ${name}${version}-UDP`)).toBe(true);
        const evaluated = (lists.get(`${name}${version}-REPLIES`) ?? []).filter((line) =>
          line.startsWith(" evaluate"),
        );
        expect(evaluated).toEqual(reflected.length > 0 ? [` evaluate ${name}${version}-UDP`] : []);
      }
    }
    // IOS treats an empty list as one that permits everything.
    for (const [name, lines] of lists) expect(lines.length, name).toBeGreaterThan(0);
  });

  it("name each port as CSV and Markdown", () => {
    const csv = renderPlan(plan, "csv", ROUTER).trimEnd().split("\n").slice(1);
    const read = csv.map((line) => {
      const [direction, transport, first, last, isListed] = line.split(",");
      return {
        direction,
        transport,
        first: Number(first),
        last: Number(last),
        isListed: isListed === "yes",
      } as AllowRule;
    });
    expect(openings(read)).toEqual(openings(plan.rules));
    expect(read.map(({ isListed }) => isListed)).toEqual(plan.rules.map(({ isListed }) => isListed));
    const rows = renderPlan(plan, "markdown", ROUTER)
      .split("\n")
      .filter((line) => /^\| \d/.test(line));
    expect(rows).toHaveLength(plan.rules.length);
  });

  it("mark off-list ports in every format", () => {
    const count = plan.rules.filter(({ isListed }) => !isListed).length;
    expect(
      renderPlan(plan, "nftables", ROUTER).match(/accept comment "not on Apple's list: /g)?.length ?? 0,
    ).toBe(count);
    expect(renderPlan(plan, "iptables", ROUTER).match(/--comment "not on Apple's list: /g)?.length ?? 0).toBe(
      count,
    );
    for (const format of ["pf", "cisco"] as const) {
      const marks = renderPlan(plan, format, ROUTER).match(/NOT ON APPLE'S LIST/g)?.length ?? 0;
      expect(marks).toBeGreaterThanOrEqual(count);
      expect(marks > 0).toBe(count > 0);
    }
  });

  it("offer the ports of basic network services only as comments", () => {
    for (const format of PLAN_FORMATS) {
      const text = renderPlan({ ...plan, rules: [] }, format, ROUTER);
      if (format === "csv" || format === "list") continue;
      expect(text, format).toMatch(/DNS|--dport 53 /);
      const active = text
        .split("\n")
        .filter((line) => /^\s*(pass.* port|permit (tcp|udp)|-A APPLE-(IN|OUT)|tcp|udp)/.test(line));
      expect(active, format).toEqual([]);
    }
  });
});

describe("plain text in generated rules", () => {
  it("has no characters that a firewall's parser would interpret", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plainText(text)).toMatch(/^[ !#%-[\]^_a-~&'()*+,./-]*$/);
        expect(plainText(text)).not.toMatch(/["\\`$\n\r]/);
      }),
    );
    expect(plainText("3478–3497")).toBe("3478-3497");
  });
});
