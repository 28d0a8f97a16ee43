/** `--device` and `--product`, as the engine takes them. */
import type { SummarizeOptions } from "../../engine/summarize.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { UsageError } from "../environment.ts";
import type { CaptureCommandOptions } from "../reading-options.ts";
import { productNamed } from "./named-products.ts";

/** Throws `UsageError` for a name that no product has, and for products without evidence. */
export function chosenFlows(
  { device, product, evidence }: Pick<CaptureCommandOptions, "device" | "product" | "evidence">,
  services: ServiceTable,
): Pick<SummarizeOptions, "device" | "products"> {
  if (product !== undefined && !evidence) {
    throw new UsageError("--product cannot be combined with --no-evidence: a port alone names no product");
  }
  const products = product?.map((name) => productNamed(name, services).name);
  return { ...(device !== undefined && { device }), ...(products !== undefined && { products }) };
}
