/**
 * Determines to which ports, and where, a ruleset allows connections. Ports between two neighbouring numbers of the
 * ruleset meet the same rules, so one stands for all; so do addresses that no rule distinguishes.
 */

import type { IpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import type { PortRange } from "../knowledge/port-list/port-cell.ts";
import { type AddressClass, AddressClasses, type Destination } from "./address-classes.ts";
import { joinRanges, prefixTexts } from "./address-ranges.ts";
import { ConnectionWalk } from "./audit-connection.ts";
import type { AuditPath, PortOutcome } from "./audit-path.ts";
import type { AuditPart } from "./audit-report.ts";
import { isJsonObject, type NftRuleset } from "./nft-ruleset.ts";

/** Where an outcome applies; null and empty for everywhere. */
export type PortScope = Pick<AuditPart, "destination" | "networks" | "devices">;

/** Ports with the same outcome, for services in one scope. */
export type PortSegment = PortRange & PortScope & { readonly outcome: PortOutcome };

/** The outcome of a port in one scope. */
type ScopedOutcome = PortScope & { readonly outcome: PortOutcome };

const LAST_PORT = 65535;
const PORT_BITS = 16;
/** Maximum networks named for an outcome. */
const MAX_NETWORKS = 16;
/** Minimum addresses that count as a network rather than a few hosts. */
const LEAST_NETWORK = 8n;
const ANYWHERE: readonly Destination[] = ["apple", "content"];

/** Audits the ports of one ruleset. */
export class PortAudit {
  readonly #walk: ConnectionWalk;
  readonly #classes: AddressClasses;
  readonly #sources: readonly IpPrefix[];
  /** First ports of the classes, ascending from 0. */
  readonly #starts: readonly number[];
  readonly #known = new Map<string, readonly ScopedOutcome[]>();

  constructor(ruleset: NftRuleset, path: AuditPath) {
    this.#walk = new ConnectionWalk(ruleset, path);
    this.#classes = new AddressClasses(ruleset, path.appleNetworks ?? []);
    this.#sources = path.sources ?? [];
    const starts = new Set([0]);
    for (const { rules } of ruleset.chains)
      for (const { statements } of rules) addNumbers(statements, starts);
    for (const { elements } of ruleset.sets) addNumbers(elements, starts);
    this.#starts = [...starts].sort((a, b) => a - b);
  }

  /** Assumptions made so far. */
  get assumptions(): readonly string[] {
    return this.#walk.assumptions;
  }

  /** Splits a range into parts with the same outcome, in order; several for the same ports where destinations differ. */
  outcomes(
    { first, last }: PortRange,
    transport: "tcp" | "udp",
    version: 4 | 6,
    destinations: readonly Destination[] = ANYWHERE,
  ): readonly PortSegment[] {
    const runs: {
      first: number;
      last: number;
      scoped: readonly ScopedOutcome[];
    }[] = [];
    let index = this.#classOf(first);
    for (let from = first; from <= last; index++) {
      const to = Math.min(last, (this.#starts[index + 1] ?? LAST_PORT + 1) - 1);
      const scoped = this.#outcomesOf(this.#starts[index], transport, version, destinations);
      const before = runs.at(-1);
      if (before !== undefined && JSON.stringify(before.scoped) === JSON.stringify(scoped)) before.last = to;
      else runs.push({ first: from, last: to, scoped });
      from = to + 1;
    }
    return runs.flatMap(({ first: from, last: to, scoped }) =>
      scoped.map((one) => ({ first: from, last: to, ...one })),
    );
  }

  #classOf(port: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle] <= port) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #outcomesOf(port: number, transport: "tcp" | "udp", version: 4 | 6, destinations: readonly Destination[]) {
    const key = `${transport} ${version} ${port} ${destinations.join()}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#scoped(port, transport, version, destinations);
      this.#known.set(key, known);
    }
    return known;
  }

  #scoped(
    port: number,
    transport: "tcp" | "udp",
    version: 4 | 6,
    destinations: readonly Destination[],
  ): ScopedOutcome[] {
    const groups = destinations.flatMap((destination) => {
      const services = this.#classes.services(version, destination);
      const perClass = services.map((service) => ({
        service,
        outcomes: this.#ofDevices(port, transport, version, service),
      }));
      return groupBy(perClass, ({ outcomes }) => JSON.stringify(outcomes)).map((group) => {
        const ranges = joinRanges(group.flatMap(({ service }) => service.ranges));
        const networks = group.length === perClass.length ? [] : prefixTexts(ranges, MAX_NETWORKS);
        return { destination, networks, outcomes: group[0].outcomes };
      });
    });
    const isAlike = new Set(groups.map(({ outcomes }) => JSON.stringify(outcomes))).size === 1;
    const told = isAlike ? [{ ...groups[0], destination: null, networks: [] }] : groups;
    return told.flatMap(({ destination, networks, outcomes }) =>
      outcomes.map((one) => ({ destination, networks, ...one })),
    );
  }

  /**
   * Returns the outcome for a device whose address no rule names, else for devices in the networks that rules allow: a
   * ruleset for a network names it. Devices with different outcomes are reported separately if neither applies, or if
   * their networks were given.
   */
  #ofDevices(
    port: number,
    transport: "tcp" | "udp",
    version: 4 | 6,
    service: AddressClass,
  ): (Pick<PortScope, "devices"> & { readonly outcome: PortOutcome })[] {
    const classes = this.#classes.devices(version, this.#sources);
    const tried = classes.map((device) => ({
      device,
      outcome: this.#walk.outcome({ port, transport, version, device, service }),
    }));
    const networksOf = (group: typeof tried) =>
      prefixTexts(joinRanges(group.flatMap(({ device }) => device.ranges)), MAX_NETWORKS);
    const groups = groupBy(tried, ({ outcome }) => outcome.verdict);
    if (groups.length === 1) return [{ devices: [], outcome: tried[0].outcome }];
    const told = groups.map((group) => ({ devices: networksOf(group), outcome: group[0].outcome }));
    if (this.#sources.length > 0) return told;
    const unnamed = tried.find(({ device }) => device.key === "");
    if (unnamed !== undefined && unnamed.outcome.verdict !== "blocked") {
      const others = tried.filter(({ outcome }) => outcome.verdict !== unnamed.outcome.verdict);
      this.#walk.assume(
        `the device has no address that the rules single out: ${networksOf(others).join(", ")}`,
      );
      return [{ devices: [], outcome: unnamed.outcome }];
    }
    const open = tried.filter(({ outcome }) => outcome.verdict === "allowed");
    const size = open.reduce((sum, { device }) => sum + device.size, 0n);
    if (size < LEAST_NETWORK) return told;
    this.#walk.assume(
      `devices have addresses of the networks that the rules let through: ${networksOf(open).join(", ")}`,
    );
    return [{ devices: [], outcome: open[0].outcome }];
  }
}

/** Groups in order of first occurrence. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return [...groups.values()];
}

/** Starts a class at every number that may be a port, at the one after it, and after the end of a prefix. */
function addNumbers(value: unknown, starts: Set<number>): void {
  const pending: unknown[] = [value];
  const add = (port: number) => {
    if (Number.isInteger(port) && port >= 0 && port <= LAST_PORT) starts.add(port);
  };
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === "number") {
      add(next);
      add(next + 1);
    } else if (Array.isArray(next)) {
      for (const item of next) pending.push(item);
    } else if (isJsonObject(next)) {
      const { addr, len } = next;
      if (typeof addr === "number" && typeof len === "number") add(addr + 2 ** (PORT_BITS - len));
      pending.push(...Object.values(next));
    }
  }
}
