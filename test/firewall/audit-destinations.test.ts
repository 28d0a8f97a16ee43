/** Audits that distinguish destinations and devices by address, and their assumptions. */
import { describe, expect, it } from "vitest";
import { PortAudit } from "../../src/firewall/audit-ports.ts";
import { type AuditOptions, auditRows } from "../../src/firewall/audit-rows.ts";
import { loadDestinations } from "../../src/firewall/load-destinations.ts";
import { parseRuleset } from "../../src/firewall/load-ruleset.ts";
import { renderAudit } from "../../src/firewall/render-audit.ts";
import { parseIpPrefix } from "../../src/knowledge/evidence/ip-prefix.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { ACCEPT, ANSWERS, ct, DROP, FORWARD, json, match, meta, payload, TCP_PORT } from "./nft-json.ts";

const table = loadServiceTable();
const appleNetworks = loadDestinations(table).networks.map(({ prefix }) => prefix);
const DADDR = payload("ip", "daddr");
const SADDR = payload("ip", "saddr");
const IN_17 = { prefix: { addr: "17.0.0.0", len: 8 } };
const set = (name: string, elem: readonly unknown[], more: object = {}) => ({
  set: { family: "inet", table: "filter", name, type: "ipv4_addr", elem, ...more },
});

function chains(...rules: readonly (readonly unknown[])[]): string {
  return json([{ rules: [ANSWERS, ...rules] }]);
}

/** Returns "apple 17.0.0.0/8 allowed" for each destination of tcp/443, in order. */
function said(text: string, options: Partial<AuditOptions> = {}, version: 4 | 6 = 4): string[] {
  const audit = new PortAudit(parseRuleset(text, "a test"), { ...FORWARD, appleNetworks, ...options });
  return audit
    .outcomes({ first: 443, last: 443 }, "tcp", version)
    .map(({ destination, networks, devices, outcome }) =>
      [destination ?? "anywhere", networks[0], devices[0], outcome.verdict].filter(Boolean).join(" "),
    );
}

async function sentence(text: string, options: Partial<AuditOptions> = {}): Promise<string> {
  const products = new Set([table.product("iMessage") ?? expect.fail()]);
  const report = auditRows(parseRuleset(text, "a test"), {
    ...FORWARD,
    appleNetworks,
    table,
    products,
    ...options,
  });
  const row = report.rows.find(({ port }) => port === "5223") ?? expect.fail();
  const style = { width: 400, colors: false, ascii: true };
  const line = (await renderAudit({ ...report, rows: [row] }, "table", style)).split("\n")[1];
  return line.replace(/^.*?(allowed|blocked|partly) +(?=\S)/, "$1: ").trim();
}

describe("audited destinations", () => {
  it("distinguish Apple's networks from content networks and IPv6, also in words", async () => {
    const text = chains([match(DADDR, IN_17), match(TCP_PORT, { set: [443, 5223] }), ACCEPT]);
    expect(said(text)).toEqual([
      "apple 17.0.0.0/8 allowed",
      "apple 57.102.0.0/15 blocked",
      "content blocked",
    ]);
    expect(said(text, {}, 6)).toEqual(["anywhere blocked"]);
    expect(await sentence(text)).toMatch(
      /^partly: allowed to Apple's IPv4 networks \(17\.0\.0\.0\/8\); blocked: Apple's other IPv4 networks \([^)]*and others\), content networks, IPv6; inet filter forward handle 3: /,
    );
  });

  it("name all of Apple's networks as a whole", async () => {
    const all = loadDestinations(table).networks.filter(({ prefix }) => prefix.version === 4);
    const elem = all.map(({ prefix: { words, length } }) => ({
      prefix: {
        addr: words[0] === 0 ? "" : [24, 16, 8, 0].map((bits) => (words[0] >>> bits) & 255).join("."),
        len: length,
      },
    }));
    const text = json([{ rules: [ANSWERS, [match(DADDR, "@apple"), ACCEPT]] }], [set("apple", elem)]);
    expect(said(text)).toEqual(["apple allowed", "content blocked"]);
    expect(await sentence(text)).toContain(
      "allowed to Apple's IPv4 networks; blocked: content networks, IPv6; ",
    );
  });

  it.each([
    ["by a mask", match({ "&": [DADDR, "255.0.0.0"] }, "17.0.0.0")],
    ["by a range", match(DADDR, { range: ["17.0.0.0", "17.255.255.255"] })],
    ["by an anonymous set", match(DADDR, { set: [IN_17, "1.2.3.4"] })],
    ["by address and port", match({ concat: [DADDR, TCP_PORT] }, { set: [{ concat: [IN_17, 443] }] })],
    [
      "by the original destination of the connection",
      match({ ct: { key: "ip daddr", dir: "original" } }, IN_17),
    ],
  ])("are distinguished %s", (_, condition) => {
    const [apple, , content] = said(chains([condition, ACCEPT]));
    expect(apple).toBe("apple 17.0.0.0/8 allowed");
    expect(content).toMatch(/^content .*blocked$/);
  });

  it("are distinguished by a map, and by rules that drop", () => {
    const map = {
      vmap: {
        key: DADDR,
        data: {
          set: [
            [IN_17, ACCEPT],
            ["*", DROP],
          ],
        },
      },
    };
    expect(said(chains([map]))[0]).toBe("apple 17.0.0.0/8 allowed");
    expect(said(chains([match(DADDR, IN_17, "!="), DROP], [ACCEPT]))).toContain("content blocked");
  });

  it("that are private are ignored for services, and decide for traffic between devices", () => {
    const text = chains(
      [
        match(DADDR, {
          set: [{ prefix: { addr: "10.0.0.0", len: 8 } }, { prefix: { addr: "172.16.0.0", len: 12 } }],
        }),
        DROP,
      ],
      [ACCEPT],
    );
    expect(said(text)).toEqual(["anywhere allowed"]);
    const report = auditRows(parseRuleset(text, "a test"), { ...FORWARD, appleNetworks, table });
    const rowOf = (wanted: string) => report.rows.find(({ port }) => port === wanted);
    expect(rowOf("5223")?.verdict).toBe("allowed");
    expect(rowOf("548")).toMatchObject({
      verdict: "partly",
      parts: [{ destination: "private" }, { destination: "private" }, {}],
    });
  });
});

describe("audited devices", () => {
  const HOME = { prefix: { addr: "192.168.7.0", len: 24 } };

  it("belong to the networks that the rules allow, which is reported", () => {
    const audit = new PortAudit(parseRuleset(chains([match(SADDR, HOME), ACCEPT]), "a test"), FORWARD);
    expect(audit.outcomes({ first: 443, last: 443 }, "tcp", 4)[0].outcome.verdict).toBe("allowed");
    expect(audit.assumptions).toEqual([
      "devices have addresses of the networks that the rules let through: 192.168.7.0/24",
    ]);
  });

  it("exclude hosts that rules single out", () => {
    expect(said(chains([match(SADDR, "192.168.7.9"), DROP], [ACCEPT]))).toEqual(["anywhere allowed"]);
    expect(said(chains([match(SADDR, "192.168.7.9"), ACCEPT]))).toEqual([
      "anywhere 1.0.0.0/8 blocked",
      "anywhere 192.168.7.9/32 allowed",
    ]);
  });

  it("are those of --source if given", () => {
    const text = chains([match(SADDR, HOME), ACCEPT]);
    const sources = ["192.168.7.0/24", "10.0.0.0/8"].map((one) => {
      const prefix = parseIpPrefix(one);
      return typeof prefix === "string" ? expect.fail(prefix) : prefix;
    });
    expect(said(text, { sources: sources.slice(0, 1) })).toEqual(["anywhere allowed"]);
    expect(said(text, { sources: sources.slice(1) })).toEqual(["anywhere blocked"]);
    expect(said(text, { sources })).toHaveLength(2);
    expect(said(text, { sources }, 6)).toEqual(["anywhere blocked"]);
  });
});

describe("the path of an audited packet", () => {
  it("includes prerouting and postrouting, and keeps its marks", () => {
    const mark = { mangle: { key: meta("mark"), value: 7 } };
    const text = json([
      {
        name: "pre",
        hook: "prerouting",
        policy: "accept",
        rules: [
          [match(TCP_PORT, 443), mark],
          [match(TCP_PORT, 80), DROP],
        ],
      },
      { rules: [ANSWERS, [match(meta("mark"), 7), ACCEPT]] },
      { name: "post", hook: "postrouting", policy: "accept", rules: [[match(TCP_PORT, 22), DROP]] },
    ]);
    const audit = new PortAudit(parseRuleset(text, "a test"), FORWARD);
    const verdicts = [443, 80, 22, 25].map((port) => {
      const [{ outcome }] = audit.outcomes({ first: port, last: port }, "tcp", 4);
      return `${port} ${outcome.verdict} by ${outcome.rule?.chain}`;
    });
    expect(verdicts).toEqual([
      "443 allowed by forward",
      "80 blocked by pre",
      "22 blocked by forward",
      "25 blocked by forward",
    ]);
  });

  it("keeps a connection mark for later packets", () => {
    const rules = [
      [match(ct("mark"), 5), ACCEPT],
      [match(ct("state"), "new", "in"), { mangle: { key: ct("mark"), value: 5 } }, ACCEPT],
    ];
    expect(said(json([{ rules }]))).toEqual(["anywhere allowed"]);
  });

  it("is undecided after a redirect", () => {
    const text = json([
      {
        name: "nat",
        hook: "prerouting",
        policy: "accept",
        rules: [[match(TCP_PORT, 443), { redirect: { port: 3128 } }]],
      },
    ]);
    expect(said(text)).toEqual(["anywhere undecided"]);
  });

  it("over IPv6 needs neighbour discovery, which an input chain can block", () => {
    const input = (...rules: readonly (readonly unknown[])[]) =>
      json([{ name: "input", hook: "input", rules }, { rules: [ANSWERS, [ACCEPT]] }]);
    const discovery = match(payload("icmpv6", "type"), {
      set: ["nd-neighbor-solicit", "nd-neighbor-advert"],
    });
    expect(said(input(), {}, 4)).toEqual(["anywhere allowed"]);
    expect(said(input(), {}, 6)).toEqual(["anywhere blocked"]);
    expect(said(input([discovery, ACCEPT]), {}, 6)).toEqual(["anywhere allowed"]);
    expect(said(input([match(meta("l4proto"), "ipv6-icmp"), ACCEPT]), {}, 6)).toEqual(["anywhere allowed"]);
  });
});

describe("audited sets", () => {
  it("that rules fill are taken as empty if they block, and as undecided if they accept", () => {
    const wicked = set("dynamic", [], { flags: ["dynamic", "timeout"] });
    const rules = (verdict: object) =>
      json(
        [
          {
            rules: [
              ANSWERS,
              [match(SADDR, "@dynamic"), verdict],
              [match(TCP_PORT, 80), ACCEPT],
              ...(verdict === DROP ? [[ACCEPT]] : []),
            ],
          },
        ],
        [wicked],
      );
    expect(said(rules(DROP))).toEqual(["anywhere allowed"]);
    expect(said(rules(ACCEPT))).toEqual(["anywhere undecided"]);
  });

  it("of 50,000 networks are read in time", () => {
    const elem = Array.from({ length: 50_000 }, (_, index) => ({
      prefix: { addr: `${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.0`, len: 25 },
    }));
    const text = json([{ rules: [ANSWERS, [match(DADDR, "@many"), DROP], [ACCEPT]] }], [set("many", elem)]);
    const before = performance.now();
    const report = auditRows(parseRuleset(text, "a test"), { ...FORWARD, appleNetworks, table });
    expect(report.rows.find(({ port }) => port === "5223")?.verdict).toBe("partly");
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
