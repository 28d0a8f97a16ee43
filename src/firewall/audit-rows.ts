/** Finds the rows of the list that a ruleset would block for connections that devices open. */

import type { PortRange } from "../knowledge/port-list/port-cell.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { ServiceRow } from "../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import type { Destination } from "./address-classes.ts";
import type { AuditPath } from "./audit-path.ts";
import { PortAudit } from "./audit-ports.ts";
import {
  AUDIT_SCHEMA,
  type AuditPart,
  type AuditReport,
  type AuditRow,
  type AuditVerdict,
} from "./audit-report.ts";
import { rangeText } from "./merge-ranges.ts";
import type { NftChain, NftRuleset } from "./nft-ruleset.ts";

/** Input of an audit. */
export interface AuditOptions extends AuditPath {
  readonly table: ServiceTable;
  /** Only rows that name one of these; all rows if omitted. */
  readonly products?: ReadonlySet<Product> | undefined;
  /** Only this IP version; both if omitted. */
  readonly version?: 4 | 6 | undefined;
}

/**
 * Audits the rows of the list against a ruleset. Pure; the caller owns the report.
 *
 * @example
 * ```ts
 * import { loadPortList } from "appleflow";
 * import { auditRows, loadRuleset } from "appleflow/firewall";
 *
 * const { rows } = auditRows(loadRuleset(["ruleset.json"]), {
 *   table: loadPortList(),
 *   hook: "forward",
 *   insideInterface: "lan0",
 *   outsideInterface: null,
 * });
 * for (const { port, verdict } of rows) if (verdict !== "allowed") console.log(port, verdict);
 * ```
 */
export function auditRows(ruleset: NftRuleset, options: AuditOptions): AuditReport {
  const { table, products, hook } = options;
  const ports = new PortAudit(ruleset, options);
  const versions = ruleset.versions.filter(
    (version) => options.version === undefined || options.version === version,
  );
  const rows = table.rows
    .filter((row) => products === undefined || row.products.some(({ product }) => products.has(product)))
    .map((row) => auditRow(row, ports, versions, products));
  const counts = { allowed: 0, blocked: 0, partly: 0, undecided: 0 };
  for (const { verdict } of rows) counts[verdict]++;
  const notes = [...ruleset.notes, ...notesOf(ruleset, options, versions)];
  return { schema: AUDIT_SCHEMA, hook, counts, rows, assumptions: ports.assumptions, notes };
}

/** Between devices only private networks count; otherwise the service may be Apple's, on content networks or anywhere. */
function destinationsOf(row: ServiceRow, products: AuditOptions["products"]): readonly Destination[] {
  const named = row.products.filter(({ product }) => products === undefined || products.has(product));
  const isLocal = named.every(({ product }) => product.role === "local");
  return isLocal && named.length > 0 ? ["private"] : ["apple", "content"];
}

function auditRow(
  row: ServiceRow,
  ports: PortAudit,
  versions: readonly (4 | 6)[],
  products: AuditOptions["products"],
): AuditRow {
  const destinations = destinationsOf(row, products);
  const parts = (["tcp", "udp"] as const)
    .filter((transport) => row.transport === "both" || row.transport === transport)
    .flatMap((transport) =>
      row.ports.flatMap((range) => auditRange(range, transport, ports, versions, destinations)),
    );
  return {
    port: row.portText,
    transport: row.transportText,
    service: row.serviceName === "—" || row.serviceName === "" ? row.protocolName : row.serviceName,
    products: row.products.map(({ product }) => product.name),
    verdict: verdictOf(parts),
    parts,
  };
}

function auditRange(
  range: PortRange,
  transport: "tcp" | "udp",
  ports: PortAudit,
  versions: readonly (4 | 6)[],
  destinations: readonly Destination[],
): AuditPart[] {
  const [own = [], ...others] = versions.map((version) =>
    ports
      .outcomes(range, transport, version, destinations)
      .map(({ first, last, destination, networks, devices, outcome }) => ({
        transport,
        ports: rangeText({ first, last }),
        version,
        destination,
        networks,
        devices,
        ...outcome,
      })),
  );
  const plain = (parts: readonly AuditPart[]) =>
    JSON.stringify(parts.map((part) => ({ ...part, version: null })));
  // Outcomes that are the same for both IP versions are reported once.
  return others.every((parts) => plain(parts) === plain(own)) && others.length > 0
    ? own.map((part) => ({ ...part, version: null }))
    : [own, ...others].flat();
}

function verdictOf(parts: readonly AuditPart[]): AuditVerdict {
  const verdicts = new Set(parts.map(({ verdict }) => verdict));
  if (verdicts.has("undecided")) return "undecided";
  if (verdicts.size > 1) return "partly";
  return parts[0]?.verdict ?? "undecided";
}

/** Statements that could change the outcome from a chain that is not evaluated. */
const DECIDING = [
  "drop",
  "reject",
  "dnat",
  "redirect",
  "tproxy",
  "queue",
  "notrack",
  "vmap",
  "jump",
  "goto",
  "xt",
];
/** Hooks of netdev and bridge come before those of IP, or run beside them. */
const OTHER_FAMILIES = ["netdev", "bridge"];

function notesOf(
  ruleset: NftRuleset,
  { hook, insideInterface, outsideInterface }: AuditPath,
  versions: readonly (4 | 6)[],
): readonly string[] {
  const notes: string[] = [];
  for (const version of versions) {
    const families = ["inet", version === 4 ? "ip" : "ip6"];
    if (!ruleset.chains.some((chain) => chain.hook === hook && families.includes(chain.family))) {
      notes.push(`no chain is at the hook ${hook} for IPv${version}: everything passes`);
    }
  }
  for (const version of [4, 6] as const) {
    if (ruleset.versions.includes(version)) continue;
    const program = version === 4 ? "iptables-save" : "ip6tables-save";
    notes.push(`no IPv${version} rules were given: add the output of ${program} with another --audit`);
  }
  const interfaces = hook === "forward" && (insideInterface === null || outsideInterface === null);
  if (interfaces && ruleset.chains.some(asksInterface)) {
    notes.push("the rules match interfaces: name those of the connections with --inside and --outside");
  }
  for (const chain of ruleset.chains) {
    if (chain.hook === null || !OTHER_FAMILIES.includes(chain.family)) continue;
    const found = chain.rules.flatMap(({ statements }) =>
      statements.flatMap((statement) => Object.keys(statement).filter((key) => DECIDING.includes(key))),
    );
    if (chain.policy === "drop") found.push("policy drop");
    if (found.length === 0) continue;
    notes.push(
      `not evaluated: chain ${chain.family} ${chain.table} ${chain.name} at the hook ${chain.hook} (${[...new Set(found)].join(", ")})`,
    );
  }
  return notes;
}

function asksInterface({ rules }: NftChain): boolean {
  return rules.some(({ statements }) => /"key":"[io]if(?:name)?"/.test(JSON.stringify(statements)));
}
