/** What names and services show about a flow (borrowed for each call); `service` is the serving side. */
import { type FlowView, Transport } from "../../flows/flow-view.ts";
import type { LocalServices } from "./local-services.ts";
import type { NameCache } from "./name-cache.ts";

const NONE: readonly string[] = Object.freeze([]);

/** Names that the client had queried and whose answers contained the address of the serving side. */
export function addressNamesOf(names: NameCache, flow: FlowView, service: number): readonly string[] {
  if (!names.mayHaveName(lastWordOf(flow, service))) return NONE;
  return names.namesOf(flow.addressKey(1 - service), flow.addressKey(service), flow.firstSeconds);
}

/** Service types announced there, for the flow's transport. */
export function serviceTypesOf(services: LocalServices, flow: FlowView, service: number): readonly string[] {
  if (!services.mayHaveServices(lastWordOf(flow, service))) return NONE;
  const types = services.typesAt(flow.addressKey(service), flow.port(service), flow.lastSeconds);
  if (types.length === 0) return NONE;
  const ending = flow.transport === Transport.TCP ? "._tcp" : "._udp";
  return types.filter((type) => type.endsWith(ending));
}

/** Whether the capture's DNS answers to the client have other addresses for a name. */
export function isNameRefuted(names: NameCache, flow: FlowView, service: number, name: string): boolean {
  if (names.isEmpty) return false;
  return names.isRefuted(flow.addressKey(1 - service), flow.addressKey(service), name, flow.firstSeconds);
}

function lastWordOf(flow: FlowView, side: number): number {
  return flow.addressWord(side, flow.isIpv6 ? 3 : 0);
}
