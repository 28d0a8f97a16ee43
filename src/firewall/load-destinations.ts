/** Loads the known networks and hosts of Apple, with source and date: `data/networks.tsv` and its neighbours. */

import type { DocumentedNetwork } from "../knowledge/evidence/documented-networks.ts";
import type { HostRule } from "../knowledge/evidence/host-rules.ts";
import type { IpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import {
  DOCUMENTED_COLUMNS,
  HOST_COLUMNS,
  NETWORK_COLUMNS,
  RuleFiles,
} from "../knowledge/evidence/rule-files.ts";
import {
  type DataFileOptions,
  dataFileContext,
  readDataText,
} from "../knowledge/port-list/off-list-ports.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { parseTabTable } from "../knowledge/port-list/tab-table.ts";

/** Origin of a fact. */
export interface Origin {
  /** Keys of `data/sources.tsv`. */
  readonly source: string;
  /** Date of the newest source. */
  readonly date: string;
}

/** Input for rules by destination. In the order of the files. */
export interface Destinations {
  /** Apple's own networks; some contain others. */
  readonly networks: readonly (Origin & { readonly prefix: IpPrefix; readonly use: string })[];
  /** Prefixes that a product's own documentation names, with its ports. */
  readonly documented: readonly (Origin & DocumentedNetwork)[];
  readonly hosts: readonly (Origin & HostRule)[];
}

/**
 * Loads the destinations from the package's data.
 *
 * @throws InputError `cannot_open` for an unreadable file, `bad_data_file` with file and line for invalid content
 *
 * @example
 * ```ts
 * import { loadPortList } from "appleflow";
 * import { loadDestinations } from "appleflow/firewall";
 *
 * for (const { prefix, use } of loadDestinations(loadPortList()).networks) console.log(prefix.version, use);
 * ```
 */
export function loadDestinations(table: ServiceTable, options: DataFileOptions = {}): Destinations {
  const { sources } = dataFileContext(table, options);
  const files = new RuleFiles((name) => table.product(name), sources);
  const read = <Row, Column extends string>(
    name: string,
    columns: readonly (Column | keyof Origin)[],
    parse: (text: string, source: string) => readonly Row[],
  ) => {
    const { text, source: file } = readDataText(name, options);
    const records = parseTabTable(text, file, { required: columns });
    return parse(text, file).map((row, index) => {
      const cells: Readonly<Record<Column | keyof Origin, string>> = records[index].cells;
      return { row, cells, source: cells.source, date: cells.date };
    });
  };
  const networks = read("networks.tsv", NETWORK_COLUMNS, (text, file) => files.networks(text, file));
  const documented = read("documented-networks.tsv", DOCUMENTED_COLUMNS, (text, file) =>
    files.documentedNetworks(text, file),
  );
  const hosts = read("hosts.tsv", HOST_COLUMNS, (text, file) => files.hosts(text, file));
  return {
    networks: networks.map(({ row, cells, source, date }) => ({ prefix: row, use: cells.use, source, date })),
    documented: documented.map(({ row, source, date }) => ({ ...row, source, date })),
    hosts: hosts.map(({ row, source, date }) => ({ ...row, source, date })),
  };
}
