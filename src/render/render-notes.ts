/** Caveats on the numbers of a report: its last lines. */
import type {
  DuplicateSummary,
  MoreSources,
  SourceSummary,
  TunnelSummary,
} from "../reports/capture-summary.ts";
import { sourceCount } from "../reports/completeness.ts";
import { isRecordWeird, RECORD_WEIRDS } from "../reports/record-weirds.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { tunnelsWithCarriers } from "../reports/tunnel-interfaces.ts";
import { type Paint, widthOf, wrapText } from "./render-columns.ts";
import type { Drawing } from "./render-drawing.ts";
import { flowRecordText, flowRecordWarnings } from "./render-flow-records.ts";
import { recordWeirdText } from "./render-record-weirds.ts";
import { countOf, formatBytes, formatCount } from "./render-units.ts";

/** Maximum number of named reasons for undecoded packets. */
const MAX_WEIRDS = 20;
/** Maximum number of sources and interfaces in one note. */
const MAX_NAMED = 20;

/** One caveat. */
export interface Note {
  /** Hostile text. */
  readonly text: string;
  /** `error`: something was not read; `warning`: numbers are misleading; `plain`: how they came about. */
  readonly grade: "error" | "warning" | "plain";
}

/** The caveats as lines of a table report. */
export function notesOf(summary: Summary, { style, measure, colors }: Drawing): string[] {
  const paints: Readonly<Record<Note["grade"], Paint>> = {
    error: colors.red,
    warning: colors.yellow,
    plain: colors.dim,
  };
  return summaryNotes(summary).flatMap(({ text, grade }) =>
    wrapText(text, widthOf(style), measure, "  ").map(paints[grade]),
  );
}

/** The caveats on the numbers. */
export function summaryNotes(summary: Summary): Note[] {
  const { sources, moreSources } = summary.capture;
  const notes: Note[] = [];
  const note = (text: string, grade: Note["grade"] = "plain") => notes.push({ text, grade });
  const incomplete = sources.filter(({ complete }) => !complete);
  const unread = incomplete.length + (moreSources?.incomplete ?? 0);
  if (unread > 0) {
    const all = formatCount(sourceCount(summary.capture));
    const named = incomplete
      .slice(0, MAX_NAMED)
      .map(({ name, error }) => `${name} (${error?.code ?? "unknown"})`);
    note(
      `Incomplete: ${formatCount(unread)} of ${all} not read to the end: ${listOf(named, unread)}`,
      "error",
    );
  }
  const dropped = [...sources.flatMap(droppedPackets), ...droppedBeyond(moreSources)];
  if (dropped.length > 0) {
    const named = listOf(dropped.slice(0, MAX_NAMED), dropped.length);
    note(`Dropped by the capturing system, not counted: ${named}`, "warning");
  }
  if (summary.flows.evicted > 0) {
    note(
      `${countOf(summary.flows.evicted, "flow")} ended early because too many were live; no bytes are lost.`,
    );
  }
  const { handshakes, names } = summary.evidenceDropped;
  if (handshakes + names > 0) {
    note(
      `Not kept, because tables were full: ${countOf(handshakes, "handshake")}, ${countOf(names, "name")}.`,
      "warning",
    );
  }
  const { duplicates, flowRecords } = summary.capture;
  if (flowRecords !== undefined) {
    note(flowRecordText(flowRecords));
    for (const text of flowRecordWarnings(flowRecords)) note(text, "warning");
  }
  if (duplicates !== null && duplicates.packets > 0) note(duplicateNote(duplicates), "warning");
  const tunnels = Object.entries(summary.capture.tunnels);
  if (tunnels.length > 0) note(tunnelNote(tunnels));
  const twice = duplicates?.leftOut ? null : tunnelInterfaces(sources);
  if (twice !== null) note(twice, "warning");
  const ipAlone = sources.reduce((sum, source) => sum + ipAloneOf(source), moreSources?.ipAlone ?? 0);
  if (ipAlone > 0) {
    const were = ipAlone === 1 ? "was" : "were";
    note(
      `${countOf(ipAlone, "packet")} in a capture of Ethernet ${were} read as bare IP, without an Ethernet header, as tools write it for an iPhone's cellular interface.`,
    );
  }
  for (const name of RECORD_WEIRDS) {
    const count = summary.weirds[name] ?? 0;
    if (count > 0) note(`${recordWeirdText(name, count)}.`, "warning");
  }
  return notes;
}

/** Reasons for undecoded packets, after `beginning`; no line if all were decoded. */
export function reasonLines(summary: Summary, beginning: string, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const reasons = reasonsText(summary);
  if (reasons === null) return [];
  return wrapText(`${beginning}: ${reasons}`, widthOf(style), measure, "  ").map(colors.dim);
}

/** Reasons for undecoded packets, with counts: "arp 6, igmp 2"; null if all were decoded. */
export function reasonsText({ weirds }: Summary): string | null {
  const reasons = Object.entries(weirds)
    .filter(([name]) => !isRecordWeird(name))
    .sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  const listed = reasons.slice(0, MAX_WEIRDS).map(([name, count]) => `${name} ${formatCount(count)}`);
  const others = reasons.length - listed.length;
  const more = others === 0 ? "" : `, and ${formatCount(others)} more`;
  return `${listed.join(", ")}${more}`;
}

/** The note on packets that were captured more than once. */
export function duplicateNote({ packets, bytes, acrossNat, leftOut }: DuplicateSummary): string {
  const nat = acrossNat === 0 ? "" : ` (two sides of a NAT: ${formatCount(acrossNat)})`;
  const traffic = `${countOf(packets, "packet")} (${formatBytes(bytes)})`;
  if (leftOut) return `Left out: ${traffic} that had already been captured${nat}.`;
  const [verb, each] = packets === 1 ? ["seems", "it"] : ["seem", "each"];
  return `${traffic} ${verb} to have been captured twice${nat}; --deduplicate counts ${each} once.`;
}

/** A tunnel and its carrier contain the same traffic; null unless both were captured. */
function tunnelInterfaces(sources: readonly SourceSummary[]): string | null {
  const both = tunnelsWithCarriers(sources);
  if (both === null) return null;
  const { tunnels, carriers } = both;
  const [are, their] = tunnels.length === 1 ? ["is a tunnel", "its"] : ["are tunnels", "their"];
  return `${tunnels.join(", ")} ${are}: ${their} packets are counted again in their carrier, on ${carriers.join(" or ")}.`;
}

/** Decapsulated packets of each kind, with the total if some counted outside. */
function tunnelNote(tunnels: readonly (readonly [string, TunnelSummary])[]): string {
  if (tunnels.every(([, { inside }]) => inside === 0)) {
    return `Not decapsulated: ${tunnels.map(([name, { outside }]) => `${name} ${countOf(outside, "packet")}`).join(", ")}`;
  }
  const parts = tunnels.map(([name, { inside, outside }]) => {
    const some = outside === 0 ? "" : `${formatCount(inside)} of `;
    return `${name} ${some}${countOf(inside + outside, "packet")}`;
  });
  return `Decapsulated: ${parts.join(", ")}`;
}

function droppedBeyond(more: MoreSources | undefined): string[] {
  const { sources, dropped } = more ?? { sources: 0, dropped: 0 };
  return (dropped ?? 0) === 0
    ? []
    : [`${formatCount(sources)} more captures ${countOf(dropped ?? 0, "packet")}`];
}

/** The named ones of `count`. */
function listOf(named: readonly string[], count: number): string {
  const others = count - named.length;
  return others === 0 ? named.join(", ") : `${named.join(", ")} and ${formatCount(others)} more`;
}

/** Packets of a source that hold IP without the Ethernet that the capture claims. */
function ipAloneOf({ interfaces, moreInterfaces }: SourceSummary): number {
  return interfaces.reduce((sum, { ipAlone = 0 }) => sum + ipAlone, moreInterfaces?.ipAlone ?? 0);
}

function droppedPackets({ name, interfaces, moreInterfaces }: SourceSummary): string[] {
  const more = moreInterfaces?.dropped ?? 0;
  const others =
    more === 0
      ? []
      : [
          `${name} ${formatCount(moreInterfaces?.interfaces ?? 0)} more interfaces ${countOf(more, "packet")}`,
        ];
  const listed = interfaces.flatMap((item, i) => {
    if (item.dropped === null || item.dropped === 0) return [];
    return [`${name} ${item.name ?? `interface ${i}`} ${countOf(item.dropped, "packet")}`];
  });
  return [...listed, ...others];
}
