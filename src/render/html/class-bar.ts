/** What is Apple's: one bar of the report's sections, with its data as a table. */
import type { Summary } from "../../reports/traffic/summary.ts";
import { appleHeadline } from "../report-head.ts";
import { type ReportSection, reportSections, sectionTitle } from "../report-sections.ts";
import { bytesAmount, countAmount, shareAmount } from "./amounts.ts";
import { dividedBar, HATCHED, swatch } from "./bars.ts";
import { html, type Markup } from "./markup.ts";
import { table } from "./table.ts";

/** Fill class of each section, wherever it is drawn. */
export const SECTION_FILLS: Readonly<Record<ReportSection["kind"], string>> = {
  identified: "c-identified",
  apple: "c-apple",
  "could-be": HATCHED,
  other: "c-other",
  "no-product": "c-none",
  "not-asked": "c-none",
  "not-decoded": "c-undecoded",
};

/** The bar and its table: the sections add up to the capture. */
export function* classBar(summary: Summary): Generator<Markup> {
  const sections = reportSections(summary).filter(({ total }) => total.packets > 0);
  const { capture } = summary;
  yield dividedBar(
    sections.map(({ kind, total }) => ({ fill: SECTION_FILLS[kind], bytes: total.bytes })),
    `One bar of all bytes by how they are known. ${appleHeadline(summary)}.`,
  );
  yield* table({
    caption: "Every byte of the capture is in one row.",
    columns: [
      { header: "How it is known" },
      { header: "Bytes", isNumber: true },
      { header: "Share", isNumber: true },
      { header: "Packets", isNumber: true },
      { header: "Flows", isNumber: true },
    ],
    rows: [
      ...sections.map(({ kind, total }) => [
        html`${swatch(SECTION_FILLS[kind])}${sectionTitle(kind, summary)}`,
        bytesAmount(total.bytes),
        shareAmount(total.bytes, capture.bytes),
        countAmount(total.packets),
        countAmount(total.flows),
      ]),
      [
        html`Everything read`,
        bytesAmount(capture.bytes),
        shareAmount(capture.bytes, capture.bytes),
        countAmount(capture.packets),
        countAmount(sections.reduce((sum, { total }) => sum + total.flows, 0)),
      ],
    ],
  });
}
