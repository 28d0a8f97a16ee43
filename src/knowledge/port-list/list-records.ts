/**
 * JSON shapes of the list: the output of `appleflow ports` and `appleflow products` with `--format json`. The order of the
 * fields is part of the shape.
 */

import type { Direction, OffListNeed } from "./off-list-ports.ts";
import type { Product, ProductEnd, ProductKind, ProductRole } from "./product.ts";
import type { ServiceRow } from "./service-row.ts";
import type { ServiceTable } from "./service-table.ts";

/** One numbered row: its cells verbatim, and their parsed values. */
export interface RowRecord {
  readonly port: string;
  readonly transport: string;
  readonly protocolName: string;
  readonly rfc: string;
  readonly serviceName: string;
  readonly usedBy: string;
  /** Canonical names, in cell order. */
  readonly products: readonly string[];
  readonly match: "specific" | "wide";
}

/** One product, and the rows that name it. */
export interface ProductRecord {
  readonly product: string;
  readonly kind: ProductKind;
  /** Who runs its servers: Apple; anybody; or nobody, because devices communicate directly. */
  readonly role: ProductRole;
  readonly family: string;
  /** "YYYY-MM-DD", "YYYY-MM" or "YYYY", as exact as is known; null if unknown. */
  readonly begun: string | null;
  /** The last day, month or year (as above), and whether servers were shut down or copies only withdrawn. */
  readonly ended: Pick<ProductEnd, "date" | "how"> | null;
  readonly aliases: readonly string[];
  /** In list order, cells verbatim. */
  readonly rows: readonly {
    readonly port: string;
    readonly transport: string;
    readonly qualifier: string | null;
  }[];
}

/** A port that a product needs but does not have in the list. */
export interface OffListRecord {
  readonly product: string;
  readonly port: string;
  readonly transport: string;
  /** Who opens the connection: the device (outbound), or a peer (inbound). */
  readonly directions: readonly Direction[];
  readonly reason: string;
}

/** Result of `appleflow ports` with a query; without a query, only the rows are printed. */
export interface PortsAnswer {
  readonly rows: readonly RowRecord[];
  /** Matching off-list ports. */
  readonly offList: readonly OffListRecord[];
}

/** Converts an off-list need to JSON. */
export function offListRecord({
  product,
  portText,
  transport,
  directions,
  reason,
}: OffListNeed): OffListRecord {
  return {
    product: product.name,
    port: portText,
    transport: transport === "both" ? "TCP/UDP" : transport.toUpperCase(),
    directions,
    reason,
  };
}

/** Converts a row to JSON. */
export function rowRecord(row: ServiceRow): RowRecord {
  return {
    port: row.portText,
    transport: row.transportText,
    protocolName: row.protocolName,
    rfc: row.rfc,
    serviceName: row.serviceName,
    usedBy: row.usedBy,
    products: row.products.map(({ product }) => product.name),
    match: row.match,
  };
}

/** Converts a product of `table` to JSON. */
export function productRecord(table: ServiceTable, product: Product): ProductRecord {
  return {
    product: product.name,
    kind: product.kind,
    role: product.role,
    family: product.family,
    begun: product.begun?.date ?? null,
    ended: product.ended === null ? null : { date: product.ended.date, how: product.ended.how },
    aliases: [...product.aliases],
    rows: table.rows.flatMap((row) =>
      row.products
        .filter((named) => named.product === product)
        .map(({ qualifier }) => ({ port: row.portText, transport: row.transportText, qualifier })),
    ),
  };
}
