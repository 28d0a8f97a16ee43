/** Reads the text files of knowledge: those of `data/` and the user's own. */
import { readFileSync } from "node:fs";
import { InputError, reasonOf } from "../errors.ts";

/**
 * The text of a file.
 *
 * @param source name of the file, for errors only
 * @throws InputError `cannot_open`
 */
export function readTextFile(file: URL | string, source: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError("cannot_open", `${source}: ${reasonOf(error)}`, { source }, error);
  }
}
