/**
 * Detects that one version of IP is broken while the other works: clients try both (Happy Eyeballs, RFC 8305, 5), and users
 * notice nothing but delays. A client has a different address in each version, so the fallback is recognised by name and
 * time.
 */
import { type BrokenFamily, isFailure, isReached, type ReachTarget } from "./reach-report.ts";

/** A client that falls back to the other version has done so within this time. */
const PATIENCE_MS = 10_000;
/** Minimum number of unanswered packets: a single one may get lost. */
const MIN_SYNS = 2;
const MAX_NAMES = 20;

/** Finds targets whose client fell back to the other version of IP. */
export class AddressFamilies {
  readonly #targets: readonly ReachTarget[];
  /** Built on first use. */
  #working: ReadonlyMap<string, readonly ReachTarget[]> | null = null;

  constructor(targets: readonly ReachTarget[]) {
    this.#targets = targets;
  }

  /** The target of the other version that was reached instead, or null. */
  insteadOf(target: ReachTarget): ReachTarget | null {
    if (target.name === null || target.transport !== "tcp") return null;
    const start = Date.parse(target.firstSeen ?? "");
    this.#working ??= reachedByName(this.#targets);
    const others = this.#working.get(keyOf(target)) ?? [];
    const other = others.find(({ address, firstSeen }) => {
      const delay = Date.parse(firstSeen ?? "") - start;
      return familyOf(address) !== familyOf(target.address) && delay >= 0 && delay <= PATIENCE_MS;
    });
    return other ?? null;
  }

  /** Clients whose targets all fail while the same names work over the other version. */
  findBroken(targets: readonly ReachTarget[]): readonly BrokenFamily[] {
    const clients = new Map<string, ReachTarget[]>();
    for (const target of targets) {
      const ofClient = clients.get(target.client);
      if (ofClient === undefined) clients.set(target.client, [target]);
      else ofClient.push(target);
    }
    return [...clients].flatMap(([client, ofClient]) => {
      const packets = ofClient.reduce((sum, { packets: { originator } }) => sum + originator, 0);
      const isBroken = ofClient.every((target) => isFailed(target) && this.insteadOf(target) !== null);
      if (!isBroken || packets < MIN_SYNS) return [];
      const names = [...new Set(ofClient.flatMap(({ name }) => name ?? []))].slice(0, MAX_NAMES);
      return [{ client, family: familyOf(ofClient[0].address), targets: ofClient.length, names }];
    });
  }
}

function reachedByName(targets: readonly ReachTarget[]): ReadonlyMap<string, readonly ReachTarget[]> {
  const working = new Map<string, ReachTarget[]>();
  for (const target of targets) {
    if (target.name === null || target.transport !== "tcp" || !isReached(target.verdict)) continue;
    const known = working.get(keyOf(target));
    if (known === undefined) working.set(keyOf(target), [target]);
    else known.push(target);
  }
  return working;
}

/** The version of IP of an address. */
function familyOf(address: string): BrokenFamily["family"] {
  return address.includes(":") ? "IPv6" : "IPv4";
}

/** Failed, or without an answer because the client did not wait for one. */
function isFailed({ verdict, packets }: ReachTarget): boolean {
  return isFailure(verdict) || (verdict === "unclear" && packets.responder === 0);
}

function keyOf({ port, name }: ReachTarget): string {
  return JSON.stringify([port, name]);
}
