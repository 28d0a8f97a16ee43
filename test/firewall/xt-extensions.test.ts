/** Audits of iptables rules in nft's JSON, which has only the names of their extensions. */
import { describe, expect, it } from "vitest";
import { PortAudit } from "../../src/firewall/audit-ports.ts";
import { parseRuleset } from "../../src/firewall/load-ruleset.ts";
import { ACCEPT, type Chain, DROP, FORWARD, json, match, meta, TCP_PORT } from "./nft-json.ts";

const XT = (name: string, type = "match") => ({ xt: { type, name } });

describe("iptables extensions that the JSON of nft only names", () => {
  /** As Docker writes it. */
  const docker: Chain[] = [
    { name: "DOCKER-USER", hook: null, family: "ip", rules: [[{ return: null }]] },
    {
      name: "FORWARD",
      family: "ip",
      rules: [
        [{ counter: null }, { jump: { target: "DOCKER-USER" } }],
        [match(meta("oifname"), "docker0"), XT("conntrack"), { counter: null }, ACCEPT],
        [match(meta("iifname"), "docker0"), match(meta("oifname"), "docker0", "!="), ACCEPT],
      ],
    },
  ];
  const path = { insideInterface: "docker0", outsideInterface: "eth0" };

  it("are assumed to have their usual meaning, which is reported", () => {
    const audit = new PortAudit(parseRuleset(json(docker), "a test"), { ...FORWARD, ...path });
    expect(audit.outcomes({ first: 443, last: 443 }, "tcp", 4)[0].outcome.verdict).toBe("allowed");
    expect(audit.assumptions).toEqual([expect.stringContaining("accepts established and related packets")]);
  });

  it.each([
    [
      "reply packets accepted by conntrack",
      [
        [XT("conntrack"), ACCEPT],
        [match(TCP_PORT, 443), ACCEPT],
      ],
      "allowed",
    ],
    ["a first conntrack, which accepts nothing new", [[XT("conntrack"), ACCEPT]], "blocked"],
    [
      "new connections by a second conntrack, as ufw has it",
      [
        [XT("conntrack"), ACCEPT],
        [match(meta("l4proto"), "tcp"), XT("conntrack"), ACCEPT],
      ],
      "allowed",
    ],
    [
      "new connections by conntrack and a port",
      [
        [XT("conntrack"), ACCEPT],
        [match(TCP_PORT, 443), XT("conntrack"), ACCEPT],
      ],
      "allowed",
    ],
    ["packets that are not invalid", [[XT("conntrack"), DROP], [ACCEPT]], "allowed"],
    [
      "conntrack with an interface, in either direction",
      ["oifname", "iifname"].map((key) => [match(meta(key), "lan0"), XT("conntrack"), ACCEPT]),
      "undecided",
    ],
    [
      "packets within limits",
      [[XT("hashlimit"), DROP], [XT("recent"), { jump: { target: "no" } }], [ACCEPT]],
      "allowed",
    ],
    ["packets to another machine", [[XT("addrtype"), DROP], [ACCEPT]], "allowed"],
    ["logged packets", [[{ limit: { rate: 3, per: "minute" } }, XT("LOG", "target")], [ACCEPT]], "allowed"],
    ["rejected packets", [[XT("REJECT", "target")], [ACCEPT]], "blocked"],
    ["unknown ports of multiport", [[XT("multiport"), DROP], [ACCEPT]], "undecided"],
  ])("give the expected verdict for %s", (_, rules, verdict) => {
    const text = json([
      { name: "no", hook: null, family: "ip", rules: [[XT("LOG", "target")], [XT("REJECT", "target")]] },
      { family: "ip", rules },
    ]);
    const audit = new PortAudit(parseRuleset(text, "a test"), {
      ...FORWARD,
      insideInterface: "lan0",
      outsideInterface: "wan0",
    });
    expect(audit.outcomes({ first: 443, last: 443 }, "tcp", 4)[0].outcome.verdict).toBe(verdict);
  });
});
