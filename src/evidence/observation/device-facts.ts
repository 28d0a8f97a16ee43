/** What the devices at both sides of a flow say of it, and what the flow says of them. */
import { type FlowView, Side, Transport } from "../../flows/flow-view.ts";
import type { DeviceRegistry } from "../devices/device-registry.ts";
import { endsOf, type FlowEnds, type FlowFacts } from "./flow-facts.ts";
import type { HandshakeNames } from "./handshake.ts";
import { MDNS_PORT } from "./message-kind.ts";

/**
 * Looks up the devices of a flow (borrowed), whose names show something of the one that asks. The registry answers for this
 * flow from now on.
 *
 * @param service the side that serves
 */
export function deviceEndsOf(
  devices: DeviceRegistry,
  flow: FlowView,
  service: number,
  names: HandshakeNames | null,
): FlowEnds {
  const client = 1 - service;
  devices.look(flow);
  if (names !== null && (names.userAgent !== null || names.nameSource === "http-host")) {
    devices.addRequest(client, names.userAgent, names.serverName);
  }
  return endsOf(devices.isApplesAt(client), devices.isApplesAt(service));
}

/** Whose devices send in a flow of multicast DNS that was looked up, where all of that is known. */
export function multicastSenderOf(devices: DeviceRegistry, flow: FlowView): FlowFacts["multicastSender"] {
  if (flow.transport !== Transport.UDP) return null;
  if (flow.port(Side.A) !== MDNS_PORT && flow.port(Side.B) !== MDNS_PORT) return null;
  const senders = [Side.A, Side.B].filter((side) => flow.packets(side) > 0);
  const makers = senders.map((side) => devices.isApplesAt(side));
  if (makers.includes(true)) return "apple";
  return makers.every((maker) => maker === false) ? "another" : null;
}
