/** The terms of attribution: classes, grades of evidence, findings (docs/contract.md, "How a thing is known"). */
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ProductSign, Protocol } from "../../net/application-protocols.ts";

/** How the owner of a flow is known; every flow is in exactly one class. In this order. */
export const FLOW_CLASSES = ["identified", "apple", "other", "listed", "range", "unlisted"] as const;
/** How the owner of a flow is known: one of `FLOW_CLASSES`. */
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
/** Grade of the evidence that decided the class and the products of a flow. */
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

/** What is known about the owner of a flow. Frozen, and the same object for the same answer. */
export interface Attribution {
  readonly class: FlowClass;
  /** Products named by evidence: one of these. Not empty for class `identified`, empty for all others. */
  readonly products: readonly Product[];
  /** Products that the port alone allows, withdrawn ones last; empty unless the class is `listed` or `range`. */
  readonly candidates: readonly Product[];
  /** The part of `products` that the list does not have on this port. */
  readonly offList: readonly Product[];
  /** For class `other`: the row's generic product for it ("TLS websites"), or null. */
  readonly label: Product | null;
  /** The deciding grade; null for `listed`, `range` and `unlisted`, and for the reason `other-protocol`. */
  readonly evidence: Evidence | null;
  /** Not null for classes `other` and `unlisted`. */
  readonly reason: ClassReason | null;
  /** The server name is a claim that the capture's DNS contradicts. */
  readonly isUnverified: boolean;
  /** A product of role `app` that communicates with a third-party server. */
  readonly isElsewhere: boolean;
  /** Protocol of the payload, or null. */
  readonly protocol: Protocol | null;
  /** The protocol is that of a row of the port: software of anybody that does what the row says. */
  readonly protocolSeen: boolean;
  /** Products that the payload hints at without identifying them. */
  readonly hints: readonly Product[];
}

/** What a finding shows about the owner of a flow. */
export type FindingVerdict =
  /** One of these products. */
  | { readonly says: "products"; readonly products: readonly Product[] }
  /** Apple's, of an unknown product. */
  | { readonly says: "apple" }
  /** Not Apple's. */
  | { readonly says: "not-apple" }
  /** Nothing: for a name that anybody may use, or a process that acts for others. */
  | { readonly says: "nothing" };

/** One piece of evidence beyond the port. */
export interface Finding {
  readonly grade: Evidence;
  /** The observation, in words: `server name mesu.apple.com (TLS)`. May contain hostile text. */
  readonly what: string;
  /** The matching rule of the data files, or null if none matched. */
  readonly rule: string | null;
  readonly verdict: FindingVerdict;
  /** Owner of the server according to this finding; null: unknown. */
  readonly end: "apple" | "other" | null;
}

/** Effect of a finding on the result. */
export type FindingEffect = "decided" | "narrowed" | "confirmed" | "contradicted" | "none";

/** A finding with its effect. */
export interface WeighedFinding extends Finding {
  readonly effect: FindingEffect;
}

/** Signs, in words. */
export const SIGN_WORDS: Readonly<Record<ProductSign, string>> = {
  bsdp: "Apple's boot service (BSDP)",
  "apple-lkdc": "the realm of a Mac's local key distribution centre (LKDC)",
  "gateway-search": "a search for an Internet gateway",
};
