/**
 * Which side of a flow is the service, and which one began it (docs/contract.md, "Which side is the service"): how the
 * answer is read that the kernel gives (`packets/kernel/assembly/orientation.ts`).
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

/** What decided: by the numbers `RULE_...`. */
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

/** The ports that Apple's systems open connections from begin here (xnu: net.inet.ip.portrange.hifirst)... */
const FIRST_OF_APPLE = 49_152;
/** ...and those of any other system above this (Linux: net.ipv4.ip_local_port_range). */
const FIRST_OF_ANY = 32_768;

/** How it was decided which side is the service. */
export type OrientationName = (typeof RULE_NAMES)[number];

/**
 * Who asks in the payload of a flow (borrowed for the call) originates, unless a handshake says who does. A group, which only
 * ever receives, asks nobody: what is announced to it answers no question of its own.
 *
 * @param oriented what the kernel says
 * @param asks the side (`Side`) that asks
 * @param service the side that serves: the same where a server opens a connection for its data
 */
export function orientByPayload(flow: FlowView, oriented: number, asks: number, service = 1 - asks): number {
  if (oriented >> ORIENTED_RULE_SHIFT <= RULE_SYN_ACK || flow.isGroup(asks)) return oriented;
  return (RULE_PAYLOAD << ORIENTED_RULE_SHIFT) | (asks << ORIENTED_ORIGINATOR_SHIFT) | service;
}

/**
 * A host that captured itself opened the flow (borrowed for the call) from a port that nobody serves on, to one that nobody opens
 * connections from: the other side serves, whatever the list has for its own port. A handshake says it better.
 *
 * @param oriented what the kernel says
 * @param own the side (`Side`) that is the host's own
 */
export function orientByDirection(flow: FlowView, oriented: number, own: number): number {
  const rule = oriented >> ORIENTED_RULE_SHIFT;
  if (rule <= RULE_SYN_ACK || flow.port(own) < FIRST_OF_APPLE || flow.port(1 - own) >= FIRST_OF_ANY) {
    return oriented;
  }
  if (serviceSide(oriented) !== own) return oriented;
  return (RULE_DIRECTION << ORIENTED_RULE_SHIFT) | (own << ORIENTED_ORIGINATOR_SHIFT) | (1 - own);
}

/** The side (`Side`) whose port names the service; where nothing says which one that is, the one with the lower port. */
export function serviceSide(oriented: number): number {
  return oriented & ORIENTED_SERVICE;
}

/** The port that names the service of a flow (borrowed for the call), or null where nobody knows which one does. */
export function servicePortOf(flow: FlowView, oriented: number): number | null {
  const isKnown = oriented >> ORIENTED_RULE_SHIFT !== RULE_UNKNOWN;
  return isKnown ? flow.port(serviceSide(oriented)) : null;
}

/** The side (`Side`) that began the flow. */
export function originatorSide(oriented: number): number {
  return (oriented & ORIENTED_ORIGINATOR) >> ORIENTED_ORIGINATOR_SHIFT;
}

/** The name of what decided. */
export function orientationName(oriented: number): OrientationName {
  return RULE_NAMES[oriented >> ORIENTED_RULE_SHIFT];
}
