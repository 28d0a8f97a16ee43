/** Reads `data/inbound.tsv` and `data/off-list-ports.tsv`, from the disk. */

import { DATA_FOLDER } from "../knowledge/data-folder.ts";
import { DataSources } from "../knowledge/port-list/data-sources.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { readTextFile } from "../knowledge/text-file.ts";
import { type PortNeeds, parsePortNeeds } from "./port-needs.ts";

/** Where the data come from. */
export interface PortNeedsOptions {
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
  /** Whether rows of the user's own stand in the table, in place of rows of which the data speak. */
  readonly hasOwnRows?: boolean | undefined;
}

/**
 * What products need beside the list. Reads the data files of the package.
 *
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for anything in one
 * that cannot be right
 *
 * @example
 * ```ts
 * import { loadPortList } from "appleflow";
 * import { loadPortNeeds } from "appleflow/firewall";
 *
 * const { offList } = loadPortNeeds(loadPortList());
 * for (const { product, portText, reason } of offList) console.log(product.name, portText, reason);
 * ```
 */
export function loadPortNeeds(table: ServiceTable, options: PortNeedsOptions = {}): PortNeeds {
  const folder = options.dataFolder ?? DATA_FOLDER;
  const file = (name: string) => {
    const source = `data/${name}`;
    return { text: readTextFile(new URL(name, folder), source), source };
  };
  const sources = file("sources.tsv");
  return parsePortNeeds(file("inbound.tsv"), file("off-list-ports.tsv"), {
    table,
    sources: new DataSources(sources.text, sources.source),
    hasOwnRows: options.hasOwnRows ?? false,
  });
}
