/** `--device` and `--product`, as the engine takes them. */
import type { SummarizeOptions } from "../../engine/summarize.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { CaptureCommandOptions } from "../reading-options.ts";
import { productNamed } from "./named-products.ts";

/** Throws `UsageError` for a name that no product has. */
export function chosenFlows(
  { device, product }: Pick<CaptureCommandOptions, "device" | "product">,
  services: ServiceTable,
): Pick<SummarizeOptions, "device" | "products"> {
  const products = product?.map((name) => productNamed(name, services).name);
  return { ...(device !== undefined && { device }), ...(products !== undefined && { products }) };
}
