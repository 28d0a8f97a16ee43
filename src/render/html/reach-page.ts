/** Reachability as one page: failures first, with what to do. */
import type { Advice } from "../../knowledge/advice/advice.ts";
import type { ReachReport } from "../../reports/reach/reach-report.ts";
import { reachOutcome } from "../reach-outcome.ts";
import type { WritePiece } from "../render-pieces.ts";
import { captureTitle, readAmounts } from "../report-head.ts";
import { html } from "./markup.ts";
import { writePage } from "./page.ts";
import { clientSection, failureSection, rowSection, workingSection } from "./reach-section.ts";
import { sourceTable } from "./reading-section.ts";

/** Writes the page, piece by piece. `advice`: null for observations only. */
export function writeReachPage(report: ReachReport, advice: Advice | null, write: WritePiece): void {
  const outcome = reachOutcome(report);
  writePage(
    {
      title: captureTitle(report),
      lead: [html`<p class="muted">${readAmounts(report.capture)}</p>\n`],
      sections: [
        {
          id: "reach",
          title: "What does not get through",
          content: failureSection(report, outcome, advice),
        },
        { id: "works", title: "What works", content: workingSection(report, outcome, advice) },
        { id: "clients", title: "By client", content: clientSection(report, outcome) },
        { id: "rows", title: "Rows of Apple's list", content: rowSection(report) },
        { id: "reading", title: "How it was read", content: sourceTable(report.capture) },
      ],
      foot: html`<p>Made by appleflow. What was never tried proves nothing, and nothing is reported as broken because a capture ends.</p>\n`,
    },
    write,
  );
}
