/** The drill-down of the live screen: the live flows of one product, and the devices that have them. */
import { type Cell, type Column, layoutTable, wrapText } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";
import { formatBytes, formatCount } from "../../render/render-units.ts";
import { productsText } from "../../render/report-words.ts";
import type { FlowReport } from "../../reports/flow-report.ts";
import type { LiveFlows } from "../../reports/flows/live-flows.ts";
import type { LiveFrame, LiveRow } from "./live-rows.ts";
import type { ScreenState } from "./live-state.ts";

const DEVICE_COLUMNS: readonly Column[] = [
  { header: "DEVICE", align: "left", shrinksTo: 15 },
  { header: "NAME", align: "left", shrinksTo: 8 },
  { header: "FLOWS".padStart(6), align: "right" },
  { header: "BYTES".padStart(8), align: "right" },
];

/** How it is known is never left out. */
const FLOW_COLUMNS: readonly Column[] = [
  { header: "ORIGINATOR", align: "left", shrinksTo: 21, expendable: 2 },
  { header: "RESPONDER", align: "left", shrinksTo: 21 },
  { header: "BYTES".padStart(8), align: "right", expendable: 1 },
  { header: "HOW".padEnd(11), align: "left" },
  { header: "SERVER NAME OR PROCESS", align: "left", shrinksTo: 12, expendable: 3 },
  { header: "CLASS", align: "left", expendable: 5 },
  { header: "PRODUCTS", align: "left", shrinksTo: 12, expendable: 4 },
  { header: "PACKETS", align: "right", expendable: 7 },
  { header: "STATE", align: "left", expendable: 8 },
  { header: "LAST", align: "left", expendable: 6 },
];

/** Devices take at most so much of the room. */
const DEVICE_PART = 1 / 3;
const LEAST_DEVICES = 3;

/** The lines of the view of flows, `room` at most. */
export function flowLines(state: ScreenState, frame: LiveFrame, room: number, drawing: Drawing): string[] {
  const { colors } = drawing;
  const row = frame.rows.find(({ product }) => product === state.product);
  const title = row === undefined ? `${state.product}` : titleOf(row);
  const lines = wrapText(title, drawing.style.width, drawing.measure).slice(0, 2).map(colors.bold);
  const { flows } = state;
  if (flows === null) return [...lines, "", "Looking through the live flows ..."];
  if (flows.count === 0) return [...lines, "", NO_FLOWS[state.claim]];
  const devices = Math.max(LEAST_DEVICES, Math.floor(room * DEVICE_PART));
  lines.push("", ...deviceLines(flows, devices, drawing), "");
  const left = room - lines.length - 2;
  const families = new Map(frame.rows.map(({ product, family }) => [product, family]));
  const cells = (flow: FlowReport) => flowCells(flow, (product) => families.get(product) ?? null);
  return [...lines, ...flowTableLines(flows, state, left, cells, drawing)];
}

const NO_FLOWS = {
  named: "Evidence names no live flow as this product's now (c shows those that could be).",
  possible: "No live flow could be this product's by its port now.",
};

/** What the product has in words: what is named before what is only possible. */
function titleOf(row: LiveRow): string {
  const part = row.oneOfBytes === row.namedBytes ? "all of it" : `${formatBytes(row.oneOfBytes)} of it`;
  const oneOf = row.oneOfBytes > 0 ? `, ${part} as one of several` : "";
  const parts = [
    ...(row.claim === "named"
      ? [`${formatBytes(row.rate)}/s, ${formatBytes(row.namedBytes)} by ${row.how}${oneOf}`]
      : []),
    ...(row.possibleBytes > 0 ? [`by port alone at most ${formatBytes(row.possibleBytes)} more`] : []),
  ];
  return `${row.product} (${row.family}): ${parts.join("; ")}`;
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
  { scroll, claim }: ScreenState,
  room: number,
  cellsOf: (flow: FlowReport) => Cell[],
  { style, measure, colors }: Drawing,
): string[] {
  const shown = Math.max(1, room);
  const first = Math.max(0, Math.min(scroll, flows.length - 1));
  const part = flows.slice(first, first + shown);
  const numbers = `${first + 1} to ${first + part.length} of ${formatCount(count)}`;
  const how = claim === "named" ? "named by evidence" : "that could be, by port alone";
  const range = `live flows ${numbers} ${how}, most bytes first`;
  return [
    colors.dim(range),
    ...layoutTable(FLOW_COLUMNS, part.map(cellsOf), style, measure, { header: colors.bold }),
  ];
}

function flowCells(flow: FlowReport, familyOf: (product: string) => string | null): Cell[] {
  // One of the two is empty.
  const products = [...flow.products, ...flow.candidates];
  return [
    endCell(flow.originator, ""),
    endCell(flow.responder, `/${flow.transport}`),
    ...texts([
      formatBytes(flow.bytes.originator + flow.bytes.responder),
      howText(flow, products.length),
      flow.serverName ?? flow.process ?? "",
      flow.class,
      productsText(products, familyOf),
      formatCount(flow.packets.originator + flow.packets.responder),
      flow.tcp ?? "",
      flow.end?.slice(11, 19) ?? "",
    ]),
  ];
}

/** What decided, or that only the port or a range speaks for it; and of how many products it is one. */
function howText({ class: name, evidence }: FlowReport, products: number): string {
  const how = evidence ?? (name === "range" ? "range" : "port");
  return products > 1 ? `${how}, one of ${products}` : how;
}

/** Where there is no room for all of it, the address is shortened, not the port. */
function endCell({ address, port }: FlowReport["originator"], transport: string): Cell {
  return address.includes(":")
    ? { text: `[${address}`, suffix: `]:${port}${transport}` }
    : { text: address, suffix: `:${port}${transport}` };
}

function texts(values: readonly string[]): Cell[] {
  return values.map((text) => ({ text }));
}
