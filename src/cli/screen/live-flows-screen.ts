/** The drill-down of the live screen: the live flows of one product, and the devices that have them. */
import { type Cell, type Column, layoutTable, wrapText } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";
import { formatBytes, formatCount } from "../../render/render-units.ts";
import type { FlowReport } from "../../reports/flow-report.ts";
import type { LiveFlows } from "../../reports/flows/live-flows.ts";
import type { LiveFrame } from "./live-rows.ts";
import type { ScreenState } from "./live-state.ts";

const DEVICE_COLUMNS: readonly Column[] = [
  { header: "DEVICE", align: "left", shrinksTo: 15 },
  { header: "NAME", align: "left", shrinksTo: 8 },
  { header: "FLOWS".padStart(6), align: "right" },
  { header: "BYTES".padStart(8), align: "right" },
];

const FLOW_COLUMNS: readonly Column[] = [
  { header: "ORIGINATOR", align: "left", shrinksTo: 21 },
  { header: "RESPONDER", align: "left", shrinksTo: 18 },
  { header: "BYTES".padStart(8), align: "right" },
  { header: "SERVER NAME OR PROCESS", align: "left", shrinksTo: 12 },
  { header: "EVIDENCE", align: "left", expendable: 1 },
  { header: "PACKETS", align: "right", expendable: 3 },
  { header: "STATE", align: "left", expendable: 4 },
  { header: "LAST", align: "left", expendable: 2 },
];

/** Devices take at most so much of the room. */
const DEVICE_PART = 1 / 3;
const LEAST_DEVICES = 3;

/** The lines of the view of flows, `room` at most. */
export function flowLines(state: ScreenState, frame: LiveFrame, room: number, drawing: Drawing): string[] {
  const { colors, dash } = drawing;
  const row = frame.rows.find(({ product }) => product === state.product);
  const title =
    row === undefined
      ? `${state.product}`
      : `${row.product} (${row.family}): ${formatBytes(row.rate)}/s, ${formatBytes(row.bytes.estimate)} ` +
        `estimated, ${formatBytes(row.bytes.sole)} ${dash} ${formatBytes(row.bytes.possible)} possible`;
  const lines = wrapText(title, drawing.style.width, drawing.measure).slice(0, 2).map(colors.bold);
  const { flows } = state;
  if (flows === null) return [...lines, "", "Looking through the live flows ..."];
  if (flows.count === 0) return [...lines, "", "No live flow may be this product's now."];
  const devices = Math.max(LEAST_DEVICES, Math.floor(room * DEVICE_PART));
  lines.push("", ...deviceLines(flows, devices, drawing), "");
  const left = room - lines.length - 2;
  return [...lines, ...flowTableLines(flows, state.scroll, left, drawing)];
}

function deviceLines(
  { devices, deviceCount }: LiveFlows,
  most: number,
  { style, measure, colors }: Drawing,
): string[] {
  const rows = devices
    .slice(0, most)
    .map(({ address, name, flows, bytes }) =>
      texts([address, name ?? "", formatCount(flows), formatBytes(bytes)]),
    );
  const lines = layoutTable(DEVICE_COLUMNS, rows, style, measure, { header: colors.bold });
  const more = deviceCount - rows.length;
  return more > 0 ? [...lines, colors.dim(`${formatCount(more)} more devices`)] : lines;
}

function flowTableLines(
  { flows, count }: LiveFlows,
  scroll: number,
  room: number,
  { style, measure, colors }: Drawing,
): string[] {
  const shown = Math.max(1, room);
  const first = Math.max(0, Math.min(scroll, flows.length - 1));
  const part = flows.slice(first, first + shown);
  const range = `live flows ${first + 1} to ${first + part.length} of ${formatCount(count)}, most bytes first`;
  return [
    colors.dim(range),
    ...layoutTable(FLOW_COLUMNS, part.map(flowCells), style, measure, { header: colors.bold }),
  ];
}

function flowCells(flow: FlowReport): Cell[] {
  return texts([
    endText(flow.originator),
    `${endText(flow.responder)}/${flow.transport}`,
    formatBytes(flow.bytes.originator + flow.bytes.responder),
    flow.serverName ?? flow.process ?? "",
    flow.evidence ?? "",
    formatCount(flow.packets.originator + flow.packets.responder),
    flow.tcp ?? "",
    flow.end?.slice(11, 19) ?? "",
  ]);
}

function endText({ address, port }: FlowReport["originator"]): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function texts(values: readonly string[]): Cell[] {
  return values.map((text) => ({ text }));
}
