/** Tables of a page. Rows are emitted one by one, so that a long table is never one string. */
import { html, type Markup, NOTHING } from "./markup.ts";

/** A column. */
export interface HtmlColumn {
  readonly header: string;
  readonly isNumber?: boolean;
  /** The header is vertical, to save width. */
  readonly isUpright?: boolean;
  /** It has bars, which repeat numbers of the row: its header is for screen readers only. */
  readonly isOfBars?: boolean;
}

/** A cell: its content, and classes of the stylesheet. */
export interface HtmlCell {
  readonly content: Markup;
  readonly className?: string;
}

/** A table. */
export interface HtmlTable {
  /** Caption: shown above it, and read out first. Trusted text. */
  readonly caption: string;
  readonly columns: readonly HtmlColumn[];
  /** The first cell of a row is its header. */
  readonly rows: Iterable<readonly (Markup | HtmlCell)[]>;
  readonly className?: string;
  /** false: a heading above already says it, so it is for screen readers only. */
  readonly isCaptionShown?: boolean;
}

/** The table, which scrolls by itself if it is wider than the page. */
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
