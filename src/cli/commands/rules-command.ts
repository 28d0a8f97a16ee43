/** `appleflow rules`: what a firewall has to let through, or whether one does. */

import { summarize, summaryStatus } from "../../engine/summarize.ts";
import { auditRows } from "../../firewall/audit-rows.ts";
import { CaptureNeeds } from "../../firewall/capture-needs.ts";
import { describeInside, type FirewallHook, type FirewallPlace } from "../../firewall/firewall-place.ts";
import { loadPortNeeds } from "../../firewall/load-port-needs.ts";
import { loadNftRuleset } from "../../firewall/load-ruleset.ts";
import { planRules } from "../../firewall/plan-rules.ts";
import { AUDIT_FORMATS, type AuditFormat, renderAudit } from "../../firewall/render-audit.ts";
import { FIREWALL_FORMATS, PLAN_FORMATS, type PlanFormat, renderPlan } from "../../firewall/render-plan.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import { findProducts } from "../../knowledge/port-list/name-search.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { type Environment, UsageError } from "../environment.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { readingNotes } from "../reading-notes.ts";
import { styleOf } from "../terminal-style.ts";

/** As commander hands them over. */
export interface RulesCommandOptions {
  readonly format?: string;
  readonly family?: readonly string[];
  /** A capture whose flows say what is needed. */
  readonly from?: string;
  readonly hook: FirewallHook;
  /** A ruleset of nftables as JSON, to be held to the list. */
  readonly audit?: string;
  readonly inside?: string;
  /** Networks of the devices. */
  readonly source?: readonly string[];
  readonly outside?: string;
  readonly ip?: "4" | "6";
  readonly withWide?: boolean;
  readonly withOffList?: boolean;
  readonly withInbound?: boolean;
  readonly withRetired?: boolean;
  readonly ports?: string;
  readonly output?: string;
}

/** What was asked for, in words and as products. */
interface Wanted {
  readonly subject: string;
  readonly products: ReadonlySet<Product>;
  /** Whether somebody named them, so that what has ended is meant, too. */
  readonly isNamed: boolean;
}

const DEFAULT_FORMAT: PlanFormat = "nftables";
/** Of Linux and the BSDs (IFNAMSIZ without its final NUL). */
const LONGEST_INTERFACE = 15;
/** What was asked for would not work: the same as where a capture shows that it did not. */
const STATUS_BLOCKED = 4;

/** Runs the command; the exit status. */
export async function runRules(
  names: readonly string[],
  options: RulesCommandOptions,
  environment: Environment,
): Promise<number> {
  if (options.audit !== undefined) return await runAudit(names, options, options.audit, environment);
  if (options.outside !== undefined || options.ip !== undefined) {
    throw new UsageError("--outside and --ip are for --audit");
  }
  const format = planFormat(options.format);
  const table = loadServiceTable({ portsFile: options.ports });
  const needs = loadPortNeeds(table, { hasOwnRows: options.ports !== undefined });
  const wanted = wantedProducts(names, options.family, table);
  const place = firewallPlace(format, options);
  const { from, withWide, withOffList, withInbound } = options;
  const openings = { withWide, withOffList, withInbound };
  const output = openResultOutput(options.output, from === undefined ? [] : [from], environment);
  try {
    if (from === undefined) {
      const withoutRetired = !wanted.isNamed && options.withRetired !== true;
      const plan = planRules({ table, needs, ...wanted, ...openings, withoutRetired });
      output.write(renderPlan(plan, format, place));
      output.finish();
      return 0;
    }
    const seen = new CaptureNeeds(table);
    const summary = await summarize([from], { services: table, onFlow: (flow) => seen.add(flow) });
    for (const line of readingNotes(summary)) environment.stderr.write(`${line}\n`);
    const status = summaryStatus(summary);
    if (status === 3) return status;
    const plan = planRules({
      table,
      needs: { ...needs, offList: seen.offList },
      subject: wanted.isNamed
        ? `${wanted.subject}, as far as flows of ${from} went to it`
        : `what flows of ${from} went to`,
      products: new Set(
        [...seen.products].filter((product) => wanted.products.has(product) || !wanted.isNamed),
      ),
      isWanted: (row, product) => seen.isSeen(row, product),
      ...openings,
    });
    output.write(renderPlan(plan, format, place));
    output.finish();
    return status;
  } finally {
    output.close();
  }
}

async function runAudit(
  names: readonly string[],
  options: RulesCommandOptions,
  file: string,
  environment: Environment,
): Promise<number> {
  const { format: formatName = "table", from, hook, inside, outside, ip } = options;
  const format: AuditFormat | undefined = AUDIT_FORMATS.find((known) => known === formatName);
  if (format === undefined) throw new UsageError(`--format ${formatName} is not for --audit`);
  if (from !== undefined) throw new UsageError("--audit and --from answer different questions: take one");
  if (options.source !== undefined) throw new UsageError("--source is not for --audit");
  const table = loadServiceTable({ portsFile: options.ports });
  const wanted = wantedProducts(names, options.family, table);
  const report = auditRows(loadNftRuleset(file), {
    table,
    hook,
    insideInterface: inside ?? null,
    outsideInterface: outside ?? null,
    ...(wanted.isNamed && { products: wanted.products }),
    ...(ip !== undefined && { version: ip === "4" ? 4 : 6 }),
  });
  const output = openResultOutput(options.output, [file], environment);
  try {
    output.write(await renderAudit(report, format, styleOf(environment, isOutputFile(options.output))));
    output.finish();
  } finally {
    output.close();
  }
  const isAllowed = report.rows.every(({ verdict }) => verdict === "allowed");
  return wanted.isNamed && !isAllowed ? STATUS_BLOCKED : 0;
}

function planFormat(name: string = DEFAULT_FORMAT): PlanFormat {
  const format = PLAN_FORMATS.find((known) => known === name);
  if (format === undefined) throw new UsageError(`--format ${name} is for --audit`);
  return format;
}

/** Where the rules are to stand. Those that Linux forwards by need to know where inside is: without it they have no direction. */
function firewallPlace(
  format: PlanFormat,
  { hook, inside: interfaceName, source = [] }: RulesCommandOptions,
): FirewallPlace {
  if (interfaceName === undefined && source.length === 0) {
    if (hook === "forward" && (format === "nftables" || format === "iptables")) {
      throw new UsageError(
        `rules of ${format} for a router need --inside INTERFACE or --source NETWORK, where the devices are: without a direction they would let connections in from outside (for a host: --hook output)`,
      );
    }
    return { kind: "host" };
  }
  if (hook === "output")
    throw new UsageError("--inside and --source are for a router, --hook output for a host");
  if (!FIREWALL_FORMATS.includes(format)) {
    throw new UsageError(`--inside and --source are for ${FIREWALL_FORMATS.join(", ")}`);
  }
  const inside = describeInside(interfaceName ?? null, source);
  if (typeof inside === "string") throw new UsageError(inside);
  if (format !== "cisco" && (interfaceName?.length ?? 0) > LONGEST_INTERFACE) {
    throw new UsageError(
      `an interface's name has at most ${LONGEST_INTERFACE} characters: "${interfaceName}"`,
    );
  }
  return { kind: "router", inside };
}

/** The products of the names and families; all of the list where none is given. */
function wantedProducts(
  names: readonly string[],
  families: readonly string[] = [],
  table: ServiceTable,
): Wanted {
  if (names.length === 0 && families.length === 0) {
    return { subject: "all products of the list", products: new Set(table.products), isNamed: false };
  }
  const named = names.map((name) => productNamed(name, table));
  const ofFamilies = families.map((name) => productsOfFamily(name, table));
  return {
    subject: [
      ...named.map(({ name }) => name),
      ...ofFamilies.map(({ family }) => `the family ${family}`),
    ].join(", "),
    products: new Set([...named, ...ofFamilies.flatMap(({ products }) => products)]),
    isNamed: true,
  };
}

function productNamed(name: string, table: ServiceTable): Product {
  const exact = table.product(name.trim());
  if (exact !== null) return exact;
  const similar = findProducts(table, name);
  if (similar.length === 1) return similar[0];
  if (similar.length === 0)
    throw new UsageError(`no product is called "${name}"; appleflow products lists them`);
  throw new UsageError(`"${name}" may be ${similar.map((product) => product.name).join(", ")}`);
}

function productsOfFamily(
  name: string,
  table: ServiceTable,
): { readonly family: string; readonly products: readonly Product[] } {
  const wanted = name.trim().toLowerCase();
  const products = [...table.products, ...table.offListProducts].filter(
    ({ family }) => family.toLowerCase() === wanted,
  );
  if (products.length === 0) {
    const families = new Set([...table.products, ...table.offListProducts].map(({ family }) => family));
    throw new UsageError(`no family is called "${name}"; there are ${[...families].join(", ")}`);
  }
  return { family: products[0].family, products };
}
