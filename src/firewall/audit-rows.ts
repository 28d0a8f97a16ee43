/** Which rows of the list a ruleset would block for connections that devices open. */

import type { PortRange } from "../knowledge/port-list/port-cell.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { ServiceRow } from "../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { type AuditPath, PortAudit } from "./audit-ports.ts";
import {
  AUDIT_SCHEMA,
  type AuditPart,
  type AuditReport,
  type AuditRow,
  type AuditVerdict,
} from "./audit-report.ts";
import { rangeText } from "./merge-ranges.ts";
import type { NftChain, NftRuleset } from "./nft-ruleset.ts";

/** What is asked. */
export interface AuditOptions extends AuditPath {
  readonly table: ServiceTable;
  /** Only rows that name one of these; all rows where nothing is given. */
  readonly products?: ReadonlySet<Product> | undefined;
  /** Only this version of IP; both where nothing is given. */
  readonly version?: 4 | 6 | undefined;
}

/**
 * Holds the rows of the list to a ruleset. Pure; the caller owns the report.
 *
 * @example
 * ```ts
 * import { loadPortList } from "appleflow";
 * import { auditRows, loadNftRuleset } from "appleflow/firewall";
 *
 * const { rows } = auditRows(loadNftRuleset("ruleset.json"), {
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
  const versions = options.version === undefined ? ([4, 6] as const) : [options.version];
  const rows = table.rows
    .filter((row) => products === undefined || row.products.some(({ product }) => products.has(product)))
    .map((row) => auditRow(row, ports, versions));
  const counts = { allowed: 0, blocked: 0, partly: 0, undecided: 0 };
  for (const { verdict } of rows) counts[verdict]++;
  return { schema: AUDIT_SCHEMA, hook, counts, rows, notes: notesOf(ruleset, hook, versions) };
}

function auditRow(row: ServiceRow, ports: PortAudit, versions: readonly (4 | 6)[]): AuditRow {
  const parts = (["tcp", "udp"] as const)
    .filter((transport) => row.transport === "both" || row.transport === transport)
    .flatMap((transport) => row.ports.flatMap((range) => auditRange(range, transport, ports, versions)));
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
): AuditPart[] {
  const [own, ...others] = versions.map((version) =>
    ports.outcomes(range, transport, version).map(({ first, last, outcome }) => ({
      transport,
      ports: rangeText({ first, last }),
      version,
      ...outcome,
    })),
  );
  const plain = (parts: readonly AuditPart[]) =>
    JSON.stringify(parts.map((part) => ({ ...part, version: null })));
  // What is alike for both versions is said once.
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

/** Statements by which a chain that no packet is held to could change what becomes of it. */
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
const PACKET_FAMILIES = ["ip", "ip6", "inet", "netdev", "bridge"];

function notesOf(
  ruleset: NftRuleset,
  hook: "forward" | "output",
  versions: readonly (4 | 6)[],
): readonly string[] {
  const audited = hook === "output" ? ["output", "input"] : ["forward"];
  const notes: string[] = [];
  const isAudited = (chain: NftChain) =>
    audited.includes(chain.hook ?? "") && ["ip", "ip6", "inet"].includes(chain.family);
  for (const version of versions) {
    const families = ["inet", version === 4 ? "ip" : "ip6"];
    if (!ruleset.chains.some((chain) => chain.hook === hook && families.includes(chain.family))) {
      notes.push(`no chain is at the hook ${hook} for IPv${version}: all of it is let through`);
    }
  }
  for (const chain of ruleset.chains) {
    if (chain.hook === null || isAudited(chain) || !PACKET_FAMILIES.includes(chain.family)) continue;
    if ((hook === "forward" ? ["input", "output"] : ["forward"]).includes(chain.hook)) continue;
    const found = chain.rules.flatMap(({ statements }) =>
      statements.flatMap((statement) => Object.keys(statement).filter((key) => DECIDING.includes(key))),
    );
    if (chain.policy === "drop") found.push("policy drop");
    if (found.length === 0) continue;
    notes.push(
      `not looked at: chain ${chain.family} ${chain.table} ${chain.name} at the hook ${chain.hook} (${[...new Set(found)].join(", ")})`,
    );
  }
  return notes;
}
