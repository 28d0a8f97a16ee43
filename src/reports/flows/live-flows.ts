/** The live flows of a choice, a product's for instance: those with most bytes, and all of them by device. */
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import type { Device } from "../../evidence/devices/join-devices.ts";
import { serviceSide } from "../../flows/orientation.ts";
import { type AddressKey, addressText, formatAddressKey } from "../../net/address-key.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import type { FlowReport } from "../flow-report.ts";
import { compareText } from "../traffic/compare-text.ts";
import type { Traffic } from "../traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../traffic/traffic-sum.ts";

/** What the flows of one device add up to: of that at the other end from the service. */
export interface DeviceTraffic extends Traffic {
  /** Its first address; that of the end itself where it is no device of the local network. */
  readonly address: string;
  /** What the device calls itself, or null. Hostile text: escape where it is shown. */
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
  /** How many devices have such flows, shown or not; of more than 65,536 addresses the others are left out. */
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
const MAX_ADDRESSES = 65_536;

interface AddressTotal extends TrafficSum {
  readonly address: AddressKey;
  readonly tenancy: number;
}

/** To be shown live flows only (`Session.liveFlows`): it describes them by their records, while they live. */
export class LiveFlowCollector implements Collector<LiveFlows> {
  readonly #limit: number;
  readonly #isMeant: (attribution: Attribution) => boolean;
  #ranked: Ranked[] = [];
  #count = 0;
  readonly #addresses = new Map<string, AddressTotal>();

  /**
   * @param limit flows, and devices, that are kept at most
   * @param isMeant which flows, by what they are attributed to
   */
  constructor(limit: number, isMeant: (attribution: Attribution) => boolean) {
    this.#limit = limit;
    this.#isMeant = isMeant;
  }

  add(shown: AttributedFlow): void {
    const { flow, oriented, attribution } = shown;
    if (!this.#isMeant(attribution)) return;
    this.#count++;
    const bytes = flow.bytes(0) + flow.bytes(1);
    this.#ranked.push({ record: flow.record, bytes });
    if (this.#ranked.length >= 2 * this.#limit) this.#cut();
    const client = 1 - serviceSide(oriented);
    const address = flow.addressKey(client);
    const tenancy = shown.tenancyAt(client);
    const key = `${addressText(address)} ${tenancy}`;
    let total = this.#addresses.get(key);
    if (total === undefined) {
      if (this.#addresses.size >= MAX_ADDRESSES) return;
      total = { address, tenancy, ...noTraffic() };
      this.#addresses.set(key, total);
    }
    addTraffic(total, { flows: 1, packets: flow.packets(0) + flow.packets(1), bytes });
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
    const devices = this.#joined(reading);
    return {
      count: this.#count,
      flows: this.#ranked.map(({ record }) => reading.liveFlow(record).describe()),
      deviceCount: devices.length,
      devices: devices.slice(0, this.#limit),
    };
  }

  /** Addresses of one device are one; by bytes, then address. */
  #joined(reading: Reading): readonly DeviceTraffic[] {
    const byTenancy = new Map<number, Device>();
    for (const device of reading.devices()) {
      for (const { tenancy } of device.tenancies) byTenancy.set(tenancy, device);
    }
    const joined = new Map<Device | AddressKey, DeviceTraffic & TrafficSum>();
    for (const total of this.#addresses.values()) {
      const device = byTenancy.get(total.tenancy);
      const key = device ?? total.address;
      const known = joined.get(key);
      if (known !== undefined) addTraffic(known, total);
      else joined.set(key, { ...endOf(total.address, device, reading), ...trafficOf(total) });
    }
    return [...joined.values()].sort((a, b) => b.bytes - a.bytes || compareText(a.address, b.address));
  }

  #cut(): void {
    this.#ranked = this.#ranked
      .sort((a, b) => b.bytes - a.bytes || a.record - b.record)
      .slice(0, this.#limit);
  }
}

function endOf(
  address: AddressKey,
  device: Device | undefined,
  reading: Reading,
): Pick<DeviceTraffic, "address" | "name"> {
  if (device === undefined)
    return { address: formatAddressKey(address), name: reading.deviceNameOf(address) };
  return { address: device.addresses[0] ?? formatAddressKey(address), name: device.name };
}

function trafficOf({ flows, packets, bytes }: TrafficSum): TrafficSum {
  return { flows, packets, bytes };
}
