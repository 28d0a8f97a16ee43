/** The live flows of a choice, a product's for instance: those with most bytes, and all of them per device. */
import type { FlowView } from "../../flows/flow-view.ts";
import { serviceSide } from "../../flows/orientation.ts";
import { type AddressKey, addressText, formatAddressKey } from "../../net/address-key.ts";
import { compareText } from "../traffic/product-totals.ts";
import type { Traffic } from "../traffic/summary.ts";
import type { FlowReport } from "./flow-report.ts";

/** What the flows of one device add up to: the address at the other end from the service. */
export interface DeviceTraffic extends Traffic {
  readonly address: string;
  /** What the device calls itself (DHCP, mDNS), or null. Hostile text: escape where it is shown. */
  readonly name: string | null;
}

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

export class LiveFlowTotals {
  readonly #limit: number;
  #ranked: Ranked[] = [];
  #count = 0;
  readonly #devices = new Map<string, DeviceTotal>();

  /** @param limit flows, and devices, that are kept at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a flow (borrowed for the call) with its orientation. */
  add(flow: FlowView, oriented: number): void {
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

  /** `describe`: the flow in a record, which must still be the one that was added; `nameOf`: of a device. */
  describe(
    describe: (record: number) => FlowReport,
    nameOf: (address: AddressKey) => string | null,
  ): LiveFlows {
    this.#cut();
    const devices = [...this.#devices.values()]
      .map(({ address, ...traffic }) => ({ key: address, address: formatAddressKey(address), ...traffic }))
      .sort((a, b) => b.bytes - a.bytes || compareText(a.address, b.address))
      .slice(0, this.#limit);
    return {
      count: this.#count,
      flows: this.#ranked.map(({ record }) => describe(record)),
      deviceCount: this.#devices.size,
      devices: devices.map(({ key, ...device }) => ({ ...device, name: nameOf(key) })),
    };
  }

  #cut(): void {
    this.#ranked = this.#ranked
      .sort((a, b) => b.bytes - a.bytes || a.record - b.record)
      .slice(0, this.#limit);
  }
}
