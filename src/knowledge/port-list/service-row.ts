/** A numbered row of Apple's list: its cells verbatim, and their parsed values. */

import type { PortRange, RowTransport } from "./port-cell.ts";
import { countPorts, parsePortCell, parseTransportCell } from "./port-cell.ts";
import type { Product } from "./product.ts";
import { badDataLine, type TabRecord } from "./tab-table.ts";

/** A row with at most this many ports is significant for each of them. */
const SPECIFIC_PORTS_AT_MOST = 100;

/** A product that a row names, and the row's qualifier of the name ("OS X Lion or earlier"). */
export interface RowProduct {
  readonly product: Product;
  readonly qualifier: string | null;
}

/** One row of the list or of the user's own file. Frozen; cells are trimmed and otherwise verbatim. */
export interface ServiceRow {
  /** File and line it was read from, for messages. */
  readonly source: string;
  readonly line: number;
  /** The "Port" cell: "443", "3478–3497", "1099, 8043". */
  readonly portText: string;
  readonly ports: readonly PortRange[];
  /** The "TCP or UDP" cell: "TCP", "UDP", "TCP/UDP", "—". */
  readonly transportText: string;
  /** "—" in the cell becomes `both`. */
  readonly transport: RowTransport;
  readonly protocolName: string;
  readonly rfc: string;
  readonly serviceName: string;
  readonly usedBy: string;
  /** `wide`: more than 100 ports. */
  readonly match: "specific" | "wide";
  /** In cell order, each product once. Empty if the cell names none. */
  readonly products: readonly RowProduct[];
}

/** Columns of `apple-ports.tsv`, and the possible columns of a user's own file. */
export type RowColumn = "port" | "transport" | "protocol_name" | "rfc" | "service_name" | "used_by";

/**
 * Creates a row from its record.
 *
 * @param products products that its "Used by" cell names
 * @throws InputError `bad_data_file` for a port or transport cell that cannot be parsed
 */
export function makeServiceRow(
  record: TabRecord<RowColumn>,
  source: string,
  products: readonly RowProduct[],
): ServiceRow {
  const { line, cells } = record;
  const ports = parsePortCell(cells.port);
  if (typeof ports === "string") throw badDataLine(source, line, ports);
  const transport = parseTransportCell(cells.transport);
  if (transport === null) {
    throw badDataLine(source, line, `transport "${cells.transport}" is not TCP, UDP, TCP/UDP or —`);
  }
  return Object.freeze({
    source,
    line,
    portText: cells.port,
    ports,
    transportText: cells.transport,
    transport,
    protocolName: cells.protocol_name,
    rfc: cells.rfc,
    serviceName: cells.service_name,
    usedBy: cells.used_by,
    match: countPorts(ports) <= SPECIFIC_PORTS_AT_MOST ? "specific" : "wide",
    products,
  });
}

/** The same for rows with the same ports and transport, however their cells are written. */
export function addressKey(row: ServiceRow): string {
  return `${row.transport} ${row.ports.map(({ first, last }) => `${first}-${last}`).join(",")}`;
}
