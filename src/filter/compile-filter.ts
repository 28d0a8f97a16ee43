import { InputError } from "../errors.ts";
import type { PacketFilter } from "./packet-filter.ts";

export function compileFilter(expression: string): PacketFilter {
  throw new InputError("bad_filter", `filter expressions are not there yet: ${expression}`);
}
