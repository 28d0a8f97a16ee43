/** Collects what each device sent and received, by group of flows. */
import type { Device } from "../../evidence/devices/join-devices.ts";
import type { SeenSign } from "../../evidence/devices/sign-bag.ts";
import { OTHERS, OUTSIDE } from "../../evidence/devices/tenancies.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import { groupIdOf } from "../group-id.ts";
import type { DeviceGroup, DeviceSummary, DevicesSummary, EndSummary } from "./device-report.ts";
import { DeviceTotals, type TrafficByGroup } from "./device-totals.ts";

export class DeviceCollector implements Collector<DevicesSummary> {
  readonly #services: ServiceTable;
  readonly #totals: DeviceTotals;

  constructor(services: ServiceTable, totals = new DeviceTotals(services)) {
    this.#services = services;
    this.#totals = totals;
  }

  add(flow: AttributedFlow): void {
    this.#totals.add(flow);
  }

  snapshot(): DeviceCollector {
    return new DeviceCollector(this.#services, this.#totals.copy());
  }

  report(reading: Reading): Steps<DevicesSummary> {
    return inOneStep(() => this.#summarize(reading));
  }

  #summarize(reading: Reading): DevicesSummary {
    const ids = this.#totals.groups.map((group) => groupIdOf(group, this.#services));
    const inDevices = new Set<number>();
    const devices: DeviceSummary[] = [];
    for (const device of reading.devices()) {
      for (const index of device.tenancies) inDevices.add(index);
      const traffic = this.#sumOf(device.tenancies);
      if (traffic.size > 0) devices.push(describe(device, endOf(traffic, ids)));
    }
    const strangers = this.#totals.indexes().filter((index) => index !== OTHERS && !inDevices.has(index));
    const others = this.#totals.at(OTHERS);
    const addresses = reading.devicesLeftOut;
    return {
      devices: devices.sort(byBytes),
      outside: endOf(this.#sumOf(strangers.includes(OUTSIDE) ? strangers : [OUTSIDE, ...strangers]), ids),
      otherDevices:
        others === null && addresses === 0 ? null : { addresses, ...endOf(others ?? new Map(), ids) },
    };
  }

  #sumOf(indexes: readonly number[]): TrafficByGroup {
    const [first, ...more] = indexes.flatMap((index) => this.#totals.at(index) ?? []);
    if (more.length === 0) return first ?? new Map();
    const sum = new Map([...first].map(([group, row]) => [group, { ...row }]));
    for (const rows of more) {
      for (const [group, { sent, received, flows }] of rows) {
        const known = sum.get(group);
        if (known === undefined) sum.set(group, { sent, received, flows });
        else {
          known.sent += sent;
          known.received += received;
          known.flows += flows;
        }
      }
    }
    return sum;
  }
}

function describe(device: Device, end: EndSummary): DeviceSummary {
  const { id, name, maker, model, isApple, isGateway, signs, addresses, macs, vlans } = device;
  const shown = { id, name, maker, model, isApple, isGateway, signs: signs.map(signText).sort() };
  return { ...shown, addresses, macs, vlans, ...end };
}

function signText({ kind, text, maker }: SeenSign): string {
  return `${kind}: ${text} (${maker})`;
}

function endOf(traffic: TrafficByGroup, ids: readonly string[]): EndSummary {
  const groups = [...traffic]
    .map(([group, { sent, received, flows }]): DeviceGroup => ({ id: ids[group], sent, received, flows }))
    .sort(byBytes);
  return {
    groups,
    sent: groups.reduce((sum, { sent }) => sum + sent, 0),
    received: groups.reduce((sum, { received }) => sum + received, 0),
  };
}

function byBytes(a: DeviceGroup | DeviceSummary, b: DeviceGroup | DeviceSummary): number {
  return b.sent + b.received - a.sent - a.received || (a.id < b.id ? -1 : 1);
}
