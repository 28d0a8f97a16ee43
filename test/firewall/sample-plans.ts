/** Plans and places for tests of every format, and the openings of a plan. */
import { expect } from "vitest";
import type { AllowPlan, AllowRule } from "../../src/firewall/allow-plan.ts";
import type { FirewallPlace } from "../../src/firewall/firewall-place.ts";
import { loadPortNeeds } from "../../src/firewall/load-port-needs.ts";
import { planRules } from "../../src/firewall/plan-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";

const table = loadServiceTable();
const needs = loadPortNeeds(table);
const EVERYTHING = { withWide: true, withOffList: true, withInbound: true };

function planOf(names: readonly string[], subject = names.join(", ")): AllowPlan {
  const products = new Set(names.map((name) => table.product(name) ?? expect.fail(name)));
  return planRules({ table, needs, subject, products, ...EVERYTHING });
}

const all = planRules({
  table,
  needs,
  subject: "everything",
  products: new Set([...table.products, ...table.offListProducts]),
  ...EVERYTHING,
});
/** Text in a user's own file that tries to break out of its comment. */
const HOSTILE = 'x"; accept # \\\n`id`$(id) | drop\r\nset skip on en0\u202e\u0000 – "';
const hostile: AllowPlan = {
  ...all,
  subject: HOSTILE,
  rules: all.rules.map((rule) => ({
    ...rule,
    origins: rule.origins.map(() => ({
      row: HOSTILE,
      service: HOSTILE,
      products: [HOSTILE],
      reason: HOSTILE,
    })),
  })),
  leftOut: [{ what: HOSTILE, why: "wide", products: [HOSTILE] }],
};
export const plans: readonly (readonly [string, AllowPlan])[] = [
  ["FaceTime", planOf(["FaceTime"])],
  ["everything", all],
  ["hostile text", hostile],
  ["nothing", planOf([], "nothing")],
];

export const ROUTER: FirewallPlace = { kind: "router", inside: { interfaceName: "lan0", networks: [] } };
const HOST: FirewallPlace = { kind: "host" };
export const PLACES = [ROUTER, HOST];

/** Returns "outbound tcp 443-443" for each rule, sorted. */
export function openings(
  rules: readonly Pick<AllowRule, "direction" | "transport" | "first" | "last">[],
): string[] {
  return rules
    .map(({ direction, transport, first, last }) => `${direction} ${transport} ${first}-${last}`)
    .sort();
}
