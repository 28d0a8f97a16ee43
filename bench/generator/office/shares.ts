/**
 * How much of what the office's traffic has. README.md, "The office", says where each figure comes from; most are chosen.
 */
import type { Random } from "../random.ts";

/** What is drawn, and how often of all draws; the shares of a table add up to 1. */
export type Shares<Kind extends string> = readonly (readonly [kind: Kind, share: number])[];

export type ConversationKind = "visit" | "mdns" | "ntp" | "dhcp" | "bulk";
/** Of what begins in the office. */
export const CONVERSATIONS: Shares<ConversationKind> = [
  ["visit", 0.82],
  ["mdns", 0.12],
  ["ntp", 0.03],
  ["dhcp", 0.01],
  ["bulk", 0.02],
];

export type VisitKind = "tls13-post-quantum" | "tls13" | "tls12" | "quic" | "http";
/** Of visits to a host by its name. */
export const VISITS: Shares<VisitKind> = [
  ["tls13-post-quantum", 0.43],
  ["tls13", 0.13],
  ["tls12", 0.09],
  ["quic", 0.3],
  ["http", 0.05],
];

/** Of QUIC's hellos; those with a post-quantum key take two Initials. */
export const POST_QUANTUM_QUIC = 0.67;
/** Of visits: the client asks for A, AAAA and HTTPS first; the others know the addresses. */
export const LOOKED_UP = 0.6;
export const IPV6 = 0.3;
/** Of visits: to a name of Apple's that `data/hosts.tsv` has as it is. */
export const APPLE_NAMES = 0.4;
/** Of multicast DNS messages; the others announce services. */
export const MDNS_QUERIES = 0.6;
/** Of DHCP; the others renew what they have. */
export const DHCP_JOINS = 0.25;

/** Segments of data that a server sends in a visit, and both sides of a bulk transfer: Pareto, cut. */
export const VISIT_SEGMENTS = { least: 4, most: 2000 } as const;
export const BULK_SEGMENTS = { least: 40, most: 4000 } as const;
const PARETO_EXPONENT = 1.2;

/** Draws a kind. */
export function drawKind<Kind extends string>(shares: Shares<Kind>, random: Random): Kind {
  let left = random.fraction();
  for (const [kind, share] of shares) {
    if (left < share) return kind;
    left -= share;
  }
  return shares[0][0];
}

/** Draws how many segments a transfer has. */
export function drawSegments(
  limits: { readonly least: number; readonly most: number },
  random: Random,
): number {
  const drawn = limits.least * (1 - random.fraction()) ** (-1 / PARETO_EXPONENT);
  return Math.min(limits.most, Math.floor(drawn));
}
