/** Collects the bytes that each device sent and received, by group of flows. */
import type { Device } from "../../evidence/devices/join-devices.ts";
import type { SeenSign } from "../../evidence/devices/sign-bag.ts";
import { OTHERS } from "../../evidence/devices/tenancies.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import type {
  DeviceGroup,
  DeviceSummary,
  DevicesSummary,
  EndSummary,
  NetworkSummary,
} from "./device-report.ts";
import { DeviceTotals, type EndTraffic } from "./device-totals.ts";
import { type NetworkChoice, networkOf } from "./networks.ts";

export class DeviceCollector implements Collector<DevicesSummary> {
  readonly #services: ServiceTable;
  readonly #networks: NetworkChoice | null;
  readonly #totals: DeviceTotals;

  /** @param networks also report networks, chosen by this; null: none */
  constructor(
    services: ServiceTable,
    networks: NetworkChoice | null = null,
    totals = new DeviceTotals(services),
  ) {
    this.#services = services;
    this.#networks = networks;
    this.#totals = totals;
  }

  add(flow: AttributedFlow): void {
    this.#totals.add(flow);
  }

  snapshot(): DeviceCollector {
    return new DeviceCollector(this.#services, this.#networks, this.#totals.copy());
  }

  report(reading: Reading): Steps<DevicesSummary> {
    return inOneStep(() => this.#summarize(reading));
  }

  #summarize(reading: Reading): DevicesSummary {
    const ids = this.#totals.groupIds();
    const devices = reading.devices();
    const owned = new Set(devices.flatMap(({ tenancies }) => tenancies.map(({ tenancy }) => tenancy)));
    // Indexes that no device owns in the end count as beyond the local network.
    const outside = [...this.#totals.indexes].filter((index) => index !== OTHERS && !owned.has(index));
    const others = this.#totals.of([OTHERS]);
    const addresses = reading.devicesLeftOut;
    return {
      devices: devices
        .flatMap((device) => {
          const traffic = this.#totals.of(device.tenancies.map(({ tenancy }) => tenancy));
          return traffic.length === 0 ? [] : [describe(device, endOf(traffic, ids))];
        })
        .sort(byBytes),
      outside: endOf(this.#totals.of(outside), ids),
      otherDevices: others.length === 0 && addresses === 0 ? null : { addresses, ...endOf(others, ids) },
      networks: this.#networks === null ? null : this.#networkSummaries(devices, this.#networks, ids),
    };
  }

  #networkSummaries(
    devices: readonly Device[],
    choice: NetworkChoice,
    ids: readonly string[],
  ): readonly NetworkSummary[] {
    const networks = new Map<string, { tenancies: number[]; devices: Set<Device> }>();
    for (const device of devices) {
      for (const address of device.tenancies) {
        if (this.#totals.of([address.tenancy]).length === 0) continue;
        const name = networkOf(address, choice);
        const network = networks.get(name) ?? { tenancies: [], devices: new Set() };
        network.tenancies.push(address.tenancy);
        network.devices.add(device);
        networks.set(name, network);
      }
    }
    return [...networks]
      .map(([network, { tenancies, devices: own }]) => ({
        network,
        devices: own.size,
        ...endOf(this.#totals.of(tenancies), ids),
      }))
      .sort(byBytes);
  }
}

function describe(device: Device, end: EndSummary): DeviceSummary {
  const { id, name, maker, model, isApple, isGateway, signs, addresses, macs, vlans } = device;
  const common = {
    id,
    name,
    maker,
    model,
    isApple,
    isGateway,
    signs: [...new Set(signs.map(signText))].sort(),
  };
  return { ...common, addresses, macs, vlans, ...end };
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

type Row = DeviceGroup | DeviceSummary | NetworkSummary;

function byBytes(a: Row, b: Row): number {
  return b.sent + b.received - a.sent - a.received || (nameOf(a) < nameOf(b) ? -1 : 1);
}

function nameOf(row: Row): string {
  return "network" in row ? row.network : row.id;
}
