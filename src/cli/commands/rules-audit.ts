/** `appleflow rules --audit`: which rows of the list a ruleset allows. */
import { auditRows } from "../../firewall/audit-rows.ts";
import { describeInside, type Inside } from "../../firewall/firewall-place.ts";
import { loadDestinations } from "../../firewall/load-destinations.ts";
import { loadRuleset } from "../../firewall/load-ruleset.ts";
import { AUDIT_FORMATS, type AuditFormat, renderAudit } from "../../firewall/render-audit.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_BLOCKED } from "../exit-status.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { styleOf } from "../terminal-style.ts";
import { namedProducts } from "./named-products.ts";
import type { RulesCommandOptions } from "./rules-options.ts";

/** For audits. */
export const DEFAULT_AUDIT_FORMAT: AuditFormat = "table";

/** Checks a ruleset against the rows of the list; returns the exit status. */
export async function runAudit(
  names: readonly string[],
  options: RulesCommandOptions,
  files: readonly string[],
  environment: Environment,
): Promise<number> {
  const { format: formatName = DEFAULT_AUDIT_FORMAT, from, hook, inside, outside, ip } = options;
  const format: AuditFormat | undefined = AUDIT_FORMATS.find((known) => known === formatName);
  if (format === undefined) throw new UsageError(`--format ${formatName} cannot be used with --audit`);
  if (from !== undefined) throw new UsageError("--audit and --from cannot be combined");
  const table = loadServiceTable({ portsFile: options.ports });
  const wanted = namedProducts(names, options.family, table);
  const sources = sourceNetworks(options.source);
  const report = auditRows(loadRuleset(files), {
    table,
    sources,
    appleNetworks: loadDestinations(table).networks.map(({ prefix }) => prefix),
    hook,
    insideInterface: inside ?? null,
    outsideInterface: outside ?? null,
    ...(wanted.isNamed && { products: wanted.products }),
    ...(ip !== undefined && { version: ip === "4" ? 4 : 6 }),
  });
  const output = openResultOutput(options.output, files, environment);
  try {
    output.write(await renderAudit(report, format, styleOf(environment, isOutputFile(options.output))));
    output.finish();
  } finally {
    output.close();
  }
  const isAllowed = report.rows.every(({ verdict }) => verdict === "allowed");
  return wanted.isNamed && !isAllowed ? STATUS_BLOCKED : 0;
}

/** Networks of the devices, as `--source` names them. */
function sourceNetworks(texts: readonly string[] = []): Inside["networks"] {
  if (texts.length === 0) return [];
  const inside = describeInside(null, texts);
  if (typeof inside === "string") throw new UsageError(inside);
  return inside.networks;
}
