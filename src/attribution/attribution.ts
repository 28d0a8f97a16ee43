/** From a flow's service port to the products that may be behind it (contract, sections 4 and 5). */

import type { Product } from "../services/product.ts";
import type { PortMatch, ServiceTable, TransportIndex } from "../services/service-table.ts";

/** Grades of evidence, weakest first. */
export const EVIDENCE_GRADES = ["port-range", "port", "address", "name", "server-name", "process"] as const;
export type Evidence = (typeof EVIDENCE_GRADES)[number];

/** Why a flow is given to no product. */
export const UNATTRIBUTED_REASONS = ["port-not-listed", "no-product-listed", "not-apple"] as const;
export type UnattributedReason = (typeof UNATTRIBUTED_REASONS)[number];

/** What is known of whose a flow is. Frozen, and the same object for the same answer. */
export type Attribution =
  | { readonly candidates: readonly Product[]; readonly evidence: Evidence; readonly reason: null }
  | { readonly candidates: readonly []; readonly evidence: null; readonly reason: UnattributedReason };

/** Attributes flows by the list alone. */
export class Attributor {
  readonly #services: ServiceTable;
  readonly #byMatch = new Map<PortMatch, Attribution>();

  constructor(services: ServiceTable) {
    this.#services = services;
  }

  /** The answer for a service port; once per flow or less, never per packet. */
  byPort(transport: TransportIndex, port: number): Attribution {
    const match = this.#services.lookup(transport, port);
    let attribution = this.#byMatch.get(match);
    if (attribution === undefined) {
      attribution = Object.freeze(attributionOf(match));
      this.#byMatch.set(match, attribution);
    }
    return attribution;
  }
}

function attributionOf(match: PortMatch): Attribution {
  if (match.match === "none") return { candidates: [], evidence: null, reason: "port-not-listed" };
  if (match.products.length === 0) return { candidates: [], evidence: null, reason: "no-product-listed" };
  return {
    candidates: match.products,
    evidence: match.match === "specific" ? "port" : "port-range",
    reason: null,
  };
}

/**
 * The candidates that share a flow's traffic in an estimate: those that had not ended when the flow began, or all of
 * them where none remains.
 *
 * @param startSeconds When the flow began, in seconds since 1970; null where the capture has no times.
 */
export function sharingCandidates(
  candidates: readonly Product[],
  startSeconds: number | null,
): readonly Product[] {
  if (startSeconds === null) return candidates;
  const alive = candidates.filter(
    ({ retiredAtSeconds }) => retiredAtSeconds === null || startSeconds < retiredAtSeconds,
  );
  return alive.length > 0 ? alive : candidates;
}
