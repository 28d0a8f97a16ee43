/**
 * Audits of rulesets in the JSON of nft 1.0.6: what can be decided, and what must stay undecided. round-trip.system.test.ts
 * compares them with the kernel.
 */
import { describe, expect, it } from "vitest";
import type { PortOutcome } from "../../src/firewall/audit-path.ts";
import {
  ACCEPT,
  ANSWERS,
  type Chain,
  ct,
  DROP,
  json,
  match,
  meta,
  outcome,
  payload,
  TCP_PORT,
  UDP_PORT,
} from "./nft-json.ts";

/** Returns the verdict on tcp/443 for a chain that accepts answers, and one rule. */
function verdictOf(...statements: readonly unknown[]): PortOutcome["verdict"] {
  return outcome(json([{ rules: [ANSWERS, statements] }]), 443).verdict;
}

describe("an audited rule", () => {
  it.each([
    ["matches the port", [match(TCP_PORT, 443), ACCEPT], "allowed"],
    ["matches another port", [match(TCP_PORT, 444), ACCEPT], "blocked"],
    ["matches a range with the port", [match(TCP_PORT, { range: [400, 443] }), ACCEPT], "allowed"],
    [
      "matches a set with the port",
      [match(TCP_PORT, { set: [80, { range: [440, 450] }] }), ACCEPT],
      "allowed",
    ],
    ["excludes the port", [match(TCP_PORT, 443, "!="), ACCEPT], "blocked"],
    ["excludes a set without the port", [match(TCP_PORT, { set: [80] }, "!="), ACCEPT], "allowed"],
    ["matches higher ports", [match(TCP_PORT, 443, ">"), ACCEPT], "blocked"],
    ["matches this port and higher ones", [match(TCP_PORT, 443, ">="), ACCEPT], "allowed"],
    ["matches a prefix of ports", [match(TCP_PORT, { prefix: { addr: 256, len: 8 } }), ACCEPT], "allowed"],
    ["matches the other transport, even with !=", [match(UDP_PORT, 443, "!="), ACCEPT], "blocked"],
    ["matches the port over either transport", [match(payload("th", "dport"), 443), ACCEPT], "allowed"],
    [
      "matches the transport by l4proto",
      [match(meta("l4proto"), { set: ["tcp", "udp"] }), ACCEPT],
      "allowed",
    ],
    ["matches the transport by number", [match(meta("l4proto"), 6), ACCEPT], "allowed"],
    ["matches the protocol field of IPv4", [match(payload("ip", "protocol"), "tcp"), ACCEPT], "allowed"],
    ["matches the next header of IPv6", [match(payload("ip6", "nexthdr"), "tcp"), ACCEPT], "blocked"],
    ["matches ICMP", [match(payload("icmp", "type"), "echo-request"), ACCEPT], "blocked"],
    ["matches new connections", [match(ct("state"), "new", "in"), ACCEPT], "allowed"],
    ["matches invalid packets", [match(ct("state"), "invalid", "in"), ACCEPT], "blocked"],
    ["excludes invalid packets", [match(ct("state"), "invalid", "!="), ACCEPT], "allowed"],
    ["matches the loopback interface", [match(meta("iifname"), "lo"), ACCEPT], "blocked"],
    ["excludes the loopback interface", [match(meta("iifname"), "lo", "!="), ACCEPT], "allowed"],
    [
      "matches any address",
      [match(payload("ip", "daddr"), { prefix: { addr: "0.0.0.0", len: 0 } }), ACCEPT],
      "allowed",
    ],
    [
      "matches unicast destinations",
      [match({ fib: { result: "type", flags: ["daddr"] } }, "unicast"), ACCEPT],
      "allowed",
    ],
    [
      "matches broadcasts",
      [match({ fib: { result: "type", flags: ["daddr"] } }, "broadcast"), ACCEPT],
      "blocked",
    ],
    ["counts and logs", [{ counter: { packets: 1, bytes: 2 } }, { log: { prefix: "x" } }, ACCEPT], "allowed"],
    ["has a comment match of iptables", [{ xt: { type: "match", name: "comment" } }, ACCEPT], "allowed"],
    ["has the LOG target of iptables", [{ xt: { type: "target", name: "LOG" } }, ACCEPT], "allowed"],
    ["has the REJECT target of iptables", [{ xt: { type: "target", name: "REJECT" } }], "blocked"],
    ["matches packets below a rate", [{ limit: { rate: 10, burst: 5, per: "second" } }, ACCEPT], "allowed"],
    [
      "matches packets above a rate",
      [{ limit: { rate: 10, burst: 5, per: "second", inv: true } }, ACCEPT],
      "blocked",
    ],
    [
      "matches more than a number of connections",
      [{ "ct count": { val: 20, inv: true } }, ACCEPT],
      "blocked",
    ],
    ["matches a mark that nothing sets", [match(meta("mark"), 1), ACCEPT], "blocked"],
    ["matches packets without a mark", [match(meta("mark"), 0), ACCEPT], "allowed"],
    [
      "matches the bytes at the offset of the port",
      [match({ payload: { base: "th", offset: 16, len: 16 } }, 443), ACCEPT],
      "allowed",
    ],
    ["matches connections with changed destination", [match(ct("status"), "dnat", "in"), ACCEPT], "blocked"],
    [
      "matches packets without a route back",
      [match({ fib: { result: "oif", flags: ["saddr", "iif"] } }, false), ACCEPT],
      "blocked",
    ],
    ["matches fragments", [match({ "&": [payload("ip", "frag-off"), 8191] }, 0, "!="), ACCEPT], "blocked"],
    ["matches a routing header", [match({ exthdr: { name: "rt" } }, true), ACCEPT], "blocked"],
    ["rejects", [{ reject: { type: "tcp reset" } }], "blocked"],
    ["has no verdict", [match(TCP_PORT, 443), { counter: null }], "blocked"],
    ["sets a mark", [{ mangle: { key: { meta: { key: "mark" } }, value: 1 } }], "blocked"],
  ])("has the expected verdict if it %s", (_, statements, verdict) => {
    expect(verdictOf(...statements)).toBe(verdict);
  });

  it.each([
    ["an interface", [match(meta("oifname"), "wan0"), ACCEPT], "oifname wan0"],
    [
      "an unknown iptables match",
      [{ xt: { type: "match", name: "multiport" } }, ACCEPT],
      "[xt match multiport]",
    ],
    ["an iptables target", [{ xt: { type: "target", name: "NFQUEUE" } }], "[xt target NFQUEUE]"],
    ["an iptables extension without a name", [{ xt: null }, ACCEPT], "[xt]"],
    ["a user-space program", [{ queue: { num: 3 } }], "[queue]"],
    ["a redirect to another port", [{ redirect: { port: 8080 } }], "[redirect]"],
    [
      "a change of the port",
      [{ mangle: { key: { payload: { protocol: "tcp", field: "dport" } }, value: 1 } }],
      "[mangle]",
    ],
    ["disabled connection tracking", [{ notrack: null }], "[notrack]"],
    ["bits of the port", [match({ "&": [TCP_PORT, 1] }, 1), ACCEPT], "tcp dport & 1 1"],
    [
      "bytes of the packet",
      [match({ payload: { base: "th", offset: 32, len: 16 } }, 443), ACCEPT],
      "[raw payload] 443",
    ],
    ["the name of a service", [match(TCP_PORT, "https"), ACCEPT], "tcp dport https"],
    ["an unknown operator", [match(TCP_PORT, 443, "~"), ACCEPT], "tcp dport ~ 443"],
    ["an unknown statement", [{ "future thing": {} }, DROP], "[future thing]"],
    ["a missing set", [match(TCP_PORT, "@gone"), ACCEPT], "tcp dport @gone"],
    ["a missing map", [{ vmap: { key: TCP_PORT, data: "@gone" } }], "tcp dport vmap @gone"],
    ["a missing chain", [{ jump: { target: "gone" } }], "jump gone"],
  ])("that depends on %s is undecided, with that reason", (_, statements, doubt) => {
    const { verdict, reason, rule } = outcome(json([{ rules: [ANSWERS, statements] }]), 443);
    expect({ verdict, reason }).toEqual({ verdict: "undecided", reason: `undecided: depends on ${doubt}` });
    expect(rule?.handle).toBe(3);
  });

  it("that is not understood is ignored if the outcome is the same", () => {
    const doubtful = match(meta("skuid"), 501);
    const text = json([{ rules: [ANSWERS, [doubtful, DROP], [match(TCP_PORT, 443), DROP]] }]);
    expect(outcome(text, 443).verdict).toBe("blocked");
    expect(outcome(text, 443).reason).toBe("");
  });

  it("on interfaces is decided if they are given", () => {
    const text = json([
      {
        rules: [ANSWERS, [match(meta("iifname"), "lan*"), match(meta("oifname"), { set: ["wan0"] }), ACCEPT]],
      },
    ]);
    expect(outcome(text, 443).verdict).toBe("undecided");
    const inside = { insideInterface: "lan7" };
    expect(outcome(text, 443, { ...inside, outsideInterface: "wan0" }).verdict).toBe("allowed");
    expect(outcome(text, 443, { ...inside, outsideInterface: "wan1" }).verdict).toBe("blocked");
  });
});

describe("audited chains", () => {
  const jump = (target: string) => ({ jump: { target } });
  const go = (target: string) => ({ goto: { target } });
  const sub = (...rules: (readonly unknown[])[]): Chain => ({ name: "sub", hook: null, rules });

  it.each([
    [
      "continue after a jump has returned",
      [[jump("sub")], [ACCEPT]],
      [[match(TCP_PORT, 80), DROP]],
      "allowed",
    ],
    ["do not continue after a goto", [[go("sub")], [ACCEPT]], [[match(TCP_PORT, 80), DROP]], "blocked"],
    [
      "continue in the calling chain after a return",
      [[jump("sub")], [ACCEPT]],
      [[{ return: null }], [DROP]],
      "allowed",
    ],
    ["end at a verdict in a jump's target", [[jump("sub")], [DROP]], [[ACCEPT]], "allowed"],
    [
      "are undecided if they form a loop, which no kernel would load",
      [[jump("sub")], [DROP]],
      [[jump("sub")]],
      "undecided",
    ],
  ])("%s", (_, rules, subRules, verdict) => {
    const text = json([sub(...subRules), { rules: [ANSWERS, ...rules] }]);
    expect(outcome(text, 443).verdict).toBe(verdict);
  });

  it("process a packet by priority, and one that accepts does not end the others", () => {
    const text = json([
      { name: "late", priority: 10, policy: "accept", rules: [[match(TCP_PORT, 443), DROP]] },
      { name: "early", priority: -10, policy: "accept", rules: [[ACCEPT]] },
    ]);
    const { verdict, rule } = outcome(text, 443);
    expect(verdict).toBe("blocked");
    expect(rule?.chain).toBe("late");
    expect(outcome(text, 80)).toMatchObject({ verdict: "allowed", rule: { chain: "early" } });
    const both = json([
      { name: "late", priority: 10, rules: [] },
      { name: "early", priority: -10, rules: [] },
    ]);
    expect(outcome(both, 443)).toMatchObject({ verdict: "blocked", rule: { chain: "early" } });
  });

  it("of one IP version do not affect the other", () => {
    const text = json([{ family: "ip", rules: [] }]);
    expect(outcome(text, 443, { version: 4 })).toMatchObject({
      verdict: "blocked",
      rule: { text: "policy drop" },
    });
    expect(outcome(text, 443, { version: 6 })).toMatchObject({ verdict: "allowed", rule: null });
  });

  it("that accept only first packets let nothing through", () => {
    const only = json([{ rules: [[match(ct("state"), "new", "in"), ACCEPT]] }]);
    expect(outcome(only, 443)).toMatchObject({ verdict: "blocked", stage: "following" });
    const noAnswers = json([{ rules: [[match(TCP_PORT, 443), ACCEPT]] }]);
    expect(outcome(noAnswers, 443)).toMatchObject({ verdict: "blocked", stage: "reply" });
  });

  it("of a host are the output chain, and the input chain for answers", () => {
    const output = { hook: "output", rules: [[match(TCP_PORT, 443), ACCEPT]] };
    expect(outcome(json([output]), 443, { hook: "output" }).verdict).toBe("allowed");
    const closed = json([output, { name: "input", hook: "input", rules: [] }]);
    expect(outcome(closed, 443, { hook: "output" })).toMatchObject({ verdict: "blocked", stage: "reply" });
    const open = json([output, { name: "input", hook: "input", rules: [ANSWERS] }]);
    expect(outcome(open, 443, { hook: "output" }).verdict).toBe("allowed");
  });

  it("that jump many times over are walked once", () => {
    const rules = Array.from({ length: 40 }, (_, level) => ({
      name: `c${level}`,
      hook: null,
      rules: level < 14 ? Array.from({ length: 40 }, () => [jump(`c${level + 1}`)]) : [],
    }));
    const text = json([...rules, { rules: [ANSWERS, [jump("c0")], [ACCEPT]] }]);
    expect(outcome(text, 443).verdict).toBe("allowed");
  });
});

describe("audited maps and sets", () => {
  const set = (name: string, elem: readonly unknown[], more: object = {}) => ({
    set: { family: "inet", table: "filter", name, type: "inet_service", elem, ...more },
  });
  const named = match(TCP_PORT, "@ports");

  it("are looked up by name in the rule's table", () => {
    const text = json(
      [{ rules: [ANSWERS, [named, ACCEPT]] }],
      [set("ports", [{ elem: { val: 443, comment: "x" } }, 80])],
    );
    expect([443, 80, 81].map((port) => outcome(text, port).verdict)).toEqual([
      "allowed",
      "allowed",
      "blocked",
    ]);
  });

  it("that change at run time are reliable for their entries, not for absent ones", () => {
    const text = json([{ rules: [ANSWERS, [named, ACCEPT]] }], [set("ports", [443], { flags: ["dynamic"] })]);
    expect([443, 80].map((port) => outcome(text, port).verdict)).toEqual(["allowed", "undecided"]);
  });

  it("of verdicts decide by their key, and continue without an entry", () => {
    const key = { concat: [meta("l4proto"), payload("th", "dport")] };
    const data = {
      set: [
        [{ concat: ["tcp", { range: [400, 450] }] }, { goto: { target: "sub" } }],
        [{ concat: ["udp", 443] }, DROP],
      ],
    };
    const chains = [
      { name: "sub", hook: null, rules: [[ACCEPT]] },
      { rules: [ANSWERS, [{ vmap: { key, data } }], [match(TCP_PORT, 22), ACCEPT]] },
    ];
    const text = json(chains);
    expect(outcome(text, 443)).toMatchObject({ verdict: "allowed", rule: { chain: "sub" } });
    expect(outcome(text, 443, { transport: "udp" })).toMatchObject({
      verdict: "blocked",
      rule: { handle: 5 },
    });
    expect(outcome(text, 22).verdict).toBe("allowed");
  });
});
