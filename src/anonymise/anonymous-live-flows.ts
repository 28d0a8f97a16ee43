/** Live flows and their devices without what tells of people and networks. */
import type { LiveFlows } from "../reports/flows/live-flows.ts";
import { compareText } from "../reports/traffic/compare-text.ts";
import { anonymiseFlow } from "./anonymous-flow.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** The same under other names; devices are sorted again, as their order would tell of the old addresses. */
export function anonymiseLiveFlows(live: LiveFlows, pseudonyms: Pseudonyms): LiveFlows {
  return {
    count: live.count,
    flows: live.flows.map((flow) => anonymiseFlow(flow, pseudonyms)),
    deviceCount: live.deviceCount,
    devices: live.devices
      .map(({ address, name, flows, packets, bytes }) => ({
        address: pseudonyms.address(address),
        name: name === null ? null : pseudonyms.hostName(name),
        flows,
        packets,
        bytes,
      }))
      .sort((a, b) => b.bytes - a.bytes || compareText(a.address, b.address)),
  };
}
