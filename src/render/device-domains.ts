/** Domains that devices contacted: the traffic of their addresses, if the summary has it. */
import type { DeviceSummary } from "../reports/devices/device-report.ts";
import type { DomainTraffic, Summary } from "../reports/traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../reports/traffic/traffic-sum.ts";

/** A device, with its domains if requested. */
export interface DeviceRow extends DeviceSummary {
  /** Of all its addresses, by bytes. Hostile text. */
  readonly domains?: readonly DomainTraffic[];
}

/** The devices of a summary, in its order. */
export function deviceRows({ devices, hosts }: Summary): readonly DeviceRow[] {
  if (hosts === undefined) return devices;
  const byAddress = new Map(hosts.map(({ address, domains }) => [address, domains]));
  return devices.map((device) => {
    const sums = new Map<string | null, TrafficSum>();
    for (const one of device.addresses.flatMap((address) => byAddress.get(address) ?? [])) {
      const sum = sums.get(one.domain) ?? noTraffic();
      addTraffic(sum, one);
      sums.set(one.domain, sum);
    }
    const domains = [...sums].map(([domain, sum]) => ({ domain, ...sum }));
    return { ...device, domains: domains.sort(byBytes) };
  });
}

function byBytes(a: DomainTraffic, b: DomainTraffic): number {
  return b.bytes - a.bytes || ((a.domain ?? "") < (b.domain ?? "") ? -1 : 1);
}
