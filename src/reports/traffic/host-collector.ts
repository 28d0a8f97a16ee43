/**
 * Traffic per device (the address at the opposite end from the service) and, within it, per domain that it communicated with.
 */

import type { FlowView } from "../../flows/flow-view.ts";
import { serviceSide } from "../../flows/orientation.ts";
import { type AddressKey, addressText, formatAddressKey } from "../../net/address-key.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import { compareText } from "./compare-text.ts";
import type { DomainTraffic, HostSummary, Traffic } from "./summary.ts";
import { nameOf } from "./traffic-totals.ts";

/** Label for the traffic of devices beyond the limit. */
export const OTHER_HOSTS = "(other hosts)";
/** Label for a device's traffic with domains beyond the limit. */
export const OTHER_DOMAINS = "(other domains)";

/** Limits: strangers choose addresses and names. */
export interface HostLimits {
  /** Number of addresses. */
  readonly hosts: number;
  /** Domains per device, and of all devices together. */
  readonly domainsPerHost: number;
  readonly domains: number;
}

const DEFAULT_LIMITS: HostLimits = { hosts: 262_144, domainsPerHost: 1000, domains: 262_144 };

type TrafficTotal = { -readonly [K in keyof Traffic]: Traffic[K] };

interface HostTotal extends TrafficTotal {
  /** null for the hosts beyond the limit. */
  readonly address: AddressKey | null;
  readonly domains: Map<string | null, TrafficTotal>;
}

export class HostCollector implements Collector<readonly HostSummary[]> {
  #hosts = new Map<string, HostTotal>();
  #domainCount = 0;
  readonly #limits: HostLimits;
  readonly #domainOf: (name: string) => string;

  /**
   * @param domainOf returns the registrable domain of a host name, or the name itself if there is none
   * @param limits traffic beyond them is counted under one name
   */
  constructor(domainOf: (name: string) => string, limits: Partial<HostLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#domainOf = domainOf;
  }

  add({ flow, oriented, facts }: AttributedFlow): void {
    const host = this.#hostOf(flow.addressKey(1 - serviceSide(oriented)));
    const name = nameOf(facts);
    addFlow(host, flow);
    addFlow(this.#domainTotal(host, name === null ? null : this.#domainOf(name)), flow);
  }

  snapshot(): HostCollector {
    const copy = new HostCollector(this.#domainOf, this.#limits);
    copy.#domainCount = this.#domainCount;
    copy.#hosts = new Map(
      [...this.#hosts].map(([key, { domains, ...host }]) => [
        key,
        { ...host, domains: new Map([...domains].map(([domain, total]) => [domain, { ...total }])) },
      ]),
    );
    return copy;
  }

  /** Sorted by bytes, largest first, then address. */
  report(reading: Reading): Steps<readonly HostSummary[]> {
    return inOneStep(() => this.#summaries((address) => reading.deviceNameOf(address)));
  }

  #summaries(nameOf: (address: AddressKey) => string | null): HostSummary[] {
    return [...this.#hosts.values()]
      .map(({ address, domains, ...traffic }) => ({
        address: address === null ? OTHER_HOSTS : formatAddressKey(address),
        name: address === null ? null : nameOf(address),
        ...traffic,
        domains: [...domains]
          .map(([domain, total]): DomainTraffic => ({ domain, ...total }))
          .sort((a, b) => b.bytes - a.bytes || compareText(a.domain ?? "", b.domain ?? "")),
      }))
      .sort((a, b) => b.bytes - a.bytes || compareText(a.address, b.address));
  }

  #hostOf(address: AddressKey): HostTotal {
    const known = this.#hosts.get(addressText(address));
    if (known !== undefined) return known;
    const isOther = this.#hosts.size >= this.#limits.hosts;
    const key = isOther ? OTHER_HOSTS : addressText(address);
    const total = this.#hosts.get(key) ?? {
      address: isOther ? null : address,
      ...noTraffic(),
      domains: new Map(),
    };
    this.#hosts.set(key, total);
    return total;
  }

  #domainTotal({ domains }: HostTotal, domain: string | null): TrafficTotal {
    const known = domains.get(domain);
    if (known !== undefined) return known;
    const { domainsPerHost, domains: mostDomains } = this.#limits;
    const isWithinLimit =
      domain === null || (domains.size < domainsPerHost && this.#domainCount < mostDomains);
    const name = isWithinLimit ? domain : OTHER_DOMAINS;
    const total = domains.get(name) ?? noTraffic();
    if (isWithinLimit && domain !== null) this.#domainCount++;
    domains.set(name, total);
    return total;
  }
}

function noTraffic(): TrafficTotal {
  return { flows: 0, packets: 0, bytes: 0 };
}

function addFlow(total: TrafficTotal, flow: FlowView): void {
  total.flows += 1;
  total.packets += flow.packets(0) + flow.packets(1);
  total.bytes += flow.bytes(0) + flow.bytes(1);
}
