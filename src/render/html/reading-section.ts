/** How the numbers came about: inputs, options, and caveats. */
import type { CaptureSummary, InterfaceSummary } from "../../reports/capture-summary.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import { reasonsText, summaryNotes } from "../render-notes.ts";
import { formatCount, formatDuration } from "../render-units.ts";
import { bytesAmount, countAmount } from "./amounts.ts";
import { html, type Markup, named } from "./markup.ts";
import { table } from "./table.ts";

/** Maximum number of sources with a row. */
const MOST_SOURCES = 50;
/** Maximum number of named interfaces of a source. */
const MOST_INTERFACES = 4;

/** Notes, sources and options. */
export function* readingSection(summary: Summary): Generator<Markup> {
  for (const { text, grade } of summaryNotes(summary)) {
    yield html`<p class="${grade === "plain" ? "note" : `note ${grade}`}">${text}</p>\n`;
  }
  yield* sourceTable(summary.capture);
  const reasons = reasonsText(summary);
  if (reasons !== null) yield html`<p>Packets that were not decoded: ${reasons}.</p>\n`;
  const options = optionsOf(summary);
  if (options.length > 0) yield html`<p>Read with: ${options.join("; ")}.</p>\n`;
}

/** The sources, only the first ones if there are many. */
export function* sourceTable({ sources }: CaptureSummary): Generator<Markup> {
  yield* table({
    caption: "What was read",
    columns: [
      { header: "Capture" },
      { header: "Format" },
      { header: "Interfaces" },
      { header: "From" },
      { header: "To" },
      { header: "Packets", isNumber: true },
      { header: "Bytes", isNumber: true },
      { header: "Read to its end" },
    ],
    rows: sources
      .slice(0, MOST_SOURCES)
      .map(({ name, format, interfaces, start, end, packets, bytes, complete }) => [
        named(name === "-" ? "standard input" : name),
        html`${format ?? "-"}`,
        html`${interfacesText(interfaces)}`,
        html`${start ?? "-"}`,
        html`${end ?? "-"}`,
        countAmount(packets),
        bytesAmount(bytes),
        { content: html`${complete ? "yes" : "no"}`, ...(!complete && { className: "fails" }) },
      ]),
  });
  const more = sources.length - MOST_SOURCES;
  if (more > 0) yield html`<p>And ${formatCount(more)} more captures.</p>\n`;
}

/** The names of the first interfaces; their link types if they have none. Hostile text. */
function interfacesText(interfaces: readonly InterfaceSummary[]): string {
  const names = [...new Set(interfaces.map(({ name, linkType }) => name ?? linkType))];
  const more =
    names.length > MOST_INTERFACES ? ` and ${formatCount(names.length - MOST_INTERFACES)} more` : "";
  return names.slice(0, MOST_INTERFACES).join(", ") + more;
}

/** The options that changed what is counted, as on the command line. */
function optionsOf({ options, anonymised }: Summary): string[] {
  const {
    evidence,
    filter,
    from,
    to,
    outer,
    deduplicate,
    device,
    products = [],
    idleTimeoutSeconds,
  } = options;
  return [
    ...(evidence ? [] : ["--no-evidence (ports alone)"]),
    ...(filter === null ? [] : [`--filter ${filter}`]),
    ...(from === null ? [] : [`--from ${from}`]),
    ...(to === null ? [] : [`--to ${to}`]),
    ...(device === undefined ? [] : [`--device ${device}`]),
    ...products.map((product) => `--product "${product}"`),
    ...(outer ? ["--outer"] : []),
    ...(deduplicate ? ["--deduplicate"] : []),
    ...(anonymised ? ["--anonymise (names and addresses are pseudonyms)"] : []),
    `a flow ends after ${formatDuration(idleTimeoutSeconds)} of silence`,
  ];
}
