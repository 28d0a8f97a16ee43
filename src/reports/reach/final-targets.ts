/** Finalizes targets once the whole capture is known: their verdicts, and where a client fell back to when one failed. */

import { AddressFamilies } from "./address-families.ts";
import { nameByOthers } from "./named-by-others.ts";
import { isScan, PORTS_OF_A_SCAN } from "./port-only-attempts.ts";
import type { FallBack } from "./product-needs.ts";
import { type ReachDirections, restsOnAbsence } from "./reach-directions.ts";
import {
  type BrokenFamily,
  isExcused,
  isFailure,
  isReached,
  type PortScan,
  type ReachTarget,
  type ReachVerdict,
} from "./reach-report.ts";
import type { OpenTarget } from "./reach-targets.ts";
import { finalizeCounts, sumCounts, verdictOf } from "./verdict-counts.ts";

/** Targets, with what is known only from all of them together. */
export interface FinalTargets {
  /** Failing ones first. */
  readonly targets: readonly ReachTarget[];
  /** Clients that tried many ports of one host: their targets are not included above. */
  readonly scans: readonly PortScan[];
  readonly brokenFamilies: readonly BrokenFamily[];
}

/** Finalizes the targets of the report. */
export function finalizeTargets(
  counted: readonly OpenTarget[],
  directions: ReachDirections,
  fallBacks: readonly FallBack[],
  end: string | null,
): FinalTargets {
  const { attempted, scans } = separateScans(counted.map((target) => finalizeTarget(target, directions)));
  const finalized = nameByOthers(attempted);
  const ports = new Set(fallBacks.map(({ instead }) => instead));
  // Computed only when needed: most targets work.
  const working = lazily(() =>
    byAlternatives(finalized.filter((one) => ports.has(one.port) && isReached(one.verdict))),
  );
  const open = lazily(() => byAlternatives(finalized.filter((one) => ports.has(one.port) && isOpen(one))));
  const families = new AddressFamilies(finalized);
  const targets = finalized.map((target) => {
    if (!isFailure(target.verdict)) return target;
    const fellBackTo = fallBackOf(target, working, fallBacks) ?? otherFamilyOf(target, families);
    if (fellBackTo !== null) return { ...target, fellBackTo };
    const mayFallBack =
      fallBackOf(target, open, fallBacks) !== null || mayStillFallBack(target, fallBacks, end);
    return mayFallBack ? { ...target, mayFallBack: true } : target;
  });
  return { targets: targets.sort(compareTargets), scans, brokenFamilies: families.findBroken(finalized) };
}

/** Many ports of one host tried by a client, mostly without success, are a scan, not attempts at services. */
function separateScans(targets: readonly ReachTarget[]) {
  const pairs = groupTargets(targets, ({ client, address }) => `${client} ${address}`);
  const scanning = new Set<string>();
  const scans: PortScan[] = [];
  for (const [key, ofPair] of pairs) {
    if (ofPair.length < PORTS_OF_A_SCAN) continue;
    const ports = groupTargets(ofPair, ({ transport, port }) => `${transport} ${port}`);
    const answered = [...ports.values()].filter((ofPort) =>
      ofPort.some(({ verdict }) => isReached(verdict)),
    ).length;
    if (!isScan(ports.size, ports.size - answered)) continue;
    scanning.add(key);
    scans.push({ client: ofPair[0].client, address: ofPair[0].address, ports: ports.size, answered });
  }
  const attempted =
    scans.length === 0
      ? targets
      : targets.filter(({ client, address }) => !scanning.has(`${client} ${address}`));
  return { attempted, scans };
}

/** How long a client waits for an answer before it falls back, as observed, and how long after a refusal. Milliseconds. */
const FALL_BACK_MS = { tcp: 5050, udp: 8000 };
const FALL_BACK_REFUSED_MS = 250;

/** Computes a value on first use. */
function lazily<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}

/** A target that may still turn out to work. */
function isOpen({ verdict }: ReachTarget): boolean {
  return verdict === "unclear" || verdict === "connected";
}

/** TCP targets by the places that a client may fall back to. */
function byAlternatives(targets: readonly ReachTarget[]): ReadonlyMap<string, readonly ReachTarget[]> {
  const alternatives = new Map<string, ReachTarget[]>();
  for (const target of targets) {
    if (target.transport !== "tcp") continue;
    for (const key of alternativesOf(target)) {
      const others = alternatives.get(key);
      if (others === undefined) alternatives.set(key, [target]);
      else others.push(target);
    }
  }
  return alternatives;
}

/** Whether the client of a failing target may still fall back, as the capture ends too early to tell. */
function mayStillFallBack(target: ReachTarget, fallBacks: readonly FallBack[], end: string | null): boolean {
  if (!isFailure(target.verdict) || end === null) return false;
  if (target.firstSeen === null || target.lastSeen === null) return false;
  const hasFallBack = fallBacks.some(
    ({ transport, port }) => transport === target.transport && port === target.port,
  );
  if (!hasFallBack) return false;
  return restsOnAbsence(target.verdict)
    ? Date.parse(end) - Date.parse(target.firstSeen) < FALL_BACK_MS[target.transport]
    : Date.parse(end) - Date.parse(target.lastSeen) < FALL_BACK_REFUSED_MS;
}

function otherFamilyOf(target: ReachTarget, families: AddressFamilies): ReachTarget["fellBackTo"] {
  if (!isFailure(target.verdict)) return null;
  const other = families.insteadOf(target);
  return other === null ? null : { transport: "tcp", address: other.address, port: other.port };
}

/**
 * Combines the attempts at targets; `works` if one of them does. `fell-back` if the clients of all failing ones fell back to
 * another way that works.
 */
export function verdictOfTargets(targets: readonly ReachTarget[]): ReachVerdict {
  if (targets.length === 0) return "never-tried";
  const counts = sumCounts(targets.map(({ attempts }) => attempts));
  const verdict = verdictOf(counts) ?? "never-tried";
  if (!isFailure(verdict)) return verdict;
  const failing = targets.filter((target) => isFailure(target.verdict));
  if (failing.every(({ fellBackTo }) => fellBackTo !== null)) return "fell-back";
  return failing.every(isExcused) ? "unclear" : verdict;
}

/** Groups targets by client, port and name, or address if the name is unknown: one success there outweighs failures. */
export function groupByDestination(
  targets: readonly ReachTarget[],
): ReadonlyMap<string, readonly ReachTarget[]> {
  return groupTargets(targets, ({ client, transport, port, name, address }) =>
    JSON.stringify([client, transport, port, name ?? address]),
  );
}

/** Groups targets by a key, keeping their order. */
export function groupTargets(
  targets: readonly ReachTarget[],
  keyOf: (target: ReachTarget) => string,
): ReadonlyMap<string, ReachTarget[]> {
  const groups = new Map<string, ReachTarget[]>();
  for (const target of targets) {
    const key = keyOf(target);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [target]);
    else group.push(target);
  }
  return groups;
}

function finalizeTarget(target: OpenTarget, directions: ReachDirections): ReachTarget {
  const counts = finalizeCounts(target.counts, directions);
  const verdict = verdictOf(counts) ?? "one-direction";
  const [first] = target.communityIds.values();
  // Attempts whose verdict was changed when finalized are stored under the original one.
  const communityId = target.communityIds.get(verdict) ?? first ?? null;
  return {
    client: target.client,
    transport: target.transport,
    address: target.address,
    port: target.port,
    name: target.name,
    products: target.products,
    listedFor: target.listedFor,
    class: target.class,
    evidence: target.evidence,
    listed: target.isListed,
    verdict,
    attempts: Object.fromEntries(counts),
    syns: target.syns,
    packets: target.packets,
    unreachable: [...target.unreachable],
    reporters: [...target.reporters],
    alert: target.alert,
    closedBy: target.closedBy,
    http: target.http,
    zeroWindow: target.zeroWindow,
    shortestRepeat: target.shortestRepeat,
    namedByOthers: 0,
    fellBackTo: null,
    mayFallBack: false,
    firstSeen: target.firstSeen,
    lastSeen: target.lastSeen,
    communityId,
  };
}

/** Keys by which a client may reach the same service elsewhere: the same address, the same name, the same single product. */
function alternativesOf({ client, port, address, name, products }: ReachTarget): string[] {
  const alternatives = [["address", address]];
  if (name !== null) alternatives.push(["name", name]);
  if (products.length === 1) alternatives.push(["product", products[0]]);
  return alternatives.map((alternative) => JSON.stringify([client, port, ...alternative]));
}

function fallBackOf(
  target: ReachTarget,
  others: () => ReadonlyMap<string, readonly ReachTarget[]>,
  fallBacks: readonly FallBack[],
): ReachTarget["fellBackTo"] {
  if (!isFailure(target.verdict)) return null;
  const fallBack = fallBacks.find(
    ({ transport, port }) => transport === target.transport && port === target.port,
  );
  if (fallBack === undefined) return null;
  for (const key of alternativesOf({ ...target, port: fallBack.instead })) {
    const found = others()
      .get(key)
      ?.find(({ firstSeen }) => isNotBefore(firstSeen, target.firstSeen));
    if (found !== undefined) return { transport: "tcp", address: found.address, port: found.port };
  }
  return null;
}

function isNotBefore(time: string | null, other: string | null): boolean {
  return time === null || other === null || time >= other;
}

function compareTargets(a: ReachTarget, b: ReachTarget): number {
  return (
    Number(isFailure(b.verdict)) - Number(isFailure(a.verdict)) ||
    compareTexts(a.transport, b.transport) ||
    a.port - b.port ||
    compareTexts(a.name ?? "", b.name ?? "") ||
    compareTexts(a.address, b.address) ||
    compareTexts(a.client, b.client)
  );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
