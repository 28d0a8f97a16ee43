/** What the devices at both sides of a flow show about it, and what the flow shows about them. */
import { type FlowView, Side, Transport } from "../../flows/flow-view.ts";
import type { DeviceRegistry } from "../devices/device-registry.ts";
import { endsOf, type FlowEnds, type FlowFacts } from "./flow-facts.ts";
import type { HandshakeNames } from "./handshake.ts";
import { MDNS_PORT } from "./message-kind.ts";

/**
 * Looks up the devices of a flow (borrowed) and adds signs of the client from the flow's names. Afterwards, the registry
 * refers to this flow.
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
  devices.lookUp(flow);
  if (names !== null && (names.userAgent !== null || names.nameSource === "http-host")) {
    devices.addRequest(client, names.userAgent, names.serverName);
  }
  return endsOf(devices.isAppleAt(client), devices.isAppleAt(service));
}

/** Whose devices send in a multicast DNS flow that was looked up; null unless this is known for all of them. */
export function multicastSenderOf(devices: DeviceRegistry, flow: FlowView): FlowFacts["multicastSender"] {
  if (flow.transport !== Transport.UDP) return null;
  if (flow.port(Side.A) !== MDNS_PORT && flow.port(Side.B) !== MDNS_PORT) return null;
  const senders = [Side.A, Side.B].filter((side) => flow.packets(side) > 0);
  const isApple = senders.map((side) => devices.isAppleAt(side));
  if (isApple.includes(true)) return "apple";
  return isApple.every((maker) => maker === false) ? "another" : null;
}
