/** Apple's products with how they are known, and the other sections. */
import type { ProductSummary, Summary } from "../../reports/traffic/summary.ts";
import { contentCachingParts } from "../content-caching-words.ts";
import { claimRow } from "../render-claims.ts";
import { appleHeadline } from "../report-head.ts";
import {
  cutSection,
  type ReportRow,
  type ReportSection,
  reportSections,
  sectionTitle,
} from "../report-sections.ts";
import { bytesAmount, countAmount, shareAmount } from "./amounts.ts";
import { rowBar, swatch } from "./bars.ts";
import { SECTION_FILLS } from "./class-bar.ts";
import { knownWords } from "./known-words.ts";
import { html, type Markup, named } from "./markup.ts";
import { type HtmlColumn, table } from "./table.ts";

/** Default number of rows of a section, and the text of the row for the others. */
const MOST_ROWS = 40;
const MOST_OTHER_ROWS = 12;

const AMOUNTS: readonly HtmlColumn[] = [
  { header: "Bytes", isNumber: true },
  { header: "Share", isNumber: true },
  { header: "Flows", isNumber: true },
];

/** What evidence shows to be Apple's, and which evidence. */
export function* productSection(summary: Summary, top: number | null): Generator<Markup> {
  const sections = reportSections(summary).filter(({ kind }) => kind === "identified" || kind === "apple");
  const used = new Set<string>();
  // Bars within one part of the page share a scale.
  const largest = largestOf(sections);
  for (const section of sections.filter(({ rows }) => rows.length > 0)) {
    for (const { how } of section.rows) used.add(how.replace(/[ ,].*$/, ""));
    yield* sectionTable(summary, section, top ?? MOST_ROWS, largest);
  }
  if (used.size === 0) yield html`<p>${appleHeadline(summary)}</p>\n`;
  else yield knownWords(used);
  const { contentCaching } = summary;
  if (contentCaching !== undefined) {
    const [first, ...others] = contentCachingParts(contentCaching);
    yield html`<p class="note">Content caches: ${first}${others.map((part) => html`; ${part}`)}.</p>\n`;
  }
}

/** Traffic known by port alone: services, and their candidates. */
export function* portSection(summary: Summary, top: number | null): Generator<Markup> {
  const { couldBe, withdrawn } = summary.apple;
  yield html`<p>A port shows where a packet went, not who sent it: traffic on 443 may be any Apple service, or any website. Traffic known by port alone is counted as nobody's, and drawn with stripes.</p>
`;
  const section = reportSections(summary).find(({ kind }) => kind === "could-be");
  if (section === undefined || section.rows.length === 0) {
    yield html`<p>No traffic points to Apple by port alone.</p>\n`;
    return;
  }
  yield* sectionTable(summary, section, top ?? MOST_ROWS, largestOf([section]));
  const { appleDevice, unknownDevice, protocolSeen } = couldBe;
  const parts: Markup[] = [];
  const say = (text: string, bytes: number) =>
    parts.push(html`<dt>${bytesAmount(bytes)}</dt><dd>${text}</dd>\n`);
  if (appleDevice !== null) say("from devices known to be Apple's", appleDevice);
  if (unknownDevice !== null) say("from devices of unknown make", unknownDevice);
  say("uses the protocol of the port, as any vendor's software does", protocolSeen);
  if (withdrawn.bytes > 0) say("in addition: possible for withdrawn products only", withdrawn.bytes);
  yield html`<p>Of what could be Apple's:</p>
<dl class="words">
${parts}</dl>
`;
}

/** Traffic shown to be others', traffic of no Apple product, and what was not decoded. */
export function* otherSection(summary: Summary, top: number | null): Generator<Markup> {
  const kinds: readonly ReportSection["kind"][] = ["other", "no-product", "not-asked", "not-decoded"];
  const sections = reportSections(summary).filter(
    ({ kind, total }) => kinds.includes(kind) && total.packets > 0,
  );
  const largest = largestOf(sections);
  for (const section of sections) yield* sectionTable(summary, section, top ?? MOST_OTHER_ROWS, largest);
}

/** Products without evidence that some port allows: rows overlap. */
export function* possibleSection({ products }: Summary, top: number | null): Generator<Markup> {
  const possible = products.filter(({ identified, oneOf }) => identified.flows + oneOf.flows === 0);
  const shown = possible.slice(0, top ?? possible.length);
  yield* table({
    caption: "Rows overlap: a port may belong to several products. Do not add them up.",
    columns: [
      { header: "Product" },
      { header: "At most", isNumber: true },
      { header: "Alone", isNumber: true },
      { header: "Flows", isNumber: true },
    ],
    rows: shown.map(possibleRow),
  });
}

function possibleRow(product: ProductSummary): readonly Markup[] {
  const { name, suffix = "", possible, possibleOnly } = claimRow(product);
  return [
    html`${named(name)}${suffix}`,
    bytesAmount(possible.bytes),
    bytesAmount(possibleOnly.bytes),
    countAmount(possible.flows),
  ];
}

function largestOf(sections: readonly ReportSection[]): number {
  return sections.reduce((most, { rows }) => Math.max(most, rows[0]?.bytes ?? 0), 1);
}

/** `largest`: bytes of the longest bar. */
function* sectionTable(
  summary: Summary,
  section: ReportSection,
  most: number,
  largest: number,
): Generator<Markup> {
  const { kind } = section;
  const { shown, rest } = cutSection(section, most, 1);
  const hasHow = section.rows.some(({ how }) => how !== "");
  const row = ({ name, how, bytes, flows }: ReportRow, isRest: boolean) => [
    isRest ? html`<span class="muted">${name}</span>` : named(name),
    ...(hasHow ? [html`${how}`] : []),
    bytesAmount(bytes),
    shareAmount(bytes, summary.capture.bytes),
    countAmount(flows),
    { content: isRest ? html`` : rowBar(bytes / largest, SECTION_FILLS[kind]), className: "wide" },
  ];
  yield html`<h3>${swatch(SECTION_FILLS[kind])}${sectionTitle(kind, summary)}</h3>\n`;
  yield* table({
    caption: `${CAPTIONS[kind]}, by bytes`,
    isCaptionShown: false,
    columns: [
      { header: NAMES[kind] },
      ...(hasHow ? [{ header: HOWS[kind] }] : []),
      ...AMOUNTS,
      { header: "Bar", isOfBars: true },
    ],
    rows: [...shown.map((one) => row(one, false)), ...(rest === null ? [] : [row(rest, true)])],
  });
}

const CAPTIONS: Readonly<Record<ReportSection["kind"], string>> = {
  identified: "Products that evidence names",
  apple: "Traffic with Apple servers, product unknown",
  "could-be": "Services known by port alone",
  other: "Traffic that is shown to be something else",
  "no-product": "Traffic of no Apple product",
  "not-asked": "Other flows",
  "not-decoded": "Packets without ports",
};

const NAMES: Readonly<Record<ReportSection["kind"], string>> = {
  identified: "Product",
  apple: "Service",
  "could-be": "Service",
  other: "What",
  "no-product": "What",
  "not-asked": "What",
  "not-decoded": "What",
};

const HOWS: Readonly<Record<ReportSection["kind"], string>> = {
  identified: "Known by",
  apple: "Known by",
  "could-be": "Could be",
  other: "Because",
  "no-product": "Because",
  "not-asked": "Because",
  "not-decoded": "Because",
};
