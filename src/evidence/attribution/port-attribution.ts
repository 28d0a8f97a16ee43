/** Attribution of a flow by the list alone (docs/contract.md, "From port to candidates"). Pure. */
import type { Product } from "../../knowledge/port-list/product.ts";
import { NO_SERVICE_SIDE, type PortMatch } from "../../knowledge/port-list/service-table.ts";
import type { Attribution, ClassReason, Evidence, FlowClass } from "./evidence.ts";
import type { RowFit } from "./row-fit.ts";

/** Whether a product is an Apple product. */
export function isAppleProduct(product: Product): boolean {
  return product.kind === "apple";
}

/** The candidates of a port: those that existed at the time, in list order, withdrawn ones last. */
export function portCandidates(
  products: readonly Product[],
  isAlive: (product: Product) => boolean,
): readonly Product[] {
  const alive = products.filter(isAlive);
  return [...alive.filter((one) => !isWithdrawn(one)), ...alive.filter(isWithdrawn)];
}

/** Whether a product is no longer available, while existing copies still run. */
export function isWithdrawn({ ended }: Product): boolean {
  return ended?.how === "withdrawn";
}

/**
 * Attribution by the list, without products that the payload or the devices at the ends contradict, and without products that
 * did not exist; the latter count if no other product is left and the payload has the row's protocol.
 */
export function attributeByPort(
  match: PortMatch,
  fit: RowFit,
  isAlive: (product: Product) => boolean,
): Attribution {
  if (match === NO_SERVICE_SIDE) return unlisted("side-unknown");
  if (match.match === "none") return unlisted("port-not-listed");
  if (fit.isContradicted) return withoutProducts("other", null, "other-protocol", null);
  if (fit.isOfOtherVendor) {
    const generic = fit.products.find((product) => !isAppleProduct(product)) ?? null;
    return withoutProducts("other", null, "not-apple", generic);
  }
  if (fit.products.length === 0) return unlisted("no-product-listed");
  const alive = portCandidates(fit.products, isAlive);
  const candidates = alive.length === 0 && fit.isSeen ? fit.products : alive;
  if (candidates.length === 0) return unlisted("product-ended");
  const byPort = withoutProducts(match.match === "wide" ? "range" : "listed", null, null, null);
  return { ...byPort, candidates };
}

/** Creates an attribution without products. */
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
