/** What does not get through and what to do, then what works, and the notes. */
import type { Advice } from "../../knowledge/advice/advice.ts";
import type { ReachEntry, ReachGroup } from "../../reports/reach/reach-entries.ts";
import type { ReachReport } from "../../reports/reach/reach-report.ts";
import { dependentText, failuresShown, failureWords } from "../reach-failure-words.ts";
import { reachNoteTexts } from "../reach-notes.ts";
import {
  NOTHING_FAILED,
  NOTHING_TRIED,
  ONE_DIRECTION,
  type ReachOutcome,
  reachClients,
  untriedText,
} from "../reach-outcome.ts";
import { verdictText, workedText } from "../render-reach-words.ts";
import { formatCount } from "../render-units.ts";
import { countAmount } from "./amounts.ts";
import { html, type Markup, NOTHING, named } from "./markup.ts";
import { table } from "./table.ts";

/** Maximum number of client rows. */
const MOST_CLIENTS = 100;

/** Failures, each with observations, likely cause and what to do. */
export function* failureSection(
  report: ReachReport,
  { entries, failing }: ReachOutcome,
  advice: Advice | null,
): Generator<Markup> {
  if (report.directions === "one") yield html`<p class="note warning">${ONE_DIRECTION}</p>\n`;
  if (entries.length === 0) yield html`<p>${NOTHING_TRIED}</p>\n`;
  else if (failing.length === 0) yield html`<p>${NOTHING_FAILED}</p>\n`;
  const { shown, more, dependent } = failuresShown(failing);
  for (const entry of shown) yield failure(entry, advice);
  if (more > 0) yield html`<p>And ${formatCount(more)} more; --format json has all of them.</p>\n`;
  if (dependent.length > 0) yield html`<p class="fails">${dependentText(dependent)}</p>\n`;
}

function failure(entry: ReachEntry, advice: Advice | null): Markup {
  const { title, meaning, seen, more, cause, rule, command } = failureWords(entry, advice);
  const rest =
    more > 0 ? html`<li>and ${formatCount(more)} more; --format json has all of them</li>` : NOTHING;
  return html`<article class="failure">
<h3>${named(title)}</h3>
${paragraph("", meaning)}<ul>${seen.map((text) => html`<li>${named(text)}</li>`)}${rest}</ul>
${paragraph("Likely: ", cause)}${paragraph("Do: ", rule)}${
  command === null
    ? NOTHING
    : html`<pre tabindex="0"><code>${command}</code></pre>
`
}</article>
`;
}

function paragraph(beginning: string, text: string | null): Markup {
  if (text === null) return NOTHING;
  return html`<p>${beginning === "" ? NOTHING : html`<strong>${beginning}</strong>`}${text}</p>
`;
}

/** What works, what is unclear, and what is normal though it looks like a failure. */
export function* workingSection(
  report: ReachReport,
  { works, unclear }: ReachOutcome,
  advice: Advice | null,
): Generator<Markup> {
  if (works.length > 0) yield* groupTable("What works", works);
  if (unclear.length > 0) yield* groupTable("Unclear", unclear);
  for (const text of reachNoteTexts(report, advice)) yield html`<p class="note">${text}</p>\n`;
  yield html`<p class="muted">Not tried: ${untriedText(report.rows)}. That proves nothing.</p>\n`;
}

/** What fails and works for each client. */
export function* clientSection(report: ReachReport, { entries }: ReachOutcome): Generator<Markup> {
  const clients = reachClients(report, entries);
  yield* table({
    caption: "For each client, what fails, and how many things work.",
    columns: [{ header: "Client" }, { header: "Works", isNumber: true }, { header: "Fails" }],
    rows: clients
      .slice(0, MOST_CLIENTS)
      .map(({ client, works, fails }) => [
        named(client),
        countAmount(works),
        { content: html`${fails.join(", ")}`, ...(fails.length > 0 && { className: "fails" }) },
      ]),
  });
  const more = clients.length - MOST_CLIENTS;
  if (more > 0) yield html`<p>And ${formatCount(more)} more clients; --format json has all of them.</p>\n`;
}

/** The rows of Apple's list that were tried. */
export function* rowSection({ rows }: ReachReport): Generator<Markup> {
  const tried = rows.filter(({ coverage }) => coverage !== "not-seen");
  yield* table({
    caption: "Rows of Apple's list that were seen, or tried without an answer.",
    columns: [
      { header: "Port" },
      { header: "Transport" },
      { header: "Service" },
      { header: "Coverage" },
      { header: "Verdict" },
      { header: "Worked", isNumber: true },
    ],
    rows: tried.map(({ port, transport, serviceName, coverage, verdict, attempts, otherAttempts }) => {
      const className = coverage === "failed" ? { className: "fails" } : {};
      const verdictWords =
        verdict === "never-tried" && coverage === "seen" ? "to a group" : verdictText(verdict);
      return [
        html`${port}`,
        html`${transport}`,
        html`${serviceName}`,
        { content: html`${coverage.replace("-", " ")}`, ...className },
        { content: html`${verdictWords}`, ...className },
        html`${workedText(attempts, otherAttempts)}`,
      ];
    }),
  });
}

function groupTable(caption: string, groups: readonly ReachGroup[]): Iterable<Markup> {
  const hasClients = groups.some(({ clients }) => clients > 1);
  return table({
    caption,
    columns: [
      { header: "Product" },
      { header: "Verdict" },
      { header: "Worked", isNumber: true },
      ...(hasClients ? [{ header: "Clients", isNumber: true }] : []),
    ],
    rows: groups.map(({ label, verdict, counts, clients }) => [
      named(label),
      html`${verdictText(verdict)}`,
      html`${workedText(...counts)}`,
      ...(hasClients ? [countAmount(clients)] : []),
    ]),
  });
}
