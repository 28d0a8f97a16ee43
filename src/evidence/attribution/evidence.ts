/** The terms of attribution: classes, grades of evidence, findings (docs/contract.md, "How a thing is known"). */
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ProductSign, Protocol } from "../../net/application-protocols.ts";

/** How a flow's owner is known; every flow is in exactly one, in this order. */
export const FLOW_CLASSES = ["identified", "apple", "other", "listed", "range", "unlisted"] as const;
/** How a flow's owner is known: one of `FLOW_CLASSES`. */
export type FlowClass = (typeof FLOW_CLASSES)[number];

/** Grades of evidence, weakest first. */
export const EVIDENCE_GRADES = [
  "address",
  "documented-network",
  "name",
  "user-agent",
  "server-name",
  "certificate",
  "announced",
  "process",
  "protocol",
] as const;
/** What decided the class and the products of a flow. */
export type Evidence = (typeof EVIDENCE_GRADES)[number];

/** Why a flow of class `other` is not Apple's. */
export const OTHER_REASONS = ["not-apple", "other-protocol"] as const;
/** Why a flow is of class `unlisted`. */
export const UNLISTED_REASONS = [
  "no-product-listed",
  "product-ended",
  "side-unknown",
  "port-not-listed",
] as const;
/** Why a flow is of class `other` or `unlisted`. */
export type ClassReason = (typeof OTHER_REASONS)[number] | (typeof UNLISTED_REASONS)[number];

/** What is known of whose a flow is. Frozen, and the same object for the same answer. */
export interface Attribution {
  readonly class: FlowClass;
  /** Named by evidence: one of these. Not empty for class `identified`, empty for all others. */
  readonly products: readonly Product[];
  /** What the port alone allows, withdrawn products last; empty unless the class is `listed` or `range`. */
  readonly candidates: readonly Product[];
  /** Those of `products` that the list does not have on this port. */
  readonly offList: readonly Product[];
  /** Class `other`: the generic product that the row has for it ("TLS websites"), or null. */
  readonly label: Product | null;
  /** What decided; null for `listed`, `range` and `unlisted`, and for the reason `other-protocol`. */
  readonly evidence: Evidence | null;
  /** Not null for classes `other` and `unlisted`. */
  readonly reason: ClassReason | null;
  /** The server name is a claim that the capture's DNS speaks against. */
  readonly isUnverified: boolean;
  /** A product of role `app` that talks to a server of somebody else's. */
  readonly isElsewhere: boolean;
  /** What the payload speaks, or null. */
  readonly protocol: Protocol | null;
  /** A row of the port is for that: anybody's software that does what the row says. */
  readonly protocolSeen: boolean;
  /** Products that a sign in the payload speaks for, and does not name. */
  readonly hints: readonly Product[];
}

/** What a finding says of whose a flow is. */
export type FindingVerdict =
  /** One of these. */
  | { readonly says: "products"; readonly products: readonly Product[] }
  /** Apple's, nobody knows which product. */
  | { readonly says: "apple" }
  /** Not Apple's. */
  | { readonly says: "not-apple" }
  /** Nothing: of a name that anyone may use, or a process that acts for others. */
  | { readonly says: "nothing" };

/** One piece of evidence beyond the port. */
export interface Finding {
  readonly grade: Evidence;
  /** What was seen, in words: `server name mesu.apple.com (TLS)`. May hold hostile text. */
  readonly what: string;
  /** The rule of the data files that it was read by, or null where none matched. */
  readonly rule: string | null;
  readonly verdict: FindingVerdict;
  /** Whose the server at the other end is by this finding; null: it says nothing of that. */
  readonly end: "apple" | "other" | null;
}

/** What a finding did to the result. */
export type FindingEffect = "decided" | "narrowed" | "confirmed" | "contradicted" | "none";

/** A finding with what it did. */
export interface WeighedFinding extends Finding {
  readonly effect: FindingEffect;
}

/** What signs are, in words. */
export const SIGN_WORDS: Readonly<Record<ProductSign, string>> = {
  bsdp: "Apple's boot service (BSDP)",
  "apple-lkdc": "the realm of a Mac's local key distribution centre (LKDC)",
  "gateway-search": "a search for an Internet gateway",
};
