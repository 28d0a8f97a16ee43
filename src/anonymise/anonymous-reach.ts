/** Anonymises a report on reach. Every field that may contain personal data is listed. */
import type { CaptureSummary } from "../reports/capture-summary.ts";
import type { BlockedName, ReachReport, ReachTarget } from "../reports/reach/reach-report.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/**
 * Returns the report under pseudonyms; `capture` comes from the summary anonymised with the same ones. Products, rows
 * and numbers stay.
 */
export function anonymiseReach(
  report: ReachReport,
  capture: CaptureSummary,
  pseudonyms: Pseudonyms,
): ReachReport {
  const nameOf = (name: string) => pseudonyms.hostName(name);
  const addressOf = (address: string) => pseudonyms.address(address);
  return {
    schema: report.schema,
    capture,
    directions: report.directions,
    products: report.products.map((product) => ({
      ...product,
      clients: { ...product.clients, failingFirst: product.clients.failingFirst.map(addressOf) },
      blockedNames: product.blockedNames.map(nameOf),
    })),
    rows: report.rows,
    unlisted: report.unlisted,
    portOnly: report.portOnly,
    scans: report.scans.map((scan) => ({
      ...scan,
      client: addressOf(scan.client),
      address: addressOf(scan.address),
    })),
    brokenFamilies: report.brokenFamilies.map(({ client, family, targets, names }) => ({
      client: addressOf(client),
      family,
      targets,
      names: names.map(nameOf),
    })),
    missingNames: report.missingNames.map(({ name, client, how, why }) => ({
      name: nameOf(name),
      client: addressOf(client),
      how,
      why,
    })),
    blockedNames: report.blockedNames.map((name) => anonymiseName(name, pseudonyms)),
    targets: report.targets.map((target) => anonymiseTarget(target, pseudonyms)),
    dropped: report.dropped,
  };
}

function anonymiseName(blocked: BlockedName, pseudonyms: Pseudonyms): BlockedName {
  return {
    name: pseudonyms.hostName(blocked.name),
    client: pseudonyms.address(blocked.client),
    how: blocked.how,
    responses: blocked.responses,
    addresses: blocked.addresses.map((address) => pseudonyms.address(address)),
    resolvedForOthers: blocked.resolvedForOthers,
    products: blocked.products,
  };
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
    listedFor: target.listedFor,
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
    http:
      target.http === null
        ? null
        : {
            status: target.http.status,
            redirect: target.http.redirect === null ? null : pseudonyms.hostName(target.http.redirect),
          },
    zeroWindow: target.zeroWindow,
    shortestRepeat: target.shortestRepeat,
    namedByOthers: target.namedByOthers,
    fellBackTo:
      fellBackTo === null ? null : { ...fellBackTo, address: pseudonyms.address(fellBackTo.address) },
    mayFallBack: target.mayFallBack,
    firstSeen: target.firstSeen,
    lastSeen: target.lastSeen,
    // Depends on a flow's five-tuple, whose client port is not kept.
    communityId: null,
  };
}
