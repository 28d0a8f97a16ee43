/** Renders an allow-list in any of its formats. */

import { csvText, escapeText } from "../render/render-escape.ts";
import { jsonDocument } from "../render/render-json-document.ts";
import type { AllowPlan, AllowRule } from "./allow-plan.ts";
import { checkPlace, type FirewallPlace } from "./firewall-place.ts";
import { rangeText } from "./merge-ranges.ts";
import { headLines, networkNote, wrapWords } from "./plan-words.ts";
import { renderCisco } from "./render-cisco.ts";
import { renderIptables } from "./render-iptables.ts";
import { renderNftables } from "./render-nftables.ts";
import { renderPf } from "./render-pf.ts";

/** The formats of `appleflow rules`. */
export const PLAN_FORMATS = [
  "nftables",
  "iptables",
  "pf",
  "cisco",
  "list",
  "csv",
  "markdown",
  "json",
] as const;
/** One of `PLAN_FORMATS`. */
export type PlanFormat = (typeof PLAN_FORMATS)[number];

/** Formats for firewalls, whose rules depend on where the firewall is. */
export const FIREWALL_FORMATS: readonly PlanFormat[] = ["nftables", "iptables", "pf", "cisco"];

/**
 * Renders the plan as text that ends with a newline. Names in it cannot break out of comments.
 *
 * @param place for the firewall formats; Cisco's lists are always for routers
 * @throws InputError `bad_argument` for a router whose inside {@link describeInside} would reject
 *
 * @example
 * ```ts
 * import { type AllowPlan, describeInside, renderPlan } from "appleflow/firewall";
 *
 * export function forRouter(plan: AllowPlan): string {
 *   const inside = describeInside("lan0", []);
 *   if (typeof inside === "string") throw new Error(inside);
 *   return renderPlan(plan, "nftables", { kind: "router", inside });
 * }
 * ```
 */
export function renderPlan(plan: AllowPlan, format: PlanFormat, place: FirewallPlace): string {
  if (FIREWALL_FORMATS.includes(format)) checkPlace(place);
  switch (format) {
    case "nftables":
      return renderNftables(plan, place);
    case "iptables":
      return renderIptables(plan, place);
    case "pf":
      return renderPf(plan, place);
    case "cisco":
      return renderCisco(plan, place);
    case "list":
      return renderList(plan);
    case "csv":
      return renderCsv(plan);
    case "markdown":
      return renderMarkdown(plan);
    case "json":
      return jsonDocument(plan);
  }
}

/** For aliases of firewalls with a user interface: one prefix per line, comments begin with #. */
function renderList(plan: AllowPlan): string {
  const head = headLines(plan);
  const lines = (plan.destinations ?? []).flatMap((set) => {
    const ports = plan.rules
      .filter(({ destination }) => destination === set.name)
      .map((rule) => `${rangeText(rule)}/${rule.transport}`);
    return [
      ...wrapWords(`${set.purpose}, ports ${ports.join(", ")}`).map((line) => `# ${line}`),
      ...set.networks.flatMap((network) => [`# ${networkNote(network)}`, network.prefix]),
    ];
  });
  return `${[...head.map((line) => `# ${line}`), ...lines].join("\n")}\n`;
}

const CSV_HEADER =
  "direction,transport,first_port,last_port,on_apples_list,rows,products,reason,destination,networks";

function networksOf({ destination }: AllowRule, { destinations = [] }: AllowPlan): string[] {
  return destinations.find(({ name }) => name === destination)?.networks.map(({ prefix }) => prefix) ?? [];
}

function renderCsv(plan: AllowPlan): string {
  const lines = plan.rules.map((rule) =>
    [
      rule.direction,
      rule.transport,
      rule.first,
      rule.last,
      rule.isListed ? "yes" : "no",
      csvText(joinOrigins(rule, ({ row }) => [row])),
      csvText(joinOrigins(rule, ({ products }) => products)),
      csvText(joinOrigins(rule, ({ reason }) => (reason === "" ? [] : [reason]))),
      csvText(rule.destination ?? "any"),
      csvText(networksOf(rule, plan).join(" ")),
    ].join(","),
  );
  return `${[CSV_HEADER, ...lines].join("\n")}\n`;
}

function renderMarkdown(plan: AllowPlan): string {
  const lines = headLines(plan, Number.POSITIVE_INFINITY).flatMap((line) => [markdownText(line), ""]);
  for (const direction of ["outbound", "inbound"] as const) {
    const rules = plan.rules.filter((rule) => rule.direction === direction);
    if (rules.length === 0) continue;
    lines.push(
      direction === "outbound" ? "## Outbound" : "## Inbound: services of a Mac",
      "",
      "| Port | Transport | To | Rows of the list | Products |",
      "| --- | --- | --- | --- | --- |",
      ...rules.map(
        (rule) =>
          `| ${rangeText(rule, "–")} | ${rule.transport.toUpperCase()} | ${markdownText(rule.destination ?? "any")} | ${markdownText(rowCell(rule))} | ${markdownText(joinOrigins(rule, ({ products }) => products))} |`,
      ),
      "",
    );
  }
  for (const { name, purpose, networks } of plan.destinations ?? []) {
    lines.push(
      `## ${markdownText(name)}: ${markdownText(purpose)}`,
      "",
      "| Network | Use | Source | Date |",
      "| --- | --- | --- | --- |",
      ...networks.map(
        ({ prefix, use, source, date }) =>
          `| ${prefix} | ${markdownText(use)} | ${markdownText(source)} | ${markdownText(date)} |`,
      ),
      "",
    );
  }
  const base = plan.base.map(
    ({ transport, first, last, purpose }) => `${purpose} (${rangeText({ first, last })}/${transport})`,
  );
  lines.push(
    `Replies to allowed connections must pass as well. Not included, though every network needs them: ${base.join(", ")}.`,
  );
  return `${lines.join("\n")}\n`;
}

function rowCell(rule: AllowRule): string {
  return rule.isListed
    ? joinOrigins(rule, ({ row }) => [row])
    : `not on Apple's list: ${joinOrigins(rule, ({ reason }) => [reason])}`;
}

function joinOrigins(
  { origins }: AllowRule,
  pick: (origin: AllowRule["origins"][number]) => readonly string[],
): string {
  return [...new Set(origins.flatMap(pick))].join(", ");
}

/** Escapes everything that Markdown interprets. */
function markdownText(text: string): string {
  return escapeText(text).replace(/[\\|`*_<>[\]]/g, "\\$&");
}
