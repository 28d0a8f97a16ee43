/** Renders a list of names in any of its formats. */

import { csvText } from "../render/render-escape.ts";
import { jsonDocument } from "../render/render-json-document.ts";
import type { AllowPlan } from "./allow-plan.ts";
import type { FirewallPlace } from "./firewall-place.ts";
import type { NameEntry, NamePlan } from "./name-plan.ts";
import { nameHead, nameNote, unsupportedLines } from "./name-words.ts";
import { renderAdguard, renderDnsmasq, renderRpz, renderUnbound } from "./render-name-servers.ts";
import { renderSquid } from "./render-squid.ts";

/** The formats of `appleflow rules --to names`. */
export const NAME_FORMATS = [
  "list",
  "no-inspect",
  "dnsmasq",
  "unbound",
  "squid",
  "rpz",
  "adguard",
  "csv",
  "json",
] as const;
/** One of `NAME_FORMATS`. */
export type NameFormat = (typeof NAME_FORMATS)[number];

/** Formats whose rules depend on where the firewall is. */
export const PLACED_NAME_FORMATS: readonly NameFormat[] = ["dnsmasq"];

/**
 * Renders the list as text that ends with a newline.
 *
 * @param ports the plan of `planRules` that the names are allowed for
 * @param place of the firewall, for dnsmasq, which fills its sets
 *
 * @example
 * ```ts
 * import { type AllowPlan, type NamePlan, renderNames } from "appleflow/firewall";
 *
 * export function forSquid(names: NamePlan, ports: AllowPlan): string {
 *   return renderNames(names, "squid", ports, { kind: "host" });
 * }
 * ```
 */
export function renderNames(
  plan: NamePlan,
  format: NameFormat,
  ports: AllowPlan,
  place: FirewallPlace,
): string {
  switch (format) {
    case "list":
      return renderList(plan, "Names to let through");
    case "no-inspect":
      return renderList(plan, NO_INSPECTION);
    case "dnsmasq":
      return renderDnsmasq(plan, ports, place);
    case "unbound":
      return renderUnbound(plan);
    case "squid":
      return renderSquid(plan, ports);
    case "rpz":
      return renderRpz(plan);
    case "adguard":
      return renderAdguard(plan);
    case "csv":
      return renderCsv(plan);
    case "json":
      return jsonDocument(plan);
  }
}

/** Apple, 101555: intercepted connections fail. */
const NO_INSPECTION =
  "Names whose TLS must not be inspected (Apple's services refuse certificates of inspecting proxies: apple-101555)";

/** Writes "*.push.apple.com" beside "push.apple.com": in name objects the star covers everything before it. */
function renderList(plan: NamePlan, what: string): string {
  const lines = [
    ...[...nameHead(plan, what), ...unsupportedLines(plan)].map((line) => `# ${line}`),
    ...plan.names.flatMap((entry) => {
      const own = linesOf(entry);
      return own.length === 0 ? [] : [`# ${nameNote(entry)}`, ...own];
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function linesOf({ kind, name }: NameEntry): string[] {
  if (kind === "pattern") return [];
  return kind === "exact" ? [name] : [name, `*.${name}`];
}

const CSV_HEADER = "kind,name,products,source,date";

function renderCsv({ names }: NamePlan): string {
  const lines = names.map(({ kind, name, products, source, date }) =>
    [kind, csvText(name), csvText(products.join(" | ")), csvText(source), csvText(date)].join(","),
  );
  return `${[CSV_HEADER, ...lines].join("\n")}\n`;
}
