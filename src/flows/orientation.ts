/**
 * Which side of a flow is the service and which one began it (docs/contract.md, "Which side is the service"): decodes
 * the kernel's answer (`packets/kernel/assembly/orientation.ts`).
 */
import {
  ORIENTED_ORIGINATOR,
  ORIENTED_ORIGINATOR_SHIFT,
  ORIENTED_RULE_SHIFT,
  ORIENTED_SERVICE,
  RULE_DIRECTION,
  RULE_PAYLOAD,
  RULE_SYN_ACK,
  RULE_UNKNOWN,
} from "../packets/kernel/layout.ts";
import type { FlowView } from "./flow-view.ts";

/** Names of the deciding rules, indexed by `RULE_...`. */
const RULE_NAMES = [
  "syn",
  "syn-ack",
  "list",
  "multicast",
  "lower-port",
  "first-packet",
  "unknown",
  "payload",
  "direction",
] as const;

/** First ephemeral port of Apple's systems (xnu: net.inet.ip.portrange.hifirst)... */
const FIRST_EPHEMERAL_PORT_OF_APPLE = 49_152;
/** ...and of any other system (Linux: net.ipv4.ip_local_port_range). */
const FIRST_EPHEMERAL_PORT = 32_768;

/** The rule that decided which side is the service. */
export type OrientationName = (typeof RULE_NAMES)[number];

/**
 * Makes the side that asks in the payload of a flow (borrowed for the call) the originator, unless a handshake shows
 * who is. A group only ever receives and asks nothing: what is announced to it is not an answer.
 *
 * @param oriented the kernel's answer
 * @param askingSide the side (`Side`) that asks
 * @param service the side that serves: also `asks` if a server opens a connection for its data
 */
export function orientByPayload(
  flow: FlowView,
  oriented: number,
  askingSide: number,
  service = 1 - askingSide,
): number {
  if (oriented >> ORIENTED_RULE_SHIFT <= RULE_SYN_ACK || flow.isGroup(askingSide)) return oriented;
  return (RULE_PAYLOAD << ORIENTED_RULE_SHIFT) | (askingSide << ORIENTED_ORIGINATOR_SHIFT) | service;
}

/**
 * Orients a flow (borrowed for the call) that the capturing host opened from a port that nobody serves on to one that
 * nobody opens connections from: the other side serves, whatever the list says about the host's own port. A handshake
 * is better evidence.
 *
 * @param oriented the kernel's answer
 * @param hostSide the side (`Side`) that is the host's own
 */
export function orientByDirection(flow: FlowView, oriented: number, hostSide: number): number {
  const rule = oriented >> ORIENTED_RULE_SHIFT;
  if (
    rule <= RULE_SYN_ACK ||
    flow.port(hostSide) < FIRST_EPHEMERAL_PORT_OF_APPLE ||
    flow.port(1 - hostSide) >= FIRST_EPHEMERAL_PORT
  ) {
    return oriented;
  }
  if (serviceSide(oriented) !== hostSide) return oriented;
  return (RULE_DIRECTION << ORIENTED_RULE_SHIFT) | (hostSide << ORIENTED_ORIGINATOR_SHIFT) | (1 - hostSide);
}

/** Returns the side (`Side`) whose port names the service; if undecided, the one with the lower port. */
export function serviceSide(oriented: number): number {
  return oriented & ORIENTED_SERVICE;
}

/** Returns the port that names the service of a flow (borrowed for the call), or null if undecided. */
export function servicePortOf(flow: FlowView, oriented: number): number | null {
  const isKnown = oriented >> ORIENTED_RULE_SHIFT !== RULE_UNKNOWN;
  return isKnown ? flow.port(serviceSide(oriented)) : null;
}

/** Returns the side (`Side`) that began the flow. */
export function originatorSide(oriented: number): number {
  return (oriented & ORIENTED_ORIGINATOR) >> ORIENTED_ORIGINATOR_SHIFT;
}

/** Returns the name of the deciding rule. */
export function orientationName(oriented: number): OrientationName {
  return RULE_NAMES[oriented >> ORIENTED_RULE_SHIFT];
}
