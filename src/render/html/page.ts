/**
 * A page in one file: it runs no script and loads nothing, and declares so in its policy, which browsers enforce whatever
 * a capture contains in a name.
 */
import { createHash } from "node:crypto";
import { Pieces, type WritePiece } from "../render-pieces.ts";
import { stripes } from "./area-chart.ts";
import { html, Markup, NOTHING, named } from "./markup.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** Maximum number of letters of a title in a browser tab. */
const LONGEST_TITLE = 55;

/** A section of a page with its own heading. */
export interface PageSection {
  /** Target of links within the page: lower case. */
  readonly id: string;
  readonly title: string;
  readonly content: Iterable<Markup>;
}

/** A page before it is written. */
export interface Page {
  /** The subject. Hostile text. */
  readonly title: string;
  /** Contents below the title, before all sections. */
  readonly lead: Iterable<Markup>;
  readonly sections: readonly PageSection[];
  readonly foot: Markup;
}

/** Writes the page, piece by piece. */
export function writePage({ title, lead, sections, foot }: Page, write: WritePiece): void {
  const pieces = new Pieces(write);
  const add = (markup: Markup) => pieces.add(markup.text);
  add(headOf(title));
  for (const one of lead) add(one);
  add(contentsOf(sections));
  add(html`</header>
<main>
`);
  for (const { id, title: heading, content } of sections) {
    add(html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
`);
    for (const one of content) add(one);
    add(html`</section>
`);
  }
  add(html`</main>
<footer>
${foot}</footer>
</body>
</html>
`);
  pieces.flush();
}

/** Allows nothing but this stylesheet. */
export function pagePolicy(): string {
  const hash = createHash("sha256").update(PAGE_STYLE).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function headOf(title: string): Markup {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${shortened(title)} – appleflow</title>
<style>${Markup.ofConstant(PAGE_STYLE)}</style>
</head>
<body>
${stripes()}<header>
<h1>${named(title)}</h1>
`;
}

/** Tabs and bookmarks have little room. As markup, in which some letters take several characters. */
function shortened(title: string): Markup {
  const letters = [...title].slice(0, LONGEST_TITLE);
  let kept = html`${title}`;
  while (kept.text.length > LONGEST_TITLE) {
    letters.pop();
    kept = html`${letters.join("")}…`;
  }
  return kept;
}

function contentsOf(sections: readonly PageSection[]): Markup {
  if (sections.length < 2) return NOTHING;
  return html`<nav aria-label="Contents"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
`;
}
