/** Rulesets of firewalls: read, and held to a row of the list. */
import { readFileSync } from "node:fs";
import { auditRows } from "../../../src/firewall/audit-rows.ts";
import { parseRuleset } from "../../../src/firewall/load-ruleset.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import {
  ACCEPT,
  ANSWERS,
  ct,
  DROP,
  json,
  match,
  meta,
  payload,
  TCP_PORT,
  UDP_PORT,
} from "../../../test/firewall/nft-json.ts";
import { DOCKER_24, DOCKER_28 } from "../../../test/firewall/rulesets/docker.ts";
import { LIBVIRT_IPTABLES } from "../../../test/firewall/rulesets/libvirt.ts";
import { PLAIN_IP6TABLES, PLAIN_IPTABLES } from "../../../test/firewall/rulesets/plain.ts";
import { textTargets } from "../fuzz-target.ts";
import { orRefusal } from "../refusal.ts";

const ROUTER = new URL("../../../test/firewall/router-ruleset.json", import.meta.url);
const PORTS = { range: [5222, 5228] };
const ADDRESS = payload("ip", "daddr");
const nft = [
  readFileSync(ROUTER, "utf8"),
  json([
    {
      rules: [
        ANSWERS,
        [match(TCP_PORT, { set: [443, 5223, PORTS] }), match(meta("iifname"), "lan*"), ACCEPT],
        [match(UDP_PORT, "@ports"), { jump: { target: "more" } }],
        [
          {
            vmap: {
              key: TCP_PORT,
              data: {
                set: [
                  [443, ACCEPT],
                  [PORTS, DROP],
                ],
              },
            },
          },
        ],
        [match(ADDRESS, { prefix: { addr: "17.0.0.0", len: 8 } }, "!="), { reject: { type: "tcp reset" } }],
      ],
    },
    {
      name: "more",
      hook: null,
      rules: [
        [match(ct("mark"), 7), { mangle: { key: meta("mark"), value: { "|": [meta("mark"), 16] } } }],
        [{ counter: { packets: 1, bytes: 2 } }, { limit: { rate: 5, per: "second" } }, { return: null }],
        [{ goto: { target: "forward" } }],
      ],
    },
  ]),
];

/** The rows of one port: a hundred would take a hundred times as long. */
const all = loadServiceTable();
const rows = all.rows.filter(({ ports }) => JSON.stringify(ports).includes("5223"));
const products = new Set(rows.flatMap((row) => row.products.map(({ product }) => product)));
const path = { hook: "forward", insideInterface: "lan0", outsideInterface: "wan0" } as const;

function audit(text: string): void {
  orRefusal(() => auditRows(parseRuleset(text, "mutant"), { ...path, table: all, products }));
}

/** Rows are asked for each class of destinations and each version of IP. */
const BUDGET = { cpuMs: 200, memoryBytes: 64 << 20 };

/** One target for each form. */
export const RULESET_TARGETS = textTargets([
  {
    name: "iptables-ruleset",
    samples: [PLAIN_IPTABLES, PLAIN_IP6TABLES, DOCKER_24, DOCKER_28, LIBVIRT_IPTABLES],
    weight: 2,
    budget: BUDGET,
    run: audit,
  },
  { name: "nft-ruleset", samples: nft, weight: 2, budget: BUDGET, run: audit },
]);
