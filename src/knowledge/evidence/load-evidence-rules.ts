/**
 * Loads evidence data into {@link EvidenceRules}. The build has validated and compiled the files of the package; a user's
 * file, or another data folder, is validated when read.
 */

import { readTextFile } from "../../text-file.ts";
import { dataFolder } from "../data-folder.ts";
import { DataSources } from "../port-list/data-sources.ts";
import {
  compiledRows,
  type EvidenceRows,
  type PackageRows,
  type ProductFinder,
  productsOf,
} from "./evidence-rows.ts";
import type { EvidenceRules } from "./evidence-rules.ts";
import { LayeredRules } from "./layered-rules.ts";
import { NO_OWN_RULES, type OwnRules, parseOwnRules } from "./own-rules.ts";
import { RuleFiles } from "./rule-files.ts";

/** Where the rules are loaded from. */
export interface EvidenceRulesOptions {
  /** A file of the user's own rules, which override those of the package. */
  readonly rulesFile?: string | undefined;
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
}

/** The rules together with data for checks; use {@link loadEvidenceRules} for the rules alone. */
export interface LoadedEvidence {
  readonly rules: EvidenceRules;
  readonly rows: EvidenceRows;
  /** Keys of `data/sources.tsv`, and those among them that a row of these files cites. */
  readonly sources: readonly string[];
  readonly citedSources: ReadonlySet<string>;
}

/**
 * Loads the rules of the package, overridden by the user's own.
 *
 * @param catalogue has every product that the package's rules name: the port list
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for an invalid value
 *   in one
 *
 * @example
 * ```ts
 * import { loadEvidenceRules, loadPortList, summarize } from "appleflow";
 *
 * const services = loadPortList();
 * const rules = loadEvidenceRules(services, { rulesFile: "ours.tsv" });
 * const summary = await summarize(["office.pcapng"], { services, rules });
 * ```
 */
export function loadEvidenceRules(
  catalogue: ProductFinder,
  options: EvidenceRulesOptions = {},
): EvidenceRules {
  const { dataFolder, rulesFile } = options;
  const compiled = dataFolder === undefined ? compiledRows(catalogue) : null;
  if (compiled === null) return loadEvidence(catalogue, options).rules;
  return new LayeredRules(compiled, ownRules(rulesFile, catalogue));
}

/** {@link loadEvidenceRules} from the data files, which are validated, with additional data for checks. */
export function loadEvidence(catalogue: ProductFinder, options: EvidenceRulesOptions = {}): LoadedEvidence {
  const folder = options.dataFolder ?? dataFolder();
  const file = (name: string) =>
    [readTextFile(new URL(name, folder), `data/${name}`), `data/${name}`] as const;
  const sources = new DataSources(...file("sources.tsv"));
  const files = new RuleFiles((name) => catalogue.product(name), sources);
  const rows: EvidenceRows = {
    hosts: files.hosts(...file("hosts.tsv")),
    networks: files.networks(...file("networks.tsv")),
    documentedNetworks: files.documentedNetworks(...file("documented-networks.tsv")),
    serviceTypes: files.serviceTypes(...file("bonjour.tsv")),
    processes: files.processes(...file("processes.tsv")),
    protocolSigns: files.protocolSigns(...file("protocol-signs.tsv")),
    specialDomains: files.specialDomains(...file("special-domains.tsv")),
    infrastructure: files.infrastructure(...file("infrastructure-ports.tsv")),
    deviceSigns: files.deviceSigns(...file("device-signs.tsv")),
    appleHardware: files.appleHardware(...file("apple-hardware.tsv")),
  };
  const read: PackageRows = { products: productsOf(rows), rows: (kind) => rows[kind] };
  return {
    rules: new LayeredRules(read, ownRules(options.rulesFile, catalogue)),
    rows,
    sources: sources.keys,
    citedSources: files.citedSources,
  };
}

function ownRules(file: string | undefined, catalogue: ProductFinder): OwnRules {
  if (file === undefined) return NO_OWN_RULES;
  return parseOwnRules(readTextFile(file, file), file, (name) => catalogue.product(name));
}
