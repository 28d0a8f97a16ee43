/** Reads a file of expectations: the only file of this layer that touches the disk. */
import { readFileSync } from "node:fs";
import { InputError, reasonOf } from "../../errors.ts";
import { type Expectations, parseExpectations } from "./expectations.ts";

/**
 * @param productNamed the canonical name of a product or alias, or null
 * @throws InputError `cannot_open` for a file that cannot be read, else as {@link parseExpectations}
 */
export function loadExpectations(file: string, productNamed: (name: string) => string | null): Expectations {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError("cannot_open", `${file}: ${reasonOf(error)}`, { source: file }, error);
  }
  return parseExpectations(text, file, productNamed);
}
