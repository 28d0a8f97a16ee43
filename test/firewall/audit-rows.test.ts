/** Audits of list rows, and of files that are not rulesets. */
import "../support/fast-check-seed.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { PortAudit } from "../../src/firewall/audit-ports.ts";
import { auditRows } from "../../src/firewall/audit-rows.ts";
import { parseNftRuleset } from "../../src/firewall/nft-ruleset.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { ACCEPT, ANSWERS, DROP, FORWARD, json, match, payload, UDP_PORT } from "./nft-json.ts";

const table = loadServiceTable();

describe("audited rows", () => {
  it("of a host with a router's rules are reported in parts", () => {
    const text = json([{ rules: [ANSWERS, [match(UDP_PORT, { range: [3478, 3480] }), ACCEPT]] }]);
    const report = auditRows(parseNftRuleset(text, "a test"), {
      ...FORWARD,
      table,
      products: new Set([table.product("Game Center") ?? expect.fail()]),
    });
    const stun = report.rows.find(({ port }) => port === "3478–3497");
    expect(stun?.verdict).toBe("partly");
    expect(stun?.parts.map(({ ports, version, verdict }) => ({ ports, version, verdict }))).toEqual([
      { ports: "3478-3480", version: null, verdict: "allowed" },
      { ports: "3481-3497", version: null, verdict: "blocked" },
    ]);
    expect(report.rows.filter(({ verdict }) => verdict === "blocked")).toHaveLength(report.counts.blocked);
  });

  it("list what was not examined", () => {
    const text = json([
      { family: "ip", rules: [ANSWERS] },
      {
        family: "netdev",
        name: "pre",
        hook: "ingress",
        policy: "accept",
        rules: [[{ redirect: { port: 80 } }]],
      },
      { family: "ip", name: "in", hook: "input", rules: [] },
    ]);
    expect(auditRows(parseNftRuleset(text, "a test"), { ...FORWARD, table }).notes).toEqual([
      "no chain is at the hook forward for IPv6: everything passes",
      "not evaluated: chain netdev filter pre at the hook ingress (redirect)",
    ]);
  });

  it("cover each port of the list once, with the same answers as port by port", () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 0, max: 3000 }));
    const rule = fc.record({
      transport: fc.constantFrom("tcp", "udp", "th"),
      ports: fc.array(
        range.map(([first, more]) => [first, Math.min(65535, first + more)]),
        { minLength: 1, maxLength: 4 },
      ),
      op: fc.constantFrom("==", "!="),
      isAccept: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), (rules) => {
        const text = json([
          {
            rules: [
              ANSWERS,
              ...rules.map(({ transport, ports, op, isAccept }) => [
                match(payload(transport, "dport"), { set: ports.map((range) => ({ range })) }, op),
                isAccept ? ACCEPT : DROP,
              ]),
            ],
          },
        ]);
        /** The first rule that covers a port decides. */
        const naive = (transport: "tcp" | "udp", port: number) => {
          const decides = rules.find(
            (one) =>
              (one.transport === "th" || one.transport === transport) &&
              one.ports.some(([first, last]) => first <= port && port <= last) === (one.op === "=="),
          );
          return decides?.isAccept ? "allowed" : "blocked";
        };
        const audit = new PortAudit(parseNftRuleset(text, "a test"), FORWARD);
        for (const transport of ["tcp", "udp"] as const) {
          let next = 1;
          for (const { first, last, outcome } of audit.outcomes({ first: 1, last: 65535 }, transport, 6)) {
            expect(first).toBe(next);
            for (const port of [first, last, (first + last) >>> 1]) {
              if (outcome.verdict !== naive(transport, port))
                expect.fail(`${transport}/${port}: ${outcome.verdict}`);
            }
            next = last + 1;
          }
          expect(next).toBe(65536);
        }
      }),
    );
  });
});

describe("a ruleset file", () => {
  it.each([
    ["{", "not JSON"],
    ["[]", 'no array "nftables"'],
    ['{"nftables":[{"chain":[]}]}', "$.nftables[0].chain is not an object"],
    ['{"nftables":[{"chain":{"family":"ip","table":"t"}}]}', "$.nftables[0].chain.name is not a string"],
    [
      '{"nftables":[{"rule":{"family":"ip","table":"t","chain":"c","expr":[]}}]}',
      'chain "c", which does not exist',
    ],
    [
      '{"nftables":[{"chain":{"family":"ip","table":"t","name":"c"}},{"rule":{"family":"ip","table":"t","chain":"c"}}]}',
      "expr is not an array",
    ],
  ])("%s is refused", (text, problem) => {
    let error: unknown;
    try {
      parseNftRuleset(text, "rules.json");
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof InputError)) expect.fail(`no InputError but ${error}`);
    expect(error.code).toBe("bad_ruleset");
    expect(error.message).toContain(`rules.json: `);
    expect(error.message).toContain(problem);
  });

  it("nested to exhaust its reader is refused", () => {
    const deep = `${'{"&":['.repeat(50_000)}1${"]}".repeat(50_000)}`;
    const text = json([{ rules: [["DEEP"]] }]).replace('"DEEP"', deep);
    expect(() => parseNftRuleset(text, "rules.json")).toThrow("nested deeper than 32 levels");
  });

  it("of any JSON is refused or audited, and never crashes", () => {
    const keys = [
      "match",
      "vmap",
      "op",
      "left",
      "right",
      "key",
      "data",
      "set",
      "elem",
      "val",
      "range",
      "prefix",
      "concat",
      "payload",
      "meta",
      "ct",
      "fib",
      "jump",
      "target",
      "&",
    ];
    const expression = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(null, 443, "tcp", "@x", "*", -1, 1e9, "", "sub"),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie("tree"), { maxKeys: 3 }),
      ),
    })).tree;
    fc.assert(
      fc.property(fc.array(fc.array(expression, { maxLength: 3 }), { maxLength: 4 }), (rules) => {
        const text = json([{ name: "sub", hook: null, rules: [] }, { rules }]);
        const report = auditRows(parseNftRuleset(text, "a test"), {
          ...FORWARD,
          table,
          products: new Set([table.products[5]]),
        });
        expect(report.rows.length).toBeGreaterThan(0);
      }),
      { numRuns: propertyRuns(300) },
    );
  });
});
