/** Differences between two captures or saved summaries, as one page. */
import type { GroupDifference } from "../../reports/compare/group-difference.ts";
import type { ComparedCapture, SummaryDifference } from "../../reports/compare/summary-difference.ts";
import { CLASS_WORDS } from "../class-words.ts";
import {
  bytesText,
  CHANGE_LABELS,
  type ChangeLabel,
  evidenceText,
  isFailing,
  isLarge,
  isMarked,
  labelOf,
  whatText,
} from "../render-difference-words.ts";
import { namelessText, portName } from "../render-groups.ts";
import type { WritePiece } from "../render-pieces.ts";
import { formatCount, formatDuration } from "../render-units.ts";
import { bytesAmount, countAmount } from "./amounts.ts";
import { dividedBar, HATCHED, swatch } from "./bars.ts";
import { html, type Markup, NOTHING, named } from "./markup.ts";
import { type PageSection, writePage } from "./page.ts";
import { table } from "./table.ts";

/** Maximum number of ports and products shown. */
const MOST_ROWS = 200;

const CLASS_FILLS: Readonly<Record<keyof typeof CLASS_WORDS, string>> = {
  identified: "c-identified",
  apple: "c-apple",
  other: "c-other",
  listed: HATCHED,
  range: HATCHED,
  unlisted: "c-none",
};

/** Writes the page, piece by piece. */
export function writeDifferencePage(difference: SummaryDifference, write: WritePiece): void {
  const [before, after] = [difference.before, difference.after].map(({ name }) =>
    name === "-" ? "standard input" : name,
  );
  const rows = difference.rows
    .filter(({ onlyPossible }) => !onlyPossible)
    .map((row) => ({ row, label: labelOf(row) }))
    .sort((a, b) => CHANGE_LABELS.indexOf(a.label) - CHANGE_LABELS.indexOf(b.label));
  const large = rows.filter(({ label }) => isLarge(label));
  const small = rows.filter(({ label }) => !isLarge(label));
  const sections: PageSection[] = [
    { id: "changes", title: "What changed", content: changeTable(difference, large) },
    { id: "classes", title: "How it is known", content: classSection(difference) },
  ];
  if (small.length > 0) {
    sections.push({
      id: "small",
      title: "As before, and small changes",
      content: changeTable(difference, small),
    });
  }
  if (difference.ports.length > 0) {
    sections.push({ id: "ports", title: "Ports that came or went", content: portTable(difference) });
  }
  writePage(
    {
      title: `${before} → ${after}`,
      lead: captureTable(difference),
      sections,
      foot: html`<p>Made by appleflow. Sizes are in SI units: 1 kB is 1000 bytes. Only evidence makes a product new or gone, never a port alone.</p>\n`,
    },
    write,
  );
}

function captureTable({ before, after }: SummaryDifference): Iterable<Markup> {
  const row = (side: string, capture: ComparedCapture) => [
    html`${side}`,
    html`${capture.start ?? "no times"}`,
    html`${formatDuration(capture.durationSeconds)}`,
    countAmount(capture.packets),
    bytesAmount(capture.bytes),
    { content: html`${capture.complete ? "yes" : "no"}`, ...(!capture.complete && { className: "fails" }) },
  ];
  return table({
    caption: "The two sides",
    columns: [
      { header: "Side" },
      { header: "From" },
      { header: "Length" },
      { header: "Packets", isNumber: true },
      { header: "Bytes", isNumber: true },
      { header: "Read to its end" },
    ],
    rows: [row("before", before), row("after", after)],
  });
}

function* changeTable(
  { by }: SummaryDifference,
  rows: readonly { readonly row: GroupDifference; readonly label: ChangeLabel }[],
): Generator<Markup> {
  if (rows.length === 0) {
    yield html`<p>Nothing appeared, disappeared, stopped working, halved or doubled.</p>\n`;
    return;
  }
  const hasEvidence = by === "product";
  yield* table({
    caption: hasEvidence ? "Products on both sides" : "Families on both sides",
    columns: [
      { header: hasEvidence ? "Product" : "Family" },
      { header: "Change" },
      { header: "What" },
      { header: "Bytes" },
      ...(hasEvidence ? [{ header: "Known by" }] : []),
    ],
    rows: rows
      .slice(0, MOST_ROWS)
      .map(({ row, label }) => [
        named(row.name),
        { content: html`${inSentence(label)}`, ...(isFailing(label) && { className: "fails" }) },
        html`${whatText(row, label)}`,
        html`${bytesText(row)}`,
        ...(hasEvidence ? [html`${evidenceText(row)}`] : []),
      ]),
  });
  if (rows.length > MOST_ROWS) {
    yield html`<p>And ${formatCount(rows.length - MOST_ROWS)} more; --format json has all of them.</p>\n`;
  }
  if (hasEvidence && rows.some(({ row }) => isMarked(row))) {
    yield html`<p class="muted">* named together with other products: one of them.</p>\n`;
  }
}

/** "STOPPED WORKING" is a line heading; in a cell it becomes "Stopped working". */
function inSentence(label: ChangeLabel): string {
  return label.charAt(0) + label.slice(1).toLowerCase();
}

function* classSection({ classes }: SummaryDifference): Generator<Markup> {
  for (const side of ["before", "after"] as const) {
    yield html`<p class="muted">${side}</p>\n`;
    yield dividedBar(
      classes.map((row) => ({ fill: CLASS_FILLS[row.class], bytes: row[side].bytes })),
      `One bar of all decoded bytes ${side}, by how they are known. The table below has the numbers.`,
    );
  }
  yield* table({
    caption: "Decoded bytes by how they are known",
    columns: [{ header: "Class" }, { header: "Before", isNumber: true }, { header: "After", isNumber: true }],
    rows: classes.map(({ class: name, before, after }) => [
      html`${swatch(CLASS_FILLS[name])}${CLASS_WORDS[name]}`,
      bytesAmount(before.bytes),
      bytesAmount(after.bytes),
    ]),
  });
}

function* portTable({ ports }: SummaryDifference): Generator<Markup> {
  yield* table({
    caption: "Service ports with traffic on one side only",
    columns: [
      { header: "Port" },
      { header: "Service" },
      { header: "Change" },
      { header: "Flows", isNumber: true },
      { header: "Bytes", isNumber: true },
    ],
    rows: ports
      .slice(0, MOST_ROWS)
      .map(({ transport, port, service, listed, change, flows, bytes }) => [
        html`${portName({ transport, port })}`,
        html`${service ?? namelessText({ port, listed })}`,
        html`${change}`,
        countAmount(flows),
        bytesAmount(bytes),
      ]),
  });
  const more = ports.length - MOST_ROWS;
  yield more > 0 ? html`<p>And ${formatCount(more)} more; --format json has all of them.</p>\n` : NOTHING;
}
