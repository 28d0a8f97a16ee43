/**
 * Which side of a flow is the service, and which one began it (contract, section 3): how the answer is read that the
 * kernel gives (`kernel/assembly/orientation.ts`).
 */
import {
  ORIENTED_ORIGINATOR,
  ORIENTED_ORIGINATOR_SHIFT,
  ORIENTED_RULE_SHIFT,
  ORIENTED_SERVICE,
} from "../kernel/layout.ts";

/** What decided, strongest first: by the numbers `RULE_...`. */
const RULE_NAMES = ["syn", "syn-ack", "list", "multicast", "lower-port", "first-packet"] as const;

export type OrientationName = (typeof RULE_NAMES)[number];

/** The side (`Side`) whose port names the service. */
export function serviceSide(oriented: number): number {
  return oriented & ORIENTED_SERVICE;
}

/** The side (`Side`) that began the flow. */
export function originatorSide(oriented: number): number {
  return (oriented & ORIENTED_ORIGINATOR) >> ORIENTED_ORIGINATOR_SHIFT;
}

/** The name of what decided. */
export function orientationName(oriented: number): OrientationName {
  return RULE_NAMES[oriented >> ORIENTED_RULE_SHIFT];
}
