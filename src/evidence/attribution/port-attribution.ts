/** What the list alone says of a flow (docs/contract.md, "From port to candidates"). Pure. */
import type { Product } from "../../knowledge/port-list/product.ts";
import { NO_SERVICE_SIDE, type PortMatch } from "../../knowledge/port-list/service-table.ts";
import type { Attribution, ClassReason, Evidence, FlowClass } from "./evidence.ts";
import type { RowFit } from "./row-fit.ts";

/** Whether a product is Apple's own. */
export function isApples(product: Product): boolean {
  return product.kind === "apple";
}

/** The candidates of a port: those that existed, in the list's order, withdrawn ones last. */
export function portCandidates(
  products: readonly Product[],
  isAlive: (product: Product) => boolean,
): readonly Product[] {
  const alive = products.filter(isAlive);
  return [...alive.filter((one) => !isWithdrawn(one)), ...alive.filter(isWithdrawn)];
}

/** Whether old copies of a product run on, while new ones are not to be had. */
export function isWithdrawn({ ended }: Product): boolean {
  return ended?.how === "withdrawn";
}

/**
 * What the list says of a port, less what the payload or the devices at its ends speak against, and products that did not exist; these count where no
 * other is left and the payload speaks what the row is for.
 */
export function attributeByPort(
  match: PortMatch,
  fit: RowFit,
  isAlive: (product: Product) => boolean,
): Attribution {
  if (match === NO_SERVICE_SIDE) return unlisted("side-unknown");
  if (match.match === "none") return unlisted("port-not-listed");
  if (fit.isContradicted) return withoutProducts("other", null, "other-protocol", null);
  if (fit.isAnothers) {
    const generic = fit.products.find((product) => !isApples(product)) ?? null;
    return withoutProducts("other", null, "not-apple", generic);
  }
  if (fit.products.length === 0) return unlisted("no-product-listed");
  const alive = portCandidates(fit.products, isAlive);
  const candidates = alive.length === 0 && fit.isSeen ? fit.products : alive;
  if (candidates.length === 0) return unlisted("product-ended");
  const byPort = withoutProducts(match.match === "wide" ? "range" : "listed", null, null, null);
  return { ...byPort, candidates };
}

/** An attribution that names no product. */
export function withoutProducts(
  flowClass: FlowClass,
  evidence: Evidence | null,
  reason: ClassReason | null,
  label: Product | null,
): Attribution {
  return {
    class: flowClass,
    products: [],
    candidates: [],
    offList: [],
    label,
    evidence,
    reason,
    isUnverified: false,
    isElsewhere: false,
    protocol: null,
    protocolSeen: false,
    hints: [],
  };
}

function unlisted(reason: ClassReason): Attribution {
  return withoutProducts("unlisted", null, reason, null);
}
