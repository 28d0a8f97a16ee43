/** Tables of a page. Rows come one by one, so that a long table is never one text. */
import { html, type Markup, NOTHING } from "./markup.ts";

/** A column. */
export interface HtmlColumn {
  readonly header: string;
  readonly isNumber?: boolean;
  /** The header stands upright, to save width. */
  readonly isUpright?: boolean;
  /** It has bars, which say nothing that its row does not: its header is read out only. */
  readonly isOfBars?: boolean;
}

/** A cell: its content, and classes of the stylesheet. */
export interface HtmlCell {
  readonly content: Markup;
  readonly className?: string;
}

/** A table. */
export interface HtmlTable {
  /** What it is of: shown above it, and read out first. Our own words. */
  readonly caption: string;
  readonly columns: readonly HtmlColumn[];
  /** The first cell of a row is its header. */
  readonly rows: Iterable<readonly (Markup | HtmlCell)[]>;
  readonly className?: string;
  /** false: a heading above says it already, so it is read out only. */
  readonly isCaptionShown?: boolean;
}

/** The table, which scrolls by itself where it is wider than the page. */
export function* table({
  caption,
  columns,
  rows,
  className,
  isCaptionShown = true,
}: HtmlTable): Generator<Markup> {
  yield html`<div class="scroll" role="group" tabindex="0" aria-label="${caption}">
<table${className === undefined ? NOTHING : html` class="${className}"`}>
<caption${isCaptionShown ? NOTHING : html` class="unseen"`}>${caption}</caption>
<thead><tr>${columns.map(headerCell)}</tr></thead>
<tbody>
`;
  for (const cells of rows)
    yield html`<tr>${cells.map((cell, i) => bodyCell(cell, columns[i], i))}</tr>
`;
  yield html`</tbody>
</table>
</div>
`;
}

function headerCell({ header, isNumber, isUpright, isOfBars }: HtmlColumn): Markup {
  if (isOfBars) return html`<th scope="col" class="wide"><span class="unseen">${header}</span></th>`;
  const className = isUpright ? html` class="u"` : isNumber ? html` class="n"` : NOTHING;
  return html`<th scope="col"${className}>${isUpright ? html`<span>${header}</span>` : header}</th>`;
}

function bodyCell(cell: Markup | HtmlCell, column: HtmlColumn, place: number): Markup {
  const { content, className = "" } = "content" in cell ? cell : { content: cell };
  if (place === 0) return html`<th scope="row">${content}</th>`;
  const names = [column.isNumber ? "n" : "", className].filter((name) => name !== "").join(" ");
  return html`<td${names === "" ? NOTHING : html` class="${names}"`}>${content}</td>`;
}
