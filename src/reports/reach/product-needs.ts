/**
 * What products need besides the service that was tried (`data/reach.tsv`): ports, the products whose attempts show them, and
 * the effect of their absence.
 */

import type { DataSources } from "../../knowledge/port-list/data-sources.ts";
import { type PortRange, parsePortCell, parseTransportCell } from "../../knowledge/port-list/port-cell.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import { badDataLine, parseTabTable } from "../../knowledge/port-list/tab-table.ts";

/** One line of the file. Frozen. */
export interface ProductNeed {
  readonly product: Product;
  /** In words: "media through a relay". */
  readonly what: string;
  readonly transport: "tcp" | "udp";
  readonly portText: string;
  readonly ports: readonly PortRange[];
  /** Port of the product's preferred way; the need counts only if that one fails. null: always required. */
  readonly insteadOf: number | null;
  /** Products whose attempts show whether the need is met; always includes the product itself. */
  readonly shownBy: ReadonlySet<string>;
  /** What users notice if the need is not met. */
  readonly effect: string;
  /** Keys of `data/sources.tsv`. */
  readonly sources: readonly string[];
}

const COLUMNS = [
  "product",
  "what",
  "transport",
  "ports",
  "role",
  "counts",
  "effect",
  "source",
  "date",
] as const;
const NOTHING = "—";
const ROLE = /^(required|instead of \d+)$/;

/**
 * Parses the needs, in file order.
 *
 * @param find returns the product of a canonical name, or null
 * @param sources source keys that lines may cite
 * @throws InputError `bad_data_file` with the line of the invalid value
 */
export function parseProductNeeds(
  text: string,
  source: string,
  find: (name: string) => Product | null,
  sources: DataSources,
): readonly ProductNeed[] {
  return parseTabTable(text, source, { required: COLUMNS }).map((record) => {
    const { line, cells } = record;
    const fail = (problem: string) => badDataLine(source, line, problem);
    const named = (name: string) => {
      const product = find(name);
      if (product === null || product.name !== name)
        throw fail(`"${name}" is not the canonical name of a product`);
      return product;
    };
    const product = named(cells.product);
    const transport = parseTransportCell(cells.transport);
    if (transport === null || transport === "both")
      throw fail(`transport "${cells.transport}" is not TCP or UDP`);
    const ports = parsePortCell(cells.ports);
    if (typeof ports === "string") throw fail(ports);
    if (!ROLE.test(cells.role)) throw fail(`role "${cells.role}" is not "required" or "instead of PORT"`);
    for (const column of ["what", "effect"] as const) {
      if (cells[column] === "") throw fail(`the column ${column} is empty`);
    }
    const others = cells.counts === NOTHING ? [] : cells.counts.split(" | ").map((name) => named(name).name);
    return Object.freeze({
      product,
      what: cells.what,
      transport,
      portText: cells.ports,
      ports,
      insteadOf: cells.role === "required" ? null : Number(cells.role.slice("instead of ".length)),
      shownBy: new Set([product.name, ...others]),
      effect: cells.effect,
      sources: sources.check(record, source),
    });
  });
}

/** A way that clients use if another one fails. */
export interface FallBack {
  /** Transport and port of the way that fails. */
  readonly transport: "tcp" | "udp";
  readonly port: number;
  /** The TCP port that is tried instead. */
  readonly instead: number;
}

/** The fallbacks when other ways fail: push over the HTTPS port, TCP instead of QUIC. */
export function fallBacksOf(needs: readonly ProductNeed[]): readonly FallBack[] {
  return needs.flatMap(({ product, insteadOf: port, ports: [{ first: instead }] }) => {
    const failing = needs.find(
      (other) =>
        other.product === product &&
        other.insteadOf === null &&
        other.ports.some(({ first }) => first === port),
    );
    return port === null || failing === undefined ? [] : [{ transport: failing.transport, port, instead }];
  });
}
