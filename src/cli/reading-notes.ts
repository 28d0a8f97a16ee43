/** What standard error reports of reading that did not go as asked. */
import { linkTypeText } from "../net/link-types.ts";
import { escapeText } from "../render/render-escape.ts";
import { recordWeirdText } from "../render/render-record-weirds.ts";
import type { SourceSummary } from "../reports/capture-summary.ts";
import { sourceCount } from "../reports/completeness.ts";
import { RECORD_WEIRDS } from "../reports/record-weirds.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import type { Environment } from "./environment.ts";
import type { CaptureCommandOptions } from "./reading-options.ts";

/** How packets were selected. */
type Choice = Pick<CaptureCommandOptions, "from" | "to" | "filter">;

/** Maximum number of lines on single sources: there may be as many sources as a folder has files. */
const MOST_NOTES = 1000;

/** Lines without line ends; none if reading had no problems. */
export function readingNotes(summary: Summary, choice: Choice = {}): string[] {
  const all = summary.capture.sources.flatMap((source) => [
    ...errorLines(source),
    ...unsupportedLines(source),
    ...weirdLines(source),
  ]);
  const lines = all.slice(0, MOST_NOTES);
  if (all.length > lines.length) lines.push(`${all.length - lines.length} more lines of this kind`);
  lines.push(
    ...moreLines(summary),
    ...lateLines(summary),
    ...unreadLines(summary),
    ...nothingChosenLines(summary, choice),
  );
  const { evicted } = summary.flows;
  if (evicted > 0) {
    lines.push(
      `${evicted} flows were ended early because --max-flows was reached; their packets and bytes are in the results`,
    );
  }
  return lines.map((line) => `appleflow: ${escapeText(line)}`);
}

/** Writes them to standard error. */
export function writeNotes(lines: readonly string[], { stderr }: Environment): void {
  for (const line of lines) stderr.write(`${line}\n`);
}

function weirdLines({ name, weirds = {} }: SourceSummary): string[] {
  return RECORD_WEIRDS.flatMap((weird) => {
    const count = weirds[weird] ?? 0;
    return count === 0 || weird === "merged_late" ? [] : [`${name}: ${recordWeirdText(weird, count)}`];
  });
}

/** What was not read of the sources that are not listed. */
function moreLines({ capture: { moreSources } }: Summary): string[] {
  const { sources, incomplete, unsupported } = moreSources ?? { sources: 0, incomplete: 0, unsupported: 0 };
  const of = `of ${sources} more captures`;
  return [
    ...(incomplete === 0 ? [] : [`${incomplete} ${of} not read to the end`]),
    ...(unsupported === 0
      ? []
      : [
          `${unsupported} ${unsupported === 1 ? "packet" : "packets"} ${of} not decoded: unsupported link types`,
        ]),
  ];
}

/** Not attributable to a single capture. */
function lateLines({ weirds }: Summary): string[] {
  const count = weirds.merged_late ?? 0;
  return count === 0 ? [] : [recordWeirdText("merged_late", count)];
}

/** A window or filter that leaves nothing is mostly a mistake: the span of the capture shows which one. */
function nothingChosenLines({ capture }: Summary, { from, to, filter }: Choice): string[] {
  const { sources, packets, beforeChoice } = capture;
  const count = sourceCount(capture);
  if (packets > 0 || beforeChoice === undefined || beforeChoice.packets === 0) return [];
  const what = count === 1 ? sources[0].name : `the ${count} captures`;
  const span =
    beforeChoice.start === null
      ? "no packet has a time"
      : `the capture spans ${beforeChoice.start} to ${beforeChoice.end}`;
  const hasWindow = from !== undefined || to !== undefined;
  const failed = hasWindow
    ? filter === undefined
      ? "is in that window"
      : "in that window matches the filter"
    : "matches the filter";
  return [`no packet of ${what} ${failed}; ${span}`];
}

/** Captures left unread by an interruption: there may be thousands. */
function unreadLines({ capture }: Summary): string[] {
  const unread = capture.sources.filter(isUnread);
  if (unread.length === 0) return [];
  if (unread.length === 1) return [`${unread[0].name}: not read, interrupted`];
  return [`${unread.length} captures, from ${unread[0].name} on: not read, interrupted`];
}

function isUnread({ format, error }: SourceSummary): boolean {
  return format === null && error?.code === "interrupted";
}

function errorLines(source: SourceSummary): string[] {
  const { name, error } = source;
  if (error === null || isUnread(source)) return [];
  return [error.message.startsWith(`${name}:`) ? error.message : `${name}: ${error.message}`];
}

/** A line for each name and link type: a capture may describe the same interface repeatedly. */
function unsupportedLines({ name: source, interfaces, moreInterfaces }: SourceSummary): string[] {
  const groups = new Map<string, { ids: number[]; packets: number; name: string | null; linkType: string }>();
  for (const [id, { name, linkType, unsupported }] of interfaces.entries()) {
    if (unsupported === 0) continue;
    const key = `${linkType} ${name ?? ""}`;
    const group = groups.get(key) ?? { ids: [], packets: 0, name, linkType };
    groups.set(key, group);
    group.ids.push(id);
    group.packets += unsupported;
  }
  const more = moreInterfaces?.unsupported ?? 0;
  const moreLines =
    more === 0
      ? []
      : [
          `${source}: ${more} ${more === 1 ? "packet" : "packets"} of ${moreInterfaces?.interfaces} more interfaces not decoded: unsupported link types`,
        ];
  const lines = [...groups.values()].map(({ ids, packets, name, linkType }) => {
    const which = ids.length === 1 ? `interface ${ids[0]}` : `${ids.length} interfaces`;
    const named = name === null ? which : `${which} (${name})`;
    const verb = ids.length === 1 ? "has" : "have";
    return `${source}: ${named} ${verb} unsupported link type ${linkTypeText(linkType)}: ${packets} ${packets === 1 ? "packet" : "packets"} not decoded`;
  });
  return [...lines, ...moreLines];
}
