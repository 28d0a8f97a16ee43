/**
 * Services by address and port in the local network, as announced by multicast DNS (RFC 6762, 6763): SRV maps an instance of
 * a service type to its host and port, A and AAAA map the host to its addresses. Nothing expires: a device that says goodbye
 * was there before.
 */
import { Side } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { PROTOCOLS, type Protocol } from "../../net/application-protocols.ts";
import { NO_TIME } from "../../net/moment.ts";
import { AddressSketch } from "../devices/address-sketch.ts";
import { type DnsMessage, type DnsRecord, DnsType } from "../payload/dns-message.ts";
import { RecentMap } from "./recent-map.ts";

/** Limits. */
export interface LocalServiceLimits {
  readonly hosts: number;
  readonly servicesPerHost: number;
  readonly addresses: number;
  readonly hostsPerAddress: number;
}

const DEFAULT_LIMITS: LocalServiceLimits = {
  hosts: 2048,
  servicesPerHost: 32,
  addresses: 8192,
  hostsPerAddress: 4,
};

/** `_type` and `_tcp` or `_udp` (RFC 6763, 7): all transports other than TCP count as the latter. */
const SERVICE_LABEL = /^_[^_]/;
const TRANSPORT_LABELS = ["_tcp", "_udp"];

/** An instance of a service, as a host announced it. */
export interface LocalService {
  readonly port: number;
  /** `_airplay._tcp`. */
  readonly type: string;
  /** Friendly name: `Living Room`. Hostile text, at most 63 characters. */
  readonly instance: string;
  /** Time of the first announcement, or `NO_TIME`. */
  readonly firstSeconds: number;
}

const NONE: readonly string[] = Object.freeze([]);

/** How long a service is assumed to have existed before its announcement: the lifetime of an SRV record (RFC 6762, 10). */
const ANNOUNCED_SECONDS = 120;

export class LocalServices {
  readonly #limits: LocalServiceLimits;
  readonly #services: RecentMap<LocalService[]>;
  readonly #hosts: RecentMap<string[]>;
  readonly #sketch = new AddressSketch();
  #dropped = 0;

  constructor(limits: LocalServiceLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
    this.#services = new RecentMap(limits.hosts);
    this.#hosts = new RecentMap(limits.addresses);
  }

  /** Whether no service is known. */
  get isEmpty(): boolean {
    return this.#services.size === 0;
  }

  /** Whether a service may be known at an address with these last 32 bits: if not, `typesAt` need not be called. */
  mayHaveServices(lastWord: number): boolean {
    return this.#services.size > 0 && this.#sketch.mayHave(lastWord);
  }

  /** Services and addresses dropped because there were too many. */
  get dropped(): number {
    return this.#dropped + this.#services.dropped + this.#hosts.dropped;
  }

  /** Reads a multicast DNS message of `seconds` or `NO_TIME`: a response, or the known answers in a query (RFC 6762, 7.1). */
  add(message: DnsMessage, seconds = NO_TIME): void {
    for (const record of message.records) {
      if (!message.isResponse && !record.isAnswer) continue;
      if (record.type === DnsType.SRV) this.#addService(record, seconds);
      else if (record.type === DnsType.A || record.type === DnsType.AAAA) this.#addAddress(record);
    }
  }

  /**
   * Types of the services (`_airplay._tcp`) at a port of an address, in order of appearance.
   *
   * @param until ignores what was announced much later; `NO_TIME`: includes everything
   */
  typesAt(address: AddressKey, port: number, until = NO_TIME): readonly string[] {
    const types = new Set<string>();
    for (const host of this.#hosts.get(addressText(address)) ?? []) {
      for (const service of this.#services.get(host) ?? []) {
        if (service.port === port && wasAnnounced(service, until)) types.add(service.type);
      }
    }
    return [...types];
  }

  /** The protocol announced for one of the ports of a packet (borrowed) by a service type of the same name, or null. */
  protocolAt(packet: PacketRow): Protocol | null {
    for (const side of [Side.A, Side.B]) {
      if (!this.mayHaveServices(packet.lastAddressWord(side))) continue;
      for (const type of this.typesAt(packet.addressKey(side), packet.port(side))) {
        const protocol = PROTOCOLS.find((name) => type === `_${name}._tcp`);
        if (protocol !== undefined) return protocol;
      }
    }
    return null;
  }

  /** Names of the hosts that have an address (`annas-macbook.local`), the most recently announced first. */
  hostsAt(address: AddressKey): readonly string[] {
    const hosts = this.#hosts.size === 0 ? undefined : this.#hosts.get(addressText(address));
    return hosts === undefined ? NONE : [...hosts].reverse();
  }

  /** Services of a host, in order of appearance. Borrowed until the next `add`. */
  servicesOf(host: string): readonly LocalService[] {
    return this.#services.get(host) ?? [];
  }

  #addService(record: DnsRecord, firstSeconds: number): void {
    const type = serviceTypeOf(record.name);
    if (type === null || record.target === null || record.port === 0) return;
    const services = this.#services.get(record.target) ?? [];
    const service = { port: record.port, type, instance: record.instance, firstSeconds };
    const known = services.findIndex(
      (other) => other.port === service.port && other.type === type && other.instance === service.instance,
    );
    if (known < 0) {
      if (services.length >= this.#limits.servicesPerHost) {
        services.shift();
        this.#dropped++;
      }
      services.push(service);
    }
    this.#services.set(record.target, services);
  }

  #addAddress(record: DnsRecord): void {
    for (const address of record.addresses) {
      const key = addressText(address);
      const hosts = this.#hosts.get(key) ?? [];
      const known = hosts.indexOf(record.name);
      if (known >= 0) hosts.splice(known, 1);
      else if (hosts.length >= this.#limits.hostsPerAddress) {
        hosts.shift();
        this.#dropped++;
      }
      hosts.push(record.name);
      this.#hosts.set(key, hosts);
      this.#sketch.add(address);
    }
  }
}

function wasAnnounced({ firstSeconds }: LocalService, until: number): boolean {
  return until === NO_TIME || firstSeconds === NO_TIME || firstSeconds <= until + ANNOUNCED_SECONDS;
}

/** `_airplay._tcp` of `anna._airplay._tcp.local`, or null if the name is not that of an instance. */
export function serviceTypeOf(name: string): string | null {
  const dot = name.indexOf(".");
  return dot < 0 ? null : serviceTypeIn(name.slice(dot + 1));
}

/** `_airplay._tcp` of `_airplay._tcp.local`, or null if the name is not that of a type. */
export function serviceTypeIn(name: string): string | null {
  const [label, transport, domain] = name.split(".");
  if (domain === undefined || !SERVICE_LABEL.test(label) || !TRANSPORT_LABELS.includes(transport))
    return null;
  return `${label}.${transport}`;
}
