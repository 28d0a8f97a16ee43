/** Pseudonyms by the package's own knowledge of what is Apple's, and a key of the user's or a new one. */
import { randomBytes } from "node:crypto";
import { InputError } from "../errors.ts";
import { loadEvidenceRules } from "../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import { PSEUDONYM_KEY_LENGTH, Pseudonyms } from "./pseudonyms.ts";

/**
 * Pseudonyms for the option `pseudonyms` of what reads packets. Reads the data files of the package.
 *
 * @param key hexadecimal digits, with which two reports have the same pseudonyms; nothing: a key that nobody knows
 * @throws InputError `bad_argument` for what is no key, without repeating it
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
