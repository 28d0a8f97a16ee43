/** A report on reach without what tells of people and networks. Every field of what may hold such things is written out. */
import type { CaptureSummary } from "../reports/capture-summary.ts";
import type { BlockedName, ReachReport, ReachTarget } from "../reports/reach/reach-report.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** The report under other names; `capture` is that of the summary under the same ones. Products, rows and numbers stay. */
export function anonymiseReach(
  report: ReachReport,
  capture: CaptureSummary,
  pseudonyms: Pseudonyms,
): ReachReport {
  const nameOf = (name: string) => pseudonyms.hostName(name);
  return {
    schema: report.schema,
    capture,
    directions: report.directions,
    products: report.products.map((product) => ({
      ...product,
      blockedNames: product.blockedNames.map(nameOf),
    })),
    rows: report.rows,
    unlisted: report.unlisted,
    blockedNames: report.blockedNames.map((name) => anonymiseName(name, pseudonyms)),
    targets: report.targets.map((target) => anonymiseTarget(target, pseudonyms)),
    dropped: report.dropped,
  };
}

function anonymiseName(
  { name, client, how, responses, products }: BlockedName,
  pseudonyms: Pseudonyms,
): BlockedName {
  return { name: pseudonyms.hostName(name), client: pseudonyms.address(client), how, responses, products };
}

function anonymiseTarget(target: ReachTarget, pseudonyms: Pseudonyms): ReachTarget {
  const { name, fellBackTo } = target;
  return {
    client: pseudonyms.address(target.client),
    transport: target.transport,
    address: pseudonyms.address(target.address),
    port: target.port,
    name: name === null ? null : pseudonyms.hostName(name),
    products: target.products,
    class: target.class,
    evidence: target.evidence,
    listed: target.listed,
    verdict: target.verdict,
    attempts: target.attempts,
    syns: target.syns,
    packets: target.packets,
    unreachable: target.unreachable,
    reporters: target.reporters.map((address) => pseudonyms.address(address)),
    alert: target.alert,
    closedBy: target.closedBy,
    fellBackTo:
      fellBackTo === null ? null : { ...fellBackTo, address: pseudonyms.address(fellBackTo.address) },
    firstSeen: target.firstSeen,
    // Of a flow's five-tuple, whose client port is not kept.
    communityId: null,
  };
}
