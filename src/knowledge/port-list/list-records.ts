/**
 * The JSON shapes of the list: what `appleflow ports` and `appleflow products` print with `--format json`. The
 * order of the fields is part of the shape.
 */

import type { Direction, OffListNeed } from "./off-list-ports.ts";
import type { Product, ProductEnd, ProductKind, ProductRole } from "./product.ts";
import type { ServiceRow } from "./service-row.ts";
import type { ServiceTable } from "./service-table.ts";

/** One numbered row: the cells verbatim, and what the table reads in them. */
export interface RowRecord {
  readonly port: string;
  readonly transport: string;
  readonly protocolName: string;
  readonly rfc: string;
  readonly serviceName: string;
  readonly usedBy: string;
  /** Canonical names, in the order of the cell. */
  readonly products: readonly string[];
  readonly match: "specific" | "wide";
}

/** One product, and the rows that name it. */
export interface ProductRecord {
  readonly product: string;
  readonly kind: ProductKind;
  /** Where its server stands: Apple runs it, anybody may, or there are only devices that talk to each other. */
  readonly role: ProductRole;
  readonly family: string;
  /** "YYYY-MM-DD", "YYYY-MM" or "YYYY", as exact as it is known; null where it is not. */
  readonly begun: string | null;
  /** The last day, month or year (as above), and whether servers were closed or copies only withdrawn. */
  readonly ended: Pick<ProductEnd, "date" | "how"> | null;
  readonly aliases: readonly string[];
  /** In the list's order, cells verbatim. */
  readonly rows: readonly {
    readonly port: string;
    readonly transport: string;
    readonly qualifier: string | null;
  }[];
}

/** A port that a product needs and the list does not give it. */
export interface OffListRecord {
  readonly product: string;
  readonly port: string;
  readonly transport: string;
  /** Who opens the connection: the device (outbound), or somebody who connects to it (inbound). */
  readonly directions: readonly Direction[];
  readonly reason: string;
}

/** The answer to a query of `appleflow ports`; without a query it is the rows alone. */
export interface PortsAnswer {
  readonly rows: readonly RowRecord[];
  /** What is known beside the list. */
  readonly offList: readonly OffListRecord[];
}

/** A need beside the list as JSON. */
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

/** A row as JSON. */
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

/** A product of `table` as JSON. */
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
