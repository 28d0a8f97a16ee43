/** Loads `data/inbound.tsv`, `data/ended-ports.tsv` and `data/off-list-ports.tsv` from disk. */

import {
  type DataFileOptions,
  dataFileContext,
  parseOffListPorts,
  readDataText,
} from "../knowledge/port-list/off-list-ports.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { type PortNeeds, parseEnded, parseInbound } from "./port-needs.ts";

/**
 * Loads what products need beyond the list, from the package's data files.
 *
 * @throws InputError `cannot_open` for an unreadable file, `bad_data_file` with file and line for invalid content
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
export function loadPortNeeds(table: ServiceTable, options: DataFileOptions = {}): PortNeeds {
  const context = dataFileContext(table, options);
  const { inbound, citedSources } = parseInbound(readDataText("inbound.tsv", options), context);
  const { ended, citedSources: ofEnded } = parseEnded(readDataText("ended-ports.tsv", options), context);
  const offList = readDataText("off-list-ports.tsv", options);
  const { needs, citedSources: others } = parseOffListPorts(offList, context);
  return { inbound, ended, offList: needs, citedSources: new Set([...citedSources, ...ofEnded, ...others]) };
}
