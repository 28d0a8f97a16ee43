/**
 * Attempts that only the port links to a service of the list: they may be anybody's, and do not affect any verdict. Kept by
 * client, server and service, so that port scans can be told from use of services.
 */
import { type AddressKey, addressText, formatAddressKey } from "../../net/address-key.ts";
import type { PortOnlyDestination } from "./attempt.ts";
import {
  ATTEMPT_VERDICTS,
  type AttemptVerdict,
  isFailure,
  type PortOnlyService,
  type PortScan,
} from "./reach-report.ts";
import { finalizeCounts, type VerdictFinalizer } from "./verdict-counts.ts";

/** Number of different ports of one host that only a scan tries, most of them unanswered or refused. */
export const PORTS_OF_A_SCAN = 20;
/** Minimum percentage of a scan's ports that have no service. */
const FAILED_PERCENT = 75;
/** Maximum number of services at hosts that are distinguished; further ones count by port only. */
const MAX_DESTINATIONS = 20_000;
/** Maximum number of named scans. */
const MAX_SCANS = 100;

type Counts = Map<AttemptVerdict, number>;

interface Pair {
  readonly client: AddressKey;
  readonly server: AddressKey;
  readonly services: Map<string, Counts>;
  /** Unlisted services that were tried without success: they help to recognise a scan. */
  readonly unlisted: Set<string>;
}

export class PortOnlyAttempts {
  readonly #pairs = new Map<string, Pair>();
  /** By transport and port: attempts beyond the limit. */
  readonly #others = new Map<string, Counts>();
  #destinations = 0;

  /** Adds an attempt at a service. For unlisted services, only failed attempts matter. */
  add({ client, server, service, isListed }: PortOnlyDestination, verdict: AttemptVerdict): void {
    if (!isListed) {
      this.#addUnlisted(client, server, service);
      return;
    }
    const counts = this.#countsOf(client, server, service);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }

  #addUnlisted(client: AddressKey, server: AddressKey, service: string): void {
    if (this.#destinations >= MAX_DESTINATIONS) return;
    const { unlisted } = this.#pairOf(client, server);
    if (unlisted.has(service)) return;
    unlisted.add(service);
    this.#destinations++;
  }

  /** Returns a copy. */
  copy(): PortOnlyAttempts {
    const copy = new PortOnlyAttempts();
    const copyAll = (services: ReadonlyMap<string, Counts>) =>
      [...services].map(([service, counts]) => [service, new Map(counts)] as const);
    for (const [key, { client, server, services, unlisted }] of this.#pairs) {
      const copied = { services: new Map(copyAll(services)), unlisted: new Set(unlisted) };
      copy.#pairs.set(key, { client, server, ...copied });
    }
    for (const [service, counts] of copyAll(this.#others)) copy.#others.set(service, counts);
    copy.#destinations = this.#destinations;
    return copy;
  }

  /** Returns the scans, by number of ports, largest first, and the services that are not part of a scan, by port. */
  finalize(
    directions: VerdictFinalizer,
    nameOf: (transport: "tcp" | "udp", port: number) => ServiceDescription,
  ): { readonly scans: readonly PortScan[]; readonly services: readonly PortOnlyService[] } {
    const isOneDirection = directions.finalize("unanswered") !== "unanswered";
    const scans: PortScan[] = [];
    const totals = new Map<string, ServiceTotals>();
    for (const [service, counts] of this.#others)
      totalsOf(totals, service).add(finalizeCounts(counts, directions), "", "");
    for (const { services, unlisted, ...ends } of this.#pairs.values()) {
      const [client, server] = [formatAddressKey(ends.client), formatAddressKey(ends.server)];
      const finalized = [...services].map(
        ([service, counts]) => [service, finalizeCounts(counts, directions)] as const,
      );
      const others = isOneDirection ? 0 : unlisted.size;
      const failed = finalized.filter(([, counts]) => isFailed(counts)).length + others;
      const ports = finalized.length + others;
      if (isScan(ports, failed)) scans.push({ client, address: server, ports, answered: ports - failed });
      else for (const [service, counts] of finalized) totalsOf(totals, service).add(counts, client, server);
    }
    scans.sort((a, b) => b.ports - a.ports || compare(a.client, b.client) || compare(a.address, b.address));
    const services = [...totals].map(([service, total]) => {
      const [transport, port] = service.split(" ") as ["tcp" | "udp", string];
      return { transport, port: Number(port), ...nameOf(transport, Number(port)), ...total.result() };
    });
    services.sort((a, b) => a.port - b.port || compare(a.transport, b.transport));
    return { scans: scans.slice(0, MAX_SCANS), services };
  }

  #countsOf(client: AddressKey, server: AddressKey, service: string): Counts {
    const isFull = this.#destinations >= MAX_DESTINATIONS;
    const known = this.#pairs.get(keyOf(client, server))?.services.get(service);
    if (known !== undefined) return known;
    const services = isFull ? this.#others : this.#pairOf(client, server).services;
    const counts = services.get(service) ?? new Map<AttemptVerdict, number>();
    services.set(service, counts);
    if (!isFull) this.#destinations++;
    return counts;
  }

  #pairOf(client: AddressKey, server: AddressKey): Pair {
    const key = keyOf(client, server);
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const pair: Pair = { client, server, services: new Map(), unlisted: new Set() };
    this.#pairs.set(key, pair);
    return pair;
  }
}

/** The list's name and products of a service. */
export interface ServiceDescription {
  readonly serviceName: string | null;
  readonly products: readonly string[];
}

/** Whether a client that tried this many ports of one host, `failed` of them without success, was scanning. */
export function isScan(ports: number, failed: number): boolean {
  return ports >= PORTS_OF_A_SCAN && failed * 100 >= ports * FAILED_PERCENT;
}

function isFailed(counts: ReadonlyMap<AttemptVerdict, number>): boolean {
  return ![...counts.keys()].some((verdict) => !isFailure(verdict) && verdict !== "unclear");
}

function keyOf(client: AddressKey, server: AddressKey): string {
  return `${addressText(client)} ${addressText(server)}`;
}

class ServiceTotals {
  readonly #counts: Counts = new Map();
  readonly #clients = new Set<string>();
  readonly #servers = new Set<string>();

  add(counts: ReadonlyMap<AttemptVerdict, number>, client: string, server: string): void {
    for (const [verdict, count] of counts)
      this.#counts.set(verdict, (this.#counts.get(verdict) ?? 0) + count);
    if (client === "") return;
    this.#clients.add(client);
    this.#servers.add(server);
  }

  result(): Pick<PortOnlyService, "attempts" | "clients" | "servers"> {
    const inOrder = ATTEMPT_VERDICTS.filter((verdict) => this.#counts.has(verdict));
    return {
      attempts: Object.fromEntries(inOrder.map((verdict) => [verdict, this.#counts.get(verdict) ?? 0])),
      clients: this.#clients.size,
      servers: this.#servers.size,
    };
  }
}

function totalsOf(totals: Map<string, ServiceTotals>, service: string): ServiceTotals {
  const known = totals.get(service);
  if (known !== undefined) return known;
  const total = new ServiceTotals();
  totals.set(service, total);
  return total;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
