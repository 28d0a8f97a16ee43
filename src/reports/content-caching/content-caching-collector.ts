/**
 * Measures how much traffic a content cache in the local network could serve, and how much one did serve (docs/contract.md,
 * "Content caching").
 */
import { OUTSIDE } from "../../evidence/devices/tenancies.ts";
import { Transport } from "../../flows/flow-view.ts";
import { serviceSide } from "../../flows/orientation.ts";
import { type AddressKey, addressText, formatAddressKey } from "../../net/address-key.ts";
import { type AttributedFlow, type Collector, inOneStep, type Steps } from "../collector.ts";
import { compareText } from "../traffic/compare-text.ts";
import type { ContentCache, ContentCaching } from "../traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../traffic/traffic-sum.ts";
import type { CacheableContent } from "./cacheable-content.ts";

/** Maximum number of local servers that are tracked; further ones are not recognised as caches. */
const MAX_SERVERS = 65_536;
/** Maximum number of listed caches; all of them count in the totals. */
const MAX_CACHES = 20;

/** What a server of the local network sent from one TCP port. */
interface LocalServer extends TrafficSum {
  readonly address: AddressKey;
  readonly port: number;
  isCache: boolean;
  /** The part that evidence attributes to products whose downloads caches keep; a proxy forwards these, too. */
  readonly cacheable: TrafficSum;
}

/** The report is null if there is nothing to report. */
export class ContentCachingCollector implements Collector<ContentCaching | null> {
  readonly #content: CacheableContent;
  readonly #limit: number;
  #couldBe = noTraffic();
  #servers = new Map<string, LocalServer>();

  constructor(content: CacheableContent, limit = MAX_SERVERS) {
    this.#content = content;
    this.#limit = limit;
  }

  add(attributed: AttributedFlow): void {
    const { flow, oriented, servicePort, attribution } = attributed;
    const side = serviceSide(oriented);
    const sent = { flows: 1, packets: flow.packets(side), bytes: flow.bytes(side) };
    const isLocal =
      servicePort !== null && flow.transport === Transport.TCP && attributed.tenancyAt(side) !== OUTSIDE;
    const server = isLocal ? this.#serverOf(flow.addressKey(side), flow.port(side)) : null;
    if (server !== null) {
      addTraffic(server, sent);
      if (this.#indicatesCache(attributed)) server.isCache = true;
    }
    const { products } = attribution;
    // One cacheable product of several is enough: the sum is an upper bound.
    if (products.some((product) => this.#content.products.has(product))) {
      addTraffic(server?.cacheable ?? this.#couldBe, sent);
    }
  }

  snapshot(): ContentCachingCollector {
    const copy = new ContentCachingCollector(this.#content, this.#limit);
    copy.#couldBe = { ...this.#couldBe };
    copy.#servers = new Map(
      [...this.#servers].map(([key, server]) => [key, { ...server, cacheable: { ...server.cacheable } }]),
    );
    return copy;
  }

  report(): Steps<ContentCaching | null> {
    return inOneStep(() => {
      const caches = [...this.#servers.values()].filter(({ isCache, bytes }) => isCache && bytes > 0);
      const couldBe = { ...this.#couldBe };
      for (const { isCache, cacheable } of this.#servers.values())
        if (!isCache) addTraffic(couldBe, cacheable);
      if (couldBe.bytes === 0 && caches.length === 0) return null;
      const fromCaches = noTraffic();
      for (const cache of caches) addTraffic(fromCaches, cache);
      const listed = caches.map(cacheOf).sort(byBytes).slice(0, MAX_CACHES);
      return { couldBe, fromCaches, caches: listed };
    });
  }

  /** A client that looks for caches queries the server, or evidence attributes the flow to a cache product. */
  #indicatesCache({ attribution, facts }: AttributedFlow): boolean {
    const { servers, clients } = this.#content;
    const { products } = attribution;
    if (products.length > 0 && products.every((product) => servers.has(product))) return true;
    const program = facts.handshake?.userAgentProcess ?? null;
    return program !== null && clients.has(program);
  }

  #serverOf(address: AddressKey, port: number): LocalServer | null {
    const key = `${addressText(address)} ${port}`;
    const known = this.#servers.get(key);
    if (known !== undefined) return known;
    if (this.#servers.size >= this.#limit) return null;
    const server: LocalServer = { address, port, isCache: false, cacheable: noTraffic(), ...noTraffic() };
    this.#servers.set(key, server);
    return server;
  }
}

function cacheOf({ address, port, flows, packets, bytes }: LocalServer): ContentCache {
  return { address: formatAddressKey(address), port, flows, packets, bytes };
}

/** By bytes, largest first; then by address and port. */
function byBytes(one: ContentCache, other: ContentCache): number {
  return other.bytes - one.bytes || compareText(one.address, other.address) || one.port - other.port;
}
