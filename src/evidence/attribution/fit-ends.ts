/** Restricts the products of a port by the vendors of the devices at both ends (docs/contract.md, "Devices"). Pure. */
import type { AppleEnd, RowProtocols } from "../../knowledge/port-list/row-protocols.ts";
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { PortMatch } from "../../knowledge/port-list/service-table.ts";
import { type FlowEnds, UNKNOWN_ENDS } from "../observation/flow-facts.ts";
import { isAppleProduct } from "./port-attribution.ts";
import type { RowFit } from "./row-fit.ts";

/**
 * Removes Apple products if the end that must be an Apple device is known to be of another vendor.
 *
 * @param protocolsOf protocols of a row; null: it is unknown which end must be Apple's
 */
export function fitEnds(
  match: PortMatch,
  fit: RowFit,
  ends: FlowEnds,
  protocolsOf: (row: ServiceRow) => RowProtocols | null,
): RowFit {
  if (ends === UNKNOWN_ENDS || !fit.products.some(isAppleProduct)) return fit;
  const rows = match.rows.filter((row) => {
    const known = protocolsOf(row);
    return known === null || !excludesApple(known.appleEnd, ends);
  });
  if (rows.length === match.rows.length) return fit;
  const left = new Set(rows.flatMap((row) => row.products.map(({ product }) => product)));
  const products = fit.products.filter((product) => !isAppleProduct(product) || left.has(product));
  return { ...fit, products, isOfOtherVendor: !products.some(isAppleProduct) };
}

/** Whether the end that must be Apple's is known not to be; for "either", both ends. */
function excludesApple(appleEnd: AppleEnd, { client, server }: FlowEnds): boolean {
  if (appleEnd === "client") return client === false;
  if (appleEnd === "server") return server === false;
  return client === false && server === false;
}
