/** The live flows of a choice, a product's for instance: those with most bytes, and all of them per device. */
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import { serviceSide } from "../../flows/orientation.ts";
import { type AddressKey, addressText, formatAddressKey } from "../../net/address-key.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import type { FlowReport } from "../flow-report.ts";
import { compareText } from "../traffic/compare-text.ts";
import type { Traffic } from "../traffic/summary.ts";

/** What the flows of one device add up to: the address at the other end from the service. */
export interface DeviceTraffic extends Traffic {
  readonly address: string;
  /** What the device calls itself (DHCP, mDNS), or null. Hostile text: escape where it is shown. */
  readonly name: string | null;
}

/** Why a flow may be a product's: evidence names it (alone or beside others), or only the port allows it. */
export type FlowClaim = "named" | "possible";

/** Live flows as they are at one moment. */
export interface LiveFlows {
  /** How many there are, shown or not. */
  readonly count: number;
  /** Those with most bytes, by bytes. */
  readonly flows: readonly FlowReport[];
  /** How many devices have such flows, shown or not; of more than 65,536 the others are left out. */
  readonly deviceCount: number;
  /** Those with most bytes, by bytes, then address. */
  readonly devices: readonly DeviceTraffic[];
}

/** A flow by the number of its record: describing it costs more than counting it. */
interface Ranked {
  readonly record: number;
  readonly bytes: number;
}

/** A million of them, one for each flow, would take seconds. */
const MAX_DEVICES = 65_536;

type DeviceTotal = { -readonly [K in keyof Traffic]: Traffic[K] } & { readonly address: AddressKey };

/** To be shown live flows only (`Session.liveFlows`): it describes them by their records, while they live. */
export class LiveFlowCollector implements Collector<LiveFlows> {
  readonly #limit: number;
  readonly #isMeant: (attribution: Attribution) => boolean;
  #ranked: Ranked[] = [];
  #count = 0;
  readonly #devices = new Map<string, DeviceTotal>();

  /**
   * @param limit flows, and devices, that are kept at most
   * @param isMeant which flows, by what they are attributed to
   */
  constructor(limit: number, isMeant: (attribution: Attribution) => boolean) {
    this.#limit = limit;
    this.#isMeant = isMeant;
  }

  add({ flow, oriented, attribution }: AttributedFlow): void {
    if (!this.#isMeant(attribution)) return;
    this.#count++;
    const bytes = flow.bytes(0) + flow.bytes(1);
    this.#ranked.push({ record: flow.record, bytes });
    if (this.#ranked.length >= 2 * this.#limit) this.#cut();
    const address = flow.addressKey(1 - serviceSide(oriented));
    const key = addressText(address);
    let device = this.#devices.get(key);
    if (device === undefined) {
      if (this.#devices.size >= MAX_DEVICES) return;
      device = { address, flows: 0, packets: 0, bytes: 0 };
      this.#devices.set(key, device);
    }
    device.flows++;
    device.packets += flow.packets(0) + flow.packets(1);
    device.bytes += bytes;
  }

  snapshot(): LiveFlowCollector {
    return new LiveFlowCollector(this.#limit, this.#isMeant);
  }

  report(reading: Reading): Steps<LiveFlows> {
    return inOneStep(() => this.#describe(reading));
  }

  /** The flows in the records must still be those that were added. */
  #describe(reading: Reading): LiveFlows {
    this.#cut();
    const devices = [...this.#devices.values()]
      .map(({ address, ...traffic }) => ({ key: address, address: formatAddressKey(address), ...traffic }))
      .sort((a, b) => b.bytes - a.bytes || compareText(a.address, b.address))
      .slice(0, this.#limit);
    return {
      count: this.#count,
      flows: this.#ranked.map(({ record }) => reading.liveFlow(record).describe()),
      deviceCount: this.#devices.size,
      devices: devices.map(({ key, ...device }) => ({ ...device, name: reading.deviceNameOf(key) })),
    };
  }

  #cut(): void {
    this.#ranked = this.#ranked
      .sort((a, b) => b.bytes - a.bytes || a.record - b.record)
      .slice(0, this.#limit);
  }
}
