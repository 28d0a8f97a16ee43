/**
 * The report for people: what was read, the rows, and at the foot every byte of the capture in one of three sums -
 * attributed, unattributed, not decoded - with the reasons.
 */

import type { DuplicateSummary, SourceSummary, TunnelSummary } from "../reports/capture-summary.ts";
import { isRecordWeird, RECORD_WEIRDS } from "../reports/record-weirds.ts";
import type { PacketClasses, Summary } from "../reports/traffic/summary.ts";
import { layoutTable, type Paint, type TableStyle, widthOf, wrapText } from "./render-columns.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { renderGroupTable } from "./render-group-table.ts";
import type { Group } from "./render-groups.ts";
import { recordWeirdText } from "./render-record-weirds.ts";
import { formatBytes, formatCount, formatDuration, formatShare } from "./render-units.ts";

/** More captures than this are not all named at the head. */
const NAMED_SOURCES = 3;

const CLASS_NAMES: Readonly<Record<Exclude<keyof PacketClasses, "decoded">, string>> = {
  fragments: "later fragments",
  otherIp: "other IP protocols",
  nonIp: "not IP",
  malformed: "malformed",
  snaplenCut: "cut by the snaplen",
  unsupportedLinkType: "unsupported link type",
};

/** The report; ends with a line end. */
export function renderTable(summary: Summary, group: Group, top: number, style: TableStyle): Promise<string> {
  return drawReport(style, (drawing) => [
    headOf(summary, drawing),
    renderGroupTable(summary, group, top, drawing),
    sumsOf(summary, drawing),
    notesOf(summary, drawing),
  ]);
}

function headOf({ capture, flows }: Summary, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const width = widthOf(style);
  const names = capture.sources.map(({ name }) => (name === "-" ? "standard input" : name));
  const named = names.slice(0, NAMED_SOURCES).join(", ");
  const others = names.length - NAMED_SOURCES;
  const title =
    names.length === 1
      ? names[0]
      : `${formatCount(names.length)} captures: ${named}${others > 0 ? ` and ${formatCount(others)} more` : ""}`;
  const counts = [
    countOf(capture.packets, "packet"),
    formatBytes(capture.bytes),
    countOf(flows.total, "flow"),
  ].join(", ");
  const times =
    capture.start === null
      ? "no times in the capture"
      : `${capture.start} to ${capture.end} (${formatDuration(capture.durationSeconds)})`;
  return [
    ...wrapText(title, width, measure).map(colors.bold),
    ...wrapText(counts, width, measure),
    ...wrapText(times, width, measure),
  ];
}

/** The sums, exact: what a reader needs to see that nothing is missing. */
function sumsOf(summary: Summary, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const { capture, packets, bytes, unattributed } = summary;
  const rows: { name: string; packets: number; bytes: number; paint?: Paint }[] = [
    {
      name: "Attributed",
      packets: packets.decoded - unattributed.packets,
      bytes: bytes.decoded - unattributed.bytes,
    },
    { name: "Unattributed", packets: unattributed.packets, bytes: unattributed.bytes },
  ];
  for (const [reason, traffic] of Object.entries(unattributed.byReason)) {
    if (traffic.packets > 0) rows.push({ name: `  ${reason}`, ...traffic, paint: colors.dim });
  }
  rows.push({
    name: "Not decoded",
    packets: capture.packets - packets.decoded,
    bytes: capture.bytes - bytes.decoded,
  });
  for (const [key, name] of Object.entries(CLASS_NAMES) as [keyof typeof CLASS_NAMES, string][]) {
    if (packets[key] > 0) {
      rows.push({ name: `  ${name}`, packets: packets[key], bytes: bytes[key], paint: colors.dim });
    }
  }
  rows.push({ name: "Total", packets: capture.packets, bytes: capture.bytes, paint: colors.bold });
  return layoutTable(
    [
      { header: "SUM", align: "left", shrinksTo: 12 },
      { header: "PACKETS", align: "right" },
      { header: "BYTES", align: "right" },
      { header: "SHARE", align: "right", expendable: 1 },
    ],
    rows.map(({ name, paint, ...row }) =>
      [name, formatCount(row.packets), formatCount(row.bytes), formatShare(row.bytes, capture.bytes)].map(
        (text) => (paint === undefined ? { text } : { text, paint }),
      ),
    ),
    style,
    measure,
    { header: colors.bold },
  );
}

/** What a reader has to know before trusting the numbers. */
function notesOf(summary: Summary, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const { sources } = summary.capture;
  const lines: string[] = [];
  const note = (text: string, paint: Paint = colors.dim) => {
    for (const line of wrapText(text, widthOf(style), measure, "  ")) lines.push(paint(line));
  };
  const incomplete = sources.filter(({ complete }) => !complete);
  if (incomplete.length > 0) {
    const named = incomplete.map(({ name, error }) => `${name} (${error?.code ?? "unknown"})`).join(", ");
    note(`Incomplete: ${incomplete.length} of ${sources.length} not read to the end: ${named}`, colors.red);
  }
  const dropped = sources.flatMap(droppedPackets);
  if (dropped.length > 0) {
    note(`Dropped by the capturing system, in no sum: ${dropped.join(", ")}`, colors.yellow);
  }
  if (summary.flows.evicted > 0) {
    note(
      `${countOf(summary.flows.evicted, "flow")} ended early because too many were live; no byte is lost.`,
    );
  }
  if (summary.ambiguity !== null) {
    note(
      `Ambiguity ${formatShare(summary.ambiguity, 1)}: bytes that products may have but need not, to bytes attributed.`,
    );
  }
  const { handshakes, names } = summary.evidenceDropped;
  if (handshakes + names > 0) {
    note(
      `Not kept, for want of room: ${countOf(handshakes, "handshake")}, ${countOf(names, "name")}.`,
      colors.yellow,
    );
  }
  const { duplicates } = summary.capture;
  if (duplicates !== null && duplicates.packets > 0) note(duplicateNote(duplicates), colors.yellow);
  const tunnels = Object.entries(summary.capture.tunnels);
  if (tunnels.length > 0) note(tunnelNote(tunnels));
  for (const name of RECORD_WEIRDS) {
    const count = summary.weirds[name] ?? 0;
    if (count > 0) note(`${recordWeirdText(name, count)}.`, colors.yellow);
  }
  const weirds = Object.entries(summary.weirds)
    .filter(([name]) => !isRecordWeird(name))
    .sort(([, a], [, b]) => b - a);
  if (weirds.length > 0) {
    note(`Not decoded because: ${weirds.map(([name, count]) => `${name} ${formatCount(count)}`).join(", ")}`);
  }
  return lines;
}

function duplicateNote({ packets, bytes, acrossNat, leftOut }: DuplicateSummary): string {
  const nat = acrossNat === 0 ? "" : ` (two sides of a NAT: ${formatCount(acrossNat)})`;
  const traffic = `${countOf(packets, "packet")} (${formatBytes(bytes)})`;
  if (leftOut) return `Left out: ${traffic} that had been captured already${nat}.`;
  const [verb, each] = packets === 1 ? ["seems", "it"] : ["seem", "each"];
  return `${traffic} ${verb} to be there twice${nat}; --deduplicate counts ${each} once.`;
}

/** What was looked into: the packets of each kind, and of how many where some counted outside. */
function tunnelNote(tunnels: readonly (readonly [string, TunnelSummary])[]): string {
  if (tunnels.every(([, { inside }]) => inside === 0)) {
    return `Not looked into: ${tunnels.map(([name, { outside }]) => `${name} ${countOf(outside, "packet")}`).join(", ")}`;
  }
  const parts = tunnels.map(([name, { inside, outside }]) => {
    const some = outside === 0 ? "" : `${formatCount(inside)} of `;
    return `${name} ${some}${countOf(inside + outside, "packet")}`;
  });
  return `Looked into: ${parts.join(", ")}`;
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

function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
