/**
 * `--by device|subnet|vlan`: what each sent and received, by group. Every decoded byte is sent by one row, and received
 * by one.
 */
import type { EndSummary } from "../reports/devices/device-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { type DeviceRow, deviceRows } from "./device-domains.ts";
import { deviceDetail, deviceLabel } from "./device-words.ts";
import { type TableStyle, widthOf, wrapText } from "./render-columns.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { escapeText } from "./render-escape.ts";
import { notesOf, reasonLines } from "./render-notes.ts";
import { wrapParts } from "./render-parts.ts";
import { headOf } from "./render-report.ts";
import { countOf, formatBytes, formatCount } from "./render-units.ts";
import { groupNames } from "./report-sections.ts";

/** Default number of devices. */
const ROWS = 20;
/** Width of a device's name, and of an amount. */
const LONGEST_NAME = 28;
const SHORTEST_NAME = 12;
const AMOUNT = 9;
const GAP = 2;
/** Below this width the services of a device are below its name. */
const LEAST_WHAT = 24;
/** Names are shortened by at most this many columns. */
const GOOD_WHAT = 30;
const WHAT_LINES = 3;
const MOST_NAMED = 6;
const MOST_DOMAINS = 5;
const INDENT = "  ";

/** What has a row: one side of the local network's traffic. */
export type EndGrouping = "device" | "subnet" | "vlan";

/** A row before it is drawn. Texts may be hostile. */
interface Entry extends EndSummary {
  readonly label: string;
  readonly detail: string;
  readonly domains?: DeviceRow["domains"];
}

/** The table; ends with a line end. `top`: null for a default number of rows. */
export function renderDevices(
  summary: Summary,
  by: EndGrouping,
  top: number | null,
  style: TableStyle,
): Promise<string> {
  return drawReport(style, (drawing) => [
    headOf(summary, drawing),
    deviceTable(summary, by, top, drawing),
    [...notesOf(summary, drawing), ...reasonLines(summary, "Not decoded because", drawing)],
  ]);
}

/** The lines of the table only. */
export function deviceTable(
  summary: Summary,
  by: EndGrouping,
  top: number | null,
  drawing: Drawing,
): string[] {
  const { outside, otherDevices } = summary;
  if (outside === null) return ["Devices cannot be distinguished without evidence."];
  const entries = by === "device" ? deviceRows(summary).map(deviceEntry) : networkEntries(summary);
  const names = groupNames(summary);
  const most = top ?? ROWS;
  // A line for one more row says less than that row.
  const shown = entries.slice(0, entries.length <= most + (top === null ? 1 : 0) ? entries.length : most);
  const rest = entries.slice(shown.length);
  const layout = layoutFor(
    shown.map(({ label }) => label),
    drawing,
  );
  const header = layout.line(by.toUpperCase(), "SENT", "RECEIVED", layout.isWide ? "WHAT" : "");
  const lines = [drawing.colors.bold(header.trimEnd())];
  for (const entry of shown) {
    lines.push(...layout.entry(entry.label, entry, entry.detail, whatOf(entry, names)));
    lines.push(...domainLines(entry, layout));
  }
  if (rest.length > 0) lines.push(...layout.entry(countOf(rest.length, `more ${by}`), sumOf(rest), "", []));
  if (otherDevices !== null) {
    const label = `about ${formatCount(otherDevices.addresses)} more addresses`;
    lines.push(...layout.entry(label, otherDevices, "too many to distinguish", []));
  }
  return [...lines, ...layout.entry("outside", outside, "", [])];
}

function deviceEntry(device: DeviceRow): Entry {
  return { ...device, label: deviceLabel(device), detail: deviceDetail(device) };
}

function networkEntries({ networks = [] }: Summary): readonly Entry[] {
  return networks.map((network) => ({
    ...network,
    label: network.network,
    detail: countOf(network.devices, "device"),
  }));
}

/** The groups with the most bytes; groups of one name are merged. */
function whatOf({ groups }: EndSummary, names: ReadonlyMap<string, string>): readonly string[] {
  const bytes = new Map<string, number>();
  for (const { id, sent, received } of groups) {
    const name = names.get(id) ?? "";
    bytes.set(name, (bytes.get(name) ?? 0) + sent + received);
  }
  const sorted = [...bytes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return sorted.map(([name, sum]) => `${name} ${formatBytes(sum)}`);
}

/** As many parts as fit a few lines, and the number of others. */
function whatLines(parts: readonly string[], width: number, measure: Drawing["measure"]): string[] {
  if (parts.length === 0) return [];
  for (let count = Math.min(parts.length, MOST_NAMED); ; count--) {
    const more = parts.length - count;
    const shown = [...parts.slice(0, count), ...(more > 0 ? [`${formatCount(more)} more`] : [])];
    const lines = wrapParts("", shown, width, measure).map((line) => line.trimStart());
    if (lines.length <= WHAT_LINES || count <= 1) return lines.filter((line) => line !== "");
  }
}

function sumOf(ends: readonly EndSummary[]): Pick<EndSummary, "sent" | "received"> {
  const sum = (key: "sent" | "received") => ends.reduce((total, end) => total + end[key], 0);
  return { sent: sum("sent"), received: sum("received") };
}

/** The domains with most of a device's traffic, if requested. */
function domainLines({ domains = [] }: Entry, { width, measure }: Layout): string[] {
  if (domains.every(({ domain }) => domain === null)) return [];
  const more = domains.length - MOST_DOMAINS;
  const parts = domains
    .slice(0, MOST_DOMAINS)
    .map(({ domain, bytes }) => `${domain ?? "no name"} ${formatBytes(bytes)}`);
  return wrapParts(`${INDENT}with`, [...parts, ...(more > 0 ? [`${more} more`] : [])], width, measure);
}

interface Layout {
  readonly width: number;
  readonly measure: Drawing["measure"];
  readonly isWide: boolean;
  line(name: string, sent: string, received: string, what: string): string;
  entry(
    name: string,
    amounts: Pick<EndSummary, "sent" | "received">,
    detail: string,
    what: readonly string[],
  ): string[];
}

/** Positions of the columns. A name that is too long has a line of its own; an amount is never cut. */
function layoutFor(names: readonly string[], { style, measure, colors }: Drawing): Layout {
  const width = widthOf(style);
  const longest = names.reduce((most, name) => Math.max(most, measure(escapeText(name))), SHORTEST_NAME);
  const amounts = 2 * (GAP + AMOUNT);
  const narrow = Math.max(SHORTEST_NAME, width - amounts - GAP - GOOD_WHAT);
  const nameWidth = Math.min(longest, LONGEST_NAME, narrow);
  const left = nameWidth + amounts;
  const isWide = width - left - GAP >= LEAST_WHAT;
  const whatWidth = isWide ? width - left - GAP : width - INDENT.length;
  const pad = (text: string, columns: number) => text + " ".repeat(Math.max(0, columns - measure(text)));
  const line = (name: string, sent: string, received: string, what: string) =>
    `${pad(name, nameWidth)}${sent.padStart(GAP + AMOUNT)}${received.padStart(GAP + AMOUNT)}${" ".repeat(GAP)}${what}`;
  const entry: Layout["entry"] = (name, { sent, received }, detail, what) => {
    const title = wrapText(name, nameWidth, measure);
    const details =
      detail === "" ? [] : wrapText(detail, left - INDENT.length, measure).map((text) => INDENT + text);
    const whats = whatLines(what, whatWidth, measure);
    const block = [...title.slice(1), ...details];
    const first = line(title[0], formatBytes(sent), formatBytes(received), isWide ? (whats[0] ?? "") : "");
    const beside = isWide ? whats.slice(1) : [];
    const lines = [colors.bold(first.slice(0, title[0].length)) + first.slice(title[0].length).trimEnd()];
    for (let i = 0; i < Math.max(block.length, beside.length); i++) {
      const text =
        beside[i] === undefined ? (block[i] ?? "") : `${pad(block[i] ?? "", left + GAP)}${beside[i]}`;
      lines.push(colors.dim(text.trimEnd()));
    }
    if (!isWide) lines.push(...whats.map((text) => colors.dim(INDENT + text)));
    return lines;
  };
  return { width, measure, isWide, line, entry };
}
