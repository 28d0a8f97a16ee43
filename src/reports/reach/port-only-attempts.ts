/**
 * Attempts of which nothing but the port speaks for a service of the list: they may be anybody's, and have no effect on any
 * verdict. Kept by who tried what where, so that a scan of ports can be told from services.
 */
import { type AddressKey, addressText, formatAddressKey } from "../../net/address-key.ts";
import type { PortOnlyPlace } from "./attempt.ts";
import {
  ATTEMPT_VERDICTS,
  type AttemptVerdict,
  isFailure,
  type PortOnlyService,
  type PortScan,
} from "./reach-report.ts";
import { settleCounts, type VerdictSettler } from "./verdict-counts.ts";

/** Different ports of one host that nobody but a scan tries, most of them in vain. */
export const PORTS_OF_A_SCAN = 20;
/** Of the ports of a scan, so many in a hundred have no service. */
const VAIN_PERCENT = 75;
/** Services at hosts told apart at most; those beyond count by their port alone. */
const MAX_PLACES = 20_000;
/** Scans that are named at most. */
const MAX_SCANS = 100;

type Counts = Map<AttemptVerdict, number>;

interface Pair {
  readonly client: AddressKey;
  readonly server: AddressKey;
  readonly services: Map<string, Counts>;
  /** Services that the list does not have, and that were tried in vain: a scan comes by them, too. */
  readonly unlisted: Set<string>;
}

export class PortOnlyAttempts {
  readonly #pairs = new Map<string, Pair>();
  /** By transport and port, of what there was no room to tell apart. */
  readonly #others = new Map<string, Counts>();
  #places = 0;

  /** An attempt at a place. Of services that the list does not have, only those in vain are of use. */
  add({ client, server, service, isListed }: PortOnlyPlace, verdict: AttemptVerdict): void {
    if (!isListed) {
      this.#addUnlisted(client, server, service);
      return;
    }
    const counts = this.#countsOf(client, server, service);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }

  #addUnlisted(client: AddressKey, server: AddressKey, service: string): void {
    if (this.#places >= MAX_PLACES) return;
    const { unlisted } = this.#pairOf(client, server);
    if (unlisted.has(service)) return;
    unlisted.add(service);
    this.#places++;
  }

  /** The same once more. */
  copy(): PortOnlyAttempts {
    const copy = new PortOnlyAttempts();
    const copyAll = (services: ReadonlyMap<string, Counts>) =>
      [...services].map(([service, counts]) => [service, new Map(counts)] as const);
    for (const [key, { client, server, services, unlisted }] of this.#pairs) {
      const copied = { services: new Map(copyAll(services)), unlisted: new Set(unlisted) };
      copy.#pairs.set(key, { client, server, ...copied });
    }
    for (const [service, counts] of copyAll(this.#others)) copy.#others.set(service, counts);
    copy.#places = this.#places;
    return copy;
  }

  /** The scans, those of most ports first, and the services that are no part of any, by port. */
  settle(
    directions: VerdictSettler,
    nameOf: (transport: "tcp" | "udp", port: number) => ServiceWords,
  ): { readonly scans: readonly PortScan[]; readonly services: readonly PortOnlyService[] } {
    const isOneDirection = directions.settle("unanswered") !== "unanswered";
    const scans: PortScan[] = [];
    const sums = new Map<string, Sum>();
    for (const [service, counts] of this.#others)
      sumOf(sums, service).add(settleCounts(counts, directions), "", "");
    for (const { services, unlisted, ...ends } of this.#pairs.values()) {
      const [client, server] = [formatAddressKey(ends.client), formatAddressKey(ends.server)];
      const settled = [...services].map(
        ([service, counts]) => [service, settleCounts(counts, directions)] as const,
      );
      const others = isOneDirection ? 0 : unlisted.size;
      const vain = settled.filter(([, counts]) => isInVain(counts)).length + others;
      const ports = settled.length + others;
      if (isScan(ports, vain)) scans.push({ client, address: server, ports, answered: ports - vain });
      else for (const [service, counts] of settled) sumOf(sums, service).add(counts, client, server);
    }
    scans.sort((a, b) => b.ports - a.ports || compare(a.client, b.client) || compare(a.address, b.address));
    const services = [...sums].map(([service, sum]) => {
      const [transport, port] = service.split(" ") as ["tcp" | "udp", string];
      return { transport, port: Number(port), ...nameOf(transport, Number(port)), ...sum.result() };
    });
    services.sort((a, b) => a.port - b.port || compare(a.transport, b.transport));
    return { scans: scans.slice(0, MAX_SCANS), services };
  }

  #countsOf(client: AddressKey, server: AddressKey, service: string): Counts {
    const isFull = this.#places >= MAX_PLACES;
    const known = this.#pairs.get(keyOf(client, server))?.services.get(service);
    if (known !== undefined) return known;
    const services = isFull ? this.#others : this.#pairOf(client, server).services;
    const counts = services.get(service) ?? new Map<AttemptVerdict, number>();
    services.set(service, counts);
    if (!isFull) this.#places++;
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

/** What the list calls a service. */
export interface ServiceWords {
  readonly serviceName: string | null;
  readonly products: readonly string[];
}

/** Whether a client that tried so many ports of one host, so many of them in vain, looked for services. */
export function isScan(ports: number, vain: number): boolean {
  return ports >= PORTS_OF_A_SCAN && vain * 100 >= ports * VAIN_PERCENT;
}

function isInVain(counts: ReadonlyMap<AttemptVerdict, number>): boolean {
  return ![...counts.keys()].some((verdict) => !isFailure(verdict) && verdict !== "unclear");
}

function keyOf(client: AddressKey, server: AddressKey): string {
  return `${addressText(client)} ${addressText(server)}`;
}

class Sum {
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

function sumOf(sums: Map<string, Sum>, service: string): Sum {
  const known = sums.get(service);
  if (known !== undefined) return known;
  const sum = new Sum();
  sums.set(service, sum);
  return sum;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
