/** Collects what each device sent and received, by group of flows. */
import type { Device } from "../../evidence/devices/join-devices.ts";
import type { SeenSign } from "../../evidence/devices/sign-bag.ts";
import { OTHERS } from "../../evidence/devices/tenancies.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import type { DeviceGroup, DeviceSummary, DevicesSummary, EndSummary } from "./device-report.ts";
import { DeviceTotals, type EndTraffic } from "./device-totals.ts";

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
    const ids = this.#totals.groupIds();
    const devices = reading.devices();
    const taken = new Set(devices.flatMap(({ tenancies }) => tenancies));
    // What no device has after all is beyond the local network.
    const outside = [...this.#totals.indexes].filter((index) => index !== OTHERS && !taken.has(index));
    const others = this.#totals.of([OTHERS]);
    const addresses = reading.devicesLeftOut;
    return {
      devices: devices
        .flatMap((device) => {
          const traffic = this.#totals.of(device.tenancies);
          return traffic.length === 0 ? [] : [describe(device, endOf(traffic, ids))];
        })
        .sort(byBytes),
      outside: endOf(this.#totals.of(outside), ids),
      otherDevices: others.length === 0 && addresses === 0 ? null : { addresses, ...endOf(others, ids) },
    };
  }
}

function describe(device: Device, end: EndSummary): DeviceSummary {
  const { id, name, maker, model, isApple, isGateway, signs, addresses, macs, vlans } = device;
  const shown = {
    id,
    name,
    maker,
    model,
    isApple,
    isGateway,
    signs: [...new Set(signs.map(signText))].sort(),
  };
  return { ...shown, addresses, macs, vlans, ...end };
}

function signText({ kind, text, maker }: SeenSign): string {
  return `${kind}: ${text} (${maker})`;
}

function endOf(traffic: readonly EndTraffic[], ids: readonly string[]): EndSummary {
  const groups = traffic.map(
    ({ group, sent, received, flows }): DeviceGroup => ({ id: ids[group], sent, received, flows }),
  );
  let sent = 0;
  let received = 0;
  for (const group of groups) {
    sent += group.sent;
    received += group.received;
  }
  return { groups: groups.sort(byBytes), sent, received };
}

function byBytes(a: DeviceGroup | DeviceSummary, b: DeviceGroup | DeviceSummary): number {
  return b.sent + b.received - a.sent - a.received || (a.id < b.id ? -1 : 1);
}
