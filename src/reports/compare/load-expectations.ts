/** Loads a file of expectations: the only file of this folder that reads from disk. */
import { readTextFile } from "../../text-file.ts";
import { type Expectations, parseExpectations } from "./expectations.ts";

/**
 * @param productNamed returns the canonical name of a product or alias, or null
 * @throws InputError `cannot_open` if the file cannot be read; otherwise as {@link parseExpectations}
 */
export function loadExpectations(file: string, productNamed: (name: string) => string | null): Expectations {
  return parseExpectations(readTextFile(file, file), file, productNamed);
}
