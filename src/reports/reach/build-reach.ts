/** Makes the report on reach of what was collected: rows, products with their needs, names, ports beside the list. */

import type { RefusedName } from "../../evidence/observation/refused-names.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { formatAddressKey } from "../../net/address-key.ts";
import type { CaptureSummary } from "../capture-summary.ts";
import type { AttemptTally } from "./attempt-tally.ts";
import { buildProducts } from "./build-products.ts";
import { fallBacksOf, type ProductNeed } from "./product-needs.ts";
import type { ReachDirections } from "./reach-directions.ts";
import {
  type BlockedName,
  isFailure,
  REACH_SCHEMA,
  type ReachReport,
  type ReachRow,
  type ReachTarget,
  type UnlistedPort,
} from "./reach-report.ts";
import { verdictOf } from "./reach-targets.ts";
import type { RowAttempts } from "./row-attempts.ts";
import { groupTargets, settleCounts, settleTargets, sumCounts, verdictOfTargets } from "./settled-targets.ts";

/** All that was collected of a capture. */
export interface CollectedReach {
  readonly capture: CaptureSummary;
  readonly services: ServiceTable;
  readonly rules: EvidenceRules | null;
  readonly needs: readonly ProductNeed[];
  /** Settled. */
  readonly tally: AttemptTally;
  readonly refused: readonly RefusedName[];
  readonly strayReports: number;
}

/** The report, in steps. */
export function* buildReach(collected: CollectedReach): Generator<void, ReachReport> {
  const { capture, services, rules, needs, tally } = collected;
  const { directions, rows } = tally;
  const targets = settleTargets(tally.targets.list(), directions, fallBacksOf(needs));
  yield;
  const blockedNames = rules === null ? [] : findBlockedNames(collected.refused, rules, targets);
  yield;
  const products = yield* buildProducts(services, needs, targets, blockedNames);
  return {
    schema: REACH_SCHEMA,
    capture,
    directions: directions.isOneDirection ? "one" : "both",
    products,
    rows: services.rows.map((row) => buildRow(row, rows, directions)),
    unlisted: findUnlisted(targets),
    blockedNames,
    targets,
    dropped: { targets: tally.targets.dropped, strayReports: collected.strayReports },
  };
}

function buildRow(row: ServiceRow, attempts: RowAttempts, directions: ReachDirections): ReachRow {
  const counts = attempts.of(row);
  const own = settleCounts(counts?.own ?? new Map(), directions);
  const other = settleCounts(counts?.other ?? new Map(), directions);
  const verdict = verdictOf(own) ?? verdictOf(other) ?? "never-tried";
  let coverage: ReachRow["coverage"] = "not-seen";
  if (verdict === "works" || (counts?.toGroups ?? 0) > 0) coverage = "seen";
  else if (verdict === "one-direction" || verdict === "unclear") coverage = "unclear";
  else if (verdict !== "never-tried") coverage = "failed";
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

/** Apple's names that were refused, but for those that were reached all the same. */
function findBlockedNames(
  refused: readonly RefusedName[],
  { hosts }: EvidenceRules,
  targets: readonly ReachTarget[],
): readonly BlockedName[] {
  const reached = new Set(targets.filter(({ verdict }) => !isFailure(verdict)).map(keyOfTarget));
  return refused
    .flatMap(({ name, client, kind, times }) => {
      const match = hosts.matchDnsName(name);
      const asker = formatAddressKey(client);
      if (match === null || reached.has(JSON.stringify([asker, name]))) return [];
      const products = match.products.map((product) => product.name);
      return [{ name, client: asker, how: kind, responses: times, products }];
    })
    .sort((a, b) => {
      const [left, right] = [a, b].map(({ name, client, how }) => JSON.stringify([name, client, how]));
      if (left === right) return 0;
      return left < right ? -1 : 1;
    });
}

function keyOfTarget({ client, name }: ReachTarget): string {
  return JSON.stringify([client, name]);
}
