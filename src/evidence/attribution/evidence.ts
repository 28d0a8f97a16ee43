/** The terms of attribution: grades of evidence, findings, and what comes of them (docs/contract.md, "How a thing is known"). */
import type { Product } from "../../knowledge/port-list/product.ts";

/** Grades of evidence, weakest first. */
export const EVIDENCE_GRADES = ["port-range", "port", "address", "name", "server-name", "process"] as const;
/** What decided whose a flow is. */
export type Evidence = (typeof EVIDENCE_GRADES)[number];

/** Why a flow is given to no product. */
export const UNATTRIBUTED_REASONS = [
  "port-not-listed",
  "no-product-listed",
  "not-apple",
  "wide-range-only",
  "side-unknown",
] as const;
/** Why a flow is given to no product. */
export type UnattributedReason = (typeof UNATTRIBUTED_REASONS)[number];

/** What is known of whose a flow is. Frozen, and the same object for the same answer. */
export type Attribution =
  | {
      readonly candidates: readonly Product[];
      readonly evidence: Evidence;
      readonly reason: null;
      /** The evidence names a product that the list does not have on this port. */
      readonly isOffList: boolean;
    }
  | {
      /** A range of thousands of ports proves nothing: these are possible, the flow is given to none of them. */
      readonly candidates: readonly Product[];
      readonly evidence: "port-range";
      readonly reason: "wide-range-only";
      readonly isOffList: false;
    }
  | {
      readonly candidates: readonly [];
      readonly evidence: null;
      readonly reason: Exclude<UnattributedReason, "wide-range-only">;
      readonly isOffList: false;
    };

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
  readonly grade: Exclude<Evidence, "port" | "port-range">;
  /** What was seen, in words: `server name mesu.apple.com (TLS)`. May hold hostile text. */
  readonly what: string;
  /** The rule of the data files that it was read by, or null where none matched. */
  readonly rule: string | null;
  readonly verdict: FindingVerdict;
}

/** What a finding did to the candidates. */
export type FindingEffect = "decided" | "narrowed" | "confirmed" | "contradicted" | "none";

/** A finding with what it did. */
export interface WeighedFinding extends Finding {
  readonly effect: FindingEffect;
}
