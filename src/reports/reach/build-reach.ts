/** Builds the reach report from what was collected: rows, products with their needs, names, unlisted ports. */

import type { RefusedName } from "../../evidence/observation/refused-names.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { CaptureSummary } from "../capture-summary.ts";
import type { AttemptTally } from "./attempt-tally.ts";
import { buildProducts } from "./build-products.ts";
import { finalizeTargets, groupTargets, verdictOfTargets } from "./final-targets.ts";
import { judgeNames } from "./judge-names.ts";
import type { ServiceDescription } from "./port-only-attempts.ts";
import { fallBacksOf, type ProductNeed } from "./product-needs.ts";
import type { ReachDirections } from "./reach-directions.ts";
import {
  isFailure,
  REACH_SCHEMA,
  type ReachReport,
  type ReachRow,
  type ReachTarget,
  type UnlistedPort,
} from "./reach-report.ts";
import type { RowAttempts } from "./row-attempts.ts";
import { finalizeCounts, sumCounts, verdictOf } from "./verdict-counts.ts";

/** Everything that was collected from a capture. */
export interface CollectedReach {
  readonly capture: CaptureSummary;
  readonly services: ServiceTable;
  readonly rules: EvidenceRules | null;
  readonly needs: readonly ProductNeed[];
  /** Finalized. */
  readonly tally: AttemptTally;
  readonly refused: readonly RefusedName[];
  readonly unmatchedReports: number;
}

/** Builds the report, in steps. */
export function* buildReach(collected: CollectedReach): Generator<void, ReachReport> {
  const { capture, services, rules, needs, tally, refused } = collected;
  if (refused.some(({ repeated }) => repeated > 0)) tally.directions.addRepeatedQuery();
  const { directions, rows } = tally;
  const finalTargets = finalizeTargets(tally.targets.list(), directions, fallBacksOf(needs), capture.end);
  const { targets } = finalTargets;
  const portOnly = tally.portOnly.finalize(directions, (transport, port) =>
    wordsOf(services, transport, port),
  );
  yield;
  const { blockedNames, missingNames } = judgeNames(
    { capture, rules, refused, isOneDirection: directions.isOneDirection },
    targets,
  );
  yield;
  const products = yield* buildProducts(services, needs, targets, blockedNames);
  return {
    schema: REACH_SCHEMA,
    capture,
    directions: directions.isOneDirection ? "one" : "both",
    products,
    rows: services.rows.map((row) => buildRow(row, rows, directions)),
    unlisted: findUnlisted(targets),
    portOnly: portOnly.services,
    scans: [...finalTargets.scans, ...portOnly.scans],
    brokenFamilies: finalTargets.brokenFamilies,
    blockedNames,
    missingNames,
    targets,
    dropped: { targets: tally.targets.dropped, strayReports: collected.unmatchedReports },
  };
}

function buildRow(row: ServiceRow, attempts: RowAttempts, directions: ReachDirections): ReachRow {
  const counts = attempts.of(row);
  const own = finalizeCounts(counts?.own ?? new Map(), directions);
  const other = finalizeCounts(counts?.other ?? new Map(), directions);
  const verdict = verdictOf(own) ?? verdictOf(other) ?? "never-tried";
  let coverage: ReachRow["coverage"] = "not-seen";
  if (verdict === "works" || (counts?.toGroups ?? 0) > 0) coverage = "seen";
  else if (isFailure(verdict)) coverage = own.size > 0 ? "failed" : "unclear";
  else if (verdict === "answered") coverage = "seen";
  else if (verdict !== "never-tried") coverage = "unclear";
  return {
    port: row.portText,
    transport: row.transportText,
    serviceName: row.serviceName === "—" ? row.protocolName : row.serviceName,
    products: row.products.map(({ product }) => product.name),
    coverage,
    verdict,
    attempts: Object.fromEntries(own),
    otherAttempts: Object.fromEntries(other),
  };
}

function findUnlisted(targets: readonly ReachTarget[]): readonly UnlistedPort[] {
  const unlisted = targets.filter(({ listed }) => !listed);
  const ports = groupTargets(unlisted, ({ transport, port }) => `${transport}/${port}`);
  return [...ports.values()]
    .map((group) => ({
      transport: group[0].transport,
      port: group[0].port,
      products: [...new Set(group.flatMap(({ products }) => products))].sort(),
      verdict: verdictOfTargets(group),
      attempts: Object.fromEntries(sumCounts(group.map(({ attempts }) => attempts))),
    }))
    .sort((a, b) => a.port - b.port || (a.transport < b.transport ? -1 : 1));
}

/** Maximum number of named claimants of a port. */
const MAX_CLAIMANTS = 3;

/** The list's name of a service, and its products if they are few. */
function wordsOf(services: ServiceTable, transport: "tcp" | "udp", port: number): ServiceDescription {
  const { rows } = services.lookup(transport === "tcp" ? 0 : 1, port);
  const products = new Set(rows.flatMap((row) => row.products.map(({ product }) => product.name)));
  const [row] = rows;
  const name = row === undefined || row.serviceName === "—" ? row?.protocolName : row.serviceName;
  return { serviceName: name ?? null, products: products.size > MAX_CLAIMANTS ? [] : [...products].sort() };
}
