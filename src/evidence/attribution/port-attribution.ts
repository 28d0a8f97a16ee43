/** What the list alone says of a flow (docs/contract.md, "From port to candidates"). Pure. */
import type { Product } from "../../knowledge/port-list/product.ts";
import { NO_SERVICE_SIDE, type PortMatch } from "../../knowledge/port-list/service-table.ts";
import type { Attribution, ClassReason, Evidence, FlowClass } from "./evidence.ts";

/** Whether a product is Apple's own. */
export function isApples(product: Product): boolean {
  return product.kind === "apple";
}

/** The candidates of a port: those that existed, in the list's order, withdrawn ones last. */
export function portCandidates(
  { products }: PortMatch,
  isAlive: (product: Product) => boolean,
): readonly Product[] {
  const alive = products.filter(isAlive);
  return [...alive.filter((one) => !isWithdrawn(one)), ...alive.filter(isWithdrawn)];
}

/** Whether old copies of a product run on, while new ones are not to be had. */
export function isWithdrawn({ ended }: Product): boolean {
  return ended?.how === "withdrawn";
}

/** What the list says of a port, less products that did not exist. */
export function attributeByPort(match: PortMatch, isAlive: (product: Product) => boolean): Attribution {
  if (match === NO_SERVICE_SIDE) return unlisted("side-unknown");
  if (match.match === "none") return unlisted("port-not-listed");
  if (match.products.length === 0) return unlisted("no-product-listed");
  const candidates = portCandidates(match, isAlive);
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
  };
}

function unlisted(reason: ClassReason): Attribution {
  return withoutProducts("unlisted", null, reason, null);
}
