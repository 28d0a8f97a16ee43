/** Reads a file of expectations: the only file of this layer that touches the disk. */
import { readTextFile } from "../../text-file.ts";
import { type Expectations, parseExpectations } from "./expectations.ts";

/**
 * @param productNamed the canonical name of a product or alias, or null
 * @throws InputError `cannot_open` for a file that cannot be read, else as {@link parseExpectations}
 */
export function loadExpectations(file: string, productNamed: (name: string) => string | null): Expectations {
  return parseExpectations(readTextFile(file, file), file, productNamed);
}
