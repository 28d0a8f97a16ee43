/** Makes pseudonyms from the package's knowledge of what is Apple's, and a given or random key. */
import { randomBytes } from "node:crypto";
import { InputError } from "../errors.ts";
import { loadEvidenceRules } from "../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import { PSEUDONYM_KEY_LENGTH, Pseudonyms } from "./pseudonyms.ts";

/**
 * Returns pseudonyms for the option `pseudonyms` of the reading functions. Reads the package's data files.
 *
 * @param key hexadecimal digits; two reports with the same key have the same pseudonyms. Default: a random key
 * @throws InputError `bad_argument` for an invalid key, without repeating it
 *
 * @example
 * ```ts
 * import { loadPseudonyms, summarize } from "appleflow";
 *
 * const summary = await summarize(["office.pcapng"], { withHosts: true, pseudonyms: loadPseudonyms() });
 * ```
 */
export function loadPseudonyms(key?: string): Pseudonyms {
  if (key !== undefined && !new RegExp(`^[0-9a-fA-F]{${2 * PSEUDONYM_KEY_LENGTH}}$`).test(key)) {
    const message = `a pseudonym key needs ${2 * PSEUDONYM_KEY_LENGTH} hexadecimal digits`;
    throw new InputError("bad_argument", message);
  }
  const bytes = key === undefined ? randomBytes(PSEUDONYM_KEY_LENGTH) : Buffer.from(key, "hex");
  return new Pseudonyms(loadEvidenceRules(loadServiceTable()), bytes);
}
