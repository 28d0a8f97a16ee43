/** The composition of the office's traffic. README.md, "The office", gives the source of each figure; most are chosen. */
import type { Random } from "../random.ts";

/** Alternatives and their probabilities; the shares of a table add up to 1. */
export type Shares<Kind extends string> = readonly (readonly [kind: Kind, share: number])[];

export type ConversationKind = "visit" | "mdns" | "ntp" | "dhcp" | "bulk";
/** Of conversations that begin in the office. */
export const CONVERSATIONS: Shares<ConversationKind> = [
  ["visit", 0.82],
  ["mdns", 0.12],
  ["ntp", 0.03],
  ["dhcp", 0.01],
  ["bulk", 0.02],
];

export type VisitKind = "tls13-post-quantum" | "tls13" | "tls12" | "quic" | "http";
/** Of visits to a named host. */
export const VISITS: Shares<VisitKind> = [
  ["tls13-post-quantum", 0.43],
  ["tls13", 0.13],
  ["tls12", 0.09],
  ["quic", 0.3],
  ["http", 0.05],
];

/** Of QUIC hellos; those with a post-quantum key take two Initials. */
export const POST_QUANTUM_QUIC = 0.67;
/** Of visits: the client queries A, AAAA and HTTPS first; the others have the addresses. */
export const LOOKED_UP = 0.6;
export const IPV6 = 0.3;
/** Of visits: to a name of Apple's that `data/hosts.tsv` has literally. */
export const APPLE_NAMES = 0.4;
/** Of multicast DNS messages; the others announce services. */
export const MDNS_QUERIES = 0.6;
/** Of DHCP exchanges; the others renew a lease. */
export const DHCP_JOINS = 0.25;

/**
 * Data segments that a server sends in a visit, and that both sides send in a bulk transfer: truncated Pareto distributions.
 */
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

/** Draws the number of segments of a transfer. */
export function drawSegments(
  limits: { readonly least: number; readonly most: number },
  random: Random,
): number {
  const drawn = limits.least * (1 - random.fraction()) ** (-1 / PARETO_EXPONENT);
  return Math.min(limits.most, Math.floor(drawn));
}
