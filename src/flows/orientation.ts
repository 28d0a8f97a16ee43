/**
 * Which side of a flow is the service, and which one began it (docs/contract.md, "Which side is the service"): how the
 * answer is read that the kernel gives (`packets/kernel/assembly/orientation.ts`).
 */
import {
  ORIENTED_ORIGINATOR,
  ORIENTED_ORIGINATOR_SHIFT,
  ORIENTED_RULE_SHIFT,
  ORIENTED_SERVICE,
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
] as const;

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
