/** The list as tables for people: the output of `appleflow ports` and `appleflow products`. */

import type { PortsAnswer, ProductRecord, RowRecord } from "../knowledge/port-list/list-records.ts";
import {
  columnWidth,
  type Measure,
  type TableStyle,
  widthOf,
  withMeasure,
  wrapText,
} from "./render-columns.ts";
import { escapeText } from "./render-escape.ts";
import { textColors } from "./text-colors.ts";

const GAP = "  ";

/** Rows of the list: port, transport, service, and the products, wrapped in their column. */
export function renderPortList(rows: readonly RowRecord[], style: TableStyle): Promise<string> {
  return withMeasure((measure) => portTable(rows, style, measure));
}

const WIDE_NOTE =
  "A range of more than 100 ports is no evidence: a flow that uses one of them may be anyone's.";

/** The answer to a query: rows of the list, what wide rows mean, and knowledge beyond the list. */
export function renderPortsAnswer({ rows, offList }: PortsAnswer, style: TableStyle): Promise<string> {
  const { bold } = textColors(style.colors);
  return withMeasure((measure) => {
    const wrapped = (text: string) => `${wrapText(text, widthOf(style), measure).join("\n")}\n`;
    const parts = [
      rows.length > 0 ? portTable(rows, style, measure) : wrapped("No row of Apple's list contains it."),
    ];
    if (rows.some(({ match }) => match === "wide")) parts.push(wrapped(WIDE_NOTE));
    if (offList.length > 0) {
      const table = wrappedTable(
        ["PORT", "TRANSPORT", "PRODUCT", "WHY"],
        offList.map(({ port, transport, product, reason }) => [port, transport, product, reason]),
        style,
        measure,
      );
      parts.push(`${bold("ALSO NEEDED, THOUGH NOT ON THE LIST")}\n${table}`);
    }
    return parts.join("\n");
  });
}

function portTable(rows: readonly RowRecord[], style: TableStyle, measure: Measure): string {
  return wrappedTable(
    ["PORT", "TRANSPORT", "SERVICE", "USED BY"],
    rows.map((row) => [
      row.port,
      row.transport,
      row.serviceName === "—" ? row.protocolName : row.serviceName,
      row.usedBy,
    ]),
    style,
    measure,
  );
}

/** Products with their family and every row that names them. */
export function renderProductList(products: readonly ProductRecord[], style: TableStyle): Promise<string> {
  return withMeasure((measure) =>
    wrappedTable(
      ["PRODUCT", "FAMILY", "PORTS"],
      products.map(({ product, kind, family, ended, aliases, rows }) => [
        product + aliases.map((alias) => ` = ${alias}`).join(""),
        family +
          (kind === "generic" && family.toLowerCase() !== kind ? " (generic)" : "") +
          (ended === null ? "" : `, ${ended.how} ${ended.date.slice(0, 4)}`),
        rows.length === 0
          ? "not on the list"
          : rows
              .map(({ port, transport, qualifier }) => {
                const ports = `${port}${transport === "—" ? "" : `/${transport.toLowerCase()}`}`;
                return qualifier === null ? ports : `${ports} (${qualifier})`;
              })
              .join(", "),
      ]),
      style,
      measure,
    ),
  );
}

/** A table with wrapping cells: every word of the list is readable, however narrow the terminal is. */
export function wrappedTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  style: TableStyle,
  measure: Measure,
): string {
  const { bold } = textColors(style.colors);
  const width = widthOf(style) - GAP.length * (headers.length - 1);
  const texts = rows.map((row) => row.map(escapeText));
  const natural = headers.map((header, i) => columnWidth(header, texts, i, measure));
  const widths = shareWidth(natural, width);
  const lines = [headers, ...rows].flatMap((row, index) => {
    const cells = row.map((text, i) => wrapText(text, widths[i], measure));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => {
      const text = cells
        .map((cell, i) => {
          const part = cell[line] ?? "";
          return part + " ".repeat(Math.max(0, widths[i] - measure(part)));
        })
        .join(GAP)
        .trimEnd();
      return index === 0 ? bold(text) : text;
    });
  });
  return `${lines.join("\n")}\n`;
}

/** Wide columns are shortened first, all to the same width. */
function shareWidth(natural: readonly number[], width: number): number[] {
  let limit = Math.max(...natural);
  const total = () => natural.reduce((sum, column) => sum + Math.min(column, limit), 0);
  while (total() > width && limit > 1) limit--;
  const widths = natural.map((column) => Math.min(column, limit));
  // The remainder of rounding goes to the last column, which has the longest text.
  const spare = width - widths.reduce((sum, column) => sum + column, 0);
  const last = widths.length - 1;
  widths[last] = Math.min(natural[last], widths[last] + Math.max(0, spare));
  return widths;
}
