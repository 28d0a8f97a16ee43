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
    ["of the port", [match(TCP_PORT, 443), ACCEPT], "allowed"],
    ["of another port", [match(TCP_PORT, 444), ACCEPT], "blocked"],
    ["of the port's range", [match(TCP_PORT, { range: [400, 443] }), ACCEPT], "allowed"],
    ["of a set with the port", [match(TCP_PORT, { set: [80, { range: [440, 450] }] }), ACCEPT], "allowed"],
    ["of all ports but it", [match(TCP_PORT, 443, "!="), ACCEPT], "blocked"],
    ["of ports but a set without it", [match(TCP_PORT, { set: [80] }, "!="), ACCEPT], "allowed"],
    ["of higher ports", [match(TCP_PORT, 443, ">"), ACCEPT], "blocked"],
    ["of ports not lower", [match(TCP_PORT, 443, ">="), ACCEPT], "allowed"],
    ["of a prefix of ports", [match(TCP_PORT, { prefix: { addr: 256, len: 8 } }), ACCEPT], "allowed"],
    [
      "of the other transport, which even != does not hold for",
      [match(UDP_PORT, 443, "!="), ACCEPT],
      "blocked",
    ],
    ["of either transport", [match(payload("th", "dport"), 443), ACCEPT], "allowed"],
    ["of the transport by meta", [match(meta("l4proto"), { set: ["tcp", "udp"] }), ACCEPT], "allowed"],
    ["of the transport by number", [match(meta("l4proto"), 6), ACCEPT], "allowed"],
    ["of the protocol of IPv4", [match(payload("ip", "protocol"), "tcp"), ACCEPT], "allowed"],
    ["of the next header of IPv6", [match(payload("ip6", "nexthdr"), "tcp"), ACCEPT], "blocked"],
    ["of ICMP", [match(payload("icmp", "type"), "echo-request"), ACCEPT], "blocked"],
    ["of new connections", [match(ct("state"), "new", "in"), ACCEPT], "allowed"],
    ["of invalid packets", [match(ct("state"), "invalid", "in"), ACCEPT], "blocked"],
    ["of all but invalid packets", [match(ct("state"), "invalid", "!="), ACCEPT], "allowed"],
    ["of the loopback", [match(meta("iifname"), "lo"), ACCEPT], "blocked"],
    ["of all but the loopback", [match(meta("iifname"), "lo", "!="), ACCEPT], "allowed"],
    [
      "of any address",
      [match(payload("ip", "daddr"), { prefix: { addr: "0.0.0.0", len: 0 } }), ACCEPT],
      "allowed",
    ],
    ["of single hosts", [match({ fib: { result: "type", flags: ["daddr"] } }, "unicast"), ACCEPT], "allowed"],
    ["of broadcasts", [match({ fib: { result: "type", flags: ["daddr"] } }, "broadcast"), ACCEPT], "blocked"],
    [
      "that counts and logs",
      [{ counter: { packets: 1, bytes: 2 } }, { log: { prefix: "x" } }, ACCEPT],
      "allowed",
    ],
    ["with the comment of iptables", [{ xt: { type: "match", name: "comment" } }, ACCEPT], "allowed"],
    ["with the target of iptables that logs", [{ xt: { type: "target", name: "LOG" } }, ACCEPT], "allowed"],
    ["with the target of iptables that rejects", [{ xt: { type: "target", name: "REJECT" } }], "blocked"],
    ["of a rate", [{ limit: { rate: 10, burst: 5, per: "second" } }, ACCEPT], "allowed"],
    ["of a rate beyond", [{ limit: { rate: 10, burst: 5, per: "second", inv: true } }, ACCEPT], "blocked"],
    ["of many connections", [{ "ct count": { val: 20, inv: true } }, ACCEPT], "blocked"],
    ["of a mark that nothing sets", [match(meta("mark"), 1), ACCEPT], "blocked"],
    ["of no mark", [match(meta("mark"), 0), ACCEPT], "allowed"],
    [
      "of the place of the port in bytes",
      [match({ payload: { base: "th", offset: 16, len: 16 } }, 443), ACCEPT],
      "allowed",
    ],
    ["of what destination NAT has changed", [match(ct("status"), "dnat", "in"), ACCEPT], "blocked"],
    [
      "of a route that is missing",
      [match({ fib: { result: "oif", flags: ["saddr", "iif"] } }, false), ACCEPT],
      "blocked",
    ],
    ["of fragments", [match({ "&": [payload("ip", "frag-off"), 8191] }, 0, "!="), ACCEPT], "blocked"],
    ["of a routing header", [match({ exthdr: { name: "rt" } }, true), ACCEPT], "blocked"],
    ["that rejects", [{ reject: { type: "tcp reset" } }], "blocked"],
    ["without a verdict", [match(TCP_PORT, 443), { counter: null }], "blocked"],
    ["that writes a mark", [{ mangle: { key: { meta: { key: "mark" } }, value: 1 } }], "blocked"],
  ])("%s", (_, statements, verdict) => {
    expect(verdictOf(...statements)).toBe(verdict);
  });

  it.each([
    ["an interface", [match(meta("oifname"), "wan0"), ACCEPT], "oifname wan0"],
    [
      "an unknown match of iptables",
      [{ xt: { type: "match", name: "multiport" } }, ACCEPT],
      "[xt match multiport]",
    ],
    ["a target of iptables", [{ xt: { type: "target", name: "NFQUEUE" } }], "[xt target NFQUEUE]"],
    ["a rule of iptables that is not named", [{ xt: null }, ACCEPT], "[xt]"],
    ["a program", [{ queue: { num: 3 } }], "[queue]"],
    ["another port that it is sent to", [{ redirect: { port: 8080 } }], "[redirect]"],
    [
      "a port that is written",
      [{ mangle: { key: { payload: { protocol: "tcp", field: "dport" } }, value: 1 } }],
      "[mangle]",
    ],
    ["no tracking", [{ notrack: null }], "[notrack]"],
    ["bits of the port", [match({ "&": [TCP_PORT, 1] }, 1), ACCEPT], "tcp dport & 1 1"],
    [
      "bytes of the packet",
      [match({ payload: { base: "th", offset: 32, len: 16 } }, 443), ACCEPT],
      "[raw payload] 443",
    ],
    ["the name of a service", [match(TCP_PORT, "https"), ACCEPT], "tcp dport https"],
    ["an operator to come", [match(TCP_PORT, 443, "~"), ACCEPT], "tcp dport ~ 443"],
    ["a statement to come", [{ "future thing": {} }, DROP], "[future thing]"],
    ["a set that is not there", [match(TCP_PORT, "@gone"), ACCEPT], "tcp dport @gone"],
    ["a map that is not there", [{ vmap: { key: TCP_PORT, data: "@gone" } }], "tcp dport vmap @gone"],
    ["a chain that is not there", [{ jump: { target: "gone" } }], "jump gone"],
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
    ["a jump comes back", [[jump("sub")], [ACCEPT]], [[match(TCP_PORT, 80), DROP]], "allowed"],
    ["a goto does not", [[go("sub")], [ACCEPT]], [[match(TCP_PORT, 80), DROP]], "blocked"],
    ["a return ends the chain", [[jump("sub")], [ACCEPT]], [[{ return: null }], [DROP]], "allowed"],
    ["a verdict ends all", [[jump("sub")], [DROP]], [[ACCEPT]], "allowed"],
    ["a loop, which no kernel loads, ends", [[jump("sub")], [DROP]], [[jump("sub")]], "undecided"],
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
