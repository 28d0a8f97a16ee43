/** A summary as one page: to share, print or keep. Sections follow the order of the questions that people ask. */
import type { Advice } from "../../knowledge/advice/advice.ts";
import type { ReachReport } from "../../reports/reach/reach-report.ts";
import type { Summary, SummaryProgram } from "../../reports/traffic/summary.ts";
import { reachOutcome } from "../reach-outcome.ts";
import type { WritePiece } from "../render-pieces.ts";
import { appleHeadline, captureAmounts, captureTitle } from "../report-head.ts";
import { answers } from "./answers.ts";
import { classBar } from "./class-bar.ts";
import { deviceSection } from "./device-section.ts";
import { html, type Markup } from "./markup.ts";
import { type PageSection, writePage } from "./page.ts";
import { otherSection, portSection, possibleSection, productSection } from "./product-section.ts";
import { failureSection, workingSection } from "./reach-section.ts";
import { readingSection } from "./reading-section.ts";
import { timeSection } from "./time-section.ts";

/** What the page shows in addition to the summary, and how much. */
export interface SummaryPageOptions {
  /** Rows of a table; null for as many as suit a page. */
  readonly top: number | null;
  /** Includes products that are only possible. */
  readonly all: boolean;
  /** Reachability in the same captures; the page omits it otherwise. */
  readonly reach?: ReachReport;
  /** Texts on causes and remedies. */
  readonly advice?: Advice;
}

/** Writes the page, piece by piece. */
export function writeSummaryPage(summary: Summary, options: SummaryPageOptions, write: WritePiece): void {
  const { reach } = options;
  const outcome = reach === undefined ? null : reachOutcome(reach);
  writePage(
    {
      title: captureTitle(summary),
      lead: [
        html`<p class="muted">${captureAmounts(summary)}</p>
`,
        ...(summary.anonymised
          ? [
              html`<p class="note">Names and addresses are pseudonyms, except those of Apple's services.</p>\n`,
            ]
          : []),
        html`<p class="headline">${appleHeadline(summary)}</p>
`,
        answers(summary, outcome),
      ],
      sections: sectionsOf(summary, options),
      foot: footOf(summary.program),
    },
    write,
  );
}

function sectionsOf(summary: Summary, page: SummaryPageOptions): PageSection[] {
  const { top, all, reach } = page;
  const advice = page.advice ?? null;
  const { series, options } = summary;
  const hasPossible = all || !options.evidence;
  const sections: PageSection[] = [
    { id: "apple", title: "What is Apple's", content: classBar(summary) },
    { id: "products", title: "Products, and how they are known", content: productSection(summary, top) },
    { id: "devices", title: "Devices by products", content: deviceSection(summary, top) },
  ];
  if (series !== null)
    sections.push({ id: "time", title: "Over time", content: timeSection(summary, series) });
  if (reach !== undefined) {
    const outcome = reachOutcome(reach);
    sections.push({
      id: "reach",
      title: "What does not get through",
      content: chain(failureSection(reach, outcome, advice), workingSection(reach, outcome, advice)),
    });
  }
  sections.push({ id: "ports", title: "What a port cannot prove", content: portSection(summary, top) });
  if (hasPossible) {
    sections.push({
      id: "possible",
      title: "Only possible, by port",
      content: possibleSection(summary, top),
    });
  }
  return [
    ...sections,
    { id: "others", title: "Everything else", content: otherSection(summary, top) },
    { id: "reading", title: "How it was read", content: readingSection(summary) },
  ];
}

function* chain(...parts: readonly Iterable<Markup>[]): Generator<Markup> {
  for (const part of parts) yield* part;
}

/** Version of the program, and date of its data. */
export function footOf({ version, dataDate }: SummaryProgram): Markup {
  return html`<p>Made by appleflow ${version} with data as of ${dataDate}. Sizes are in SI units: 1 kB is 1000 bytes; bytes are those on the wire. “Known by” shows how certain it is; traffic known by port alone is never counted as Apple's.</p>
`;
}
