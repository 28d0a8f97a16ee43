/** The head of the live screen: interfaces, views, throughput, classes of traffic, and the current path. */
import type { Drawing } from "../../render/render-drawing.ts";
import { formatBytes, formatCount, formatDuration } from "../../render/render-units.ts";
import { sparkline } from "./cells.ts";
import { classBar } from "./class-bar.ts";
import { fitParts, type LinePart, spread } from "./fit-parts.ts";
import type { LiveFrame, Speed } from "./live-frame.ts";
import { choiceIn, type Place, ROOT_VIEWS, type RootView, type ScreenState } from "./screen-state.ts";
import { viewIn } from "./views.ts";

/** Number of lines of `headLines`. */
export const HEAD_LENGTH = 5;
const USUAL_COLUMNS = 80;
/** Columns of the sparklines beside "up" and "down", for wide terminals and for others. */
const WIDE = { columns: 120, history: 20 };
const NARROW = { columns: 60, history: 10 };

/** Minimum width of the path. */
const LEAST_WAY = 16;

const NAMES: Readonly<Record<RootView, string>> = {
  products: "Products",
  devices: "Devices",
  connections: "Connections",
  others: "Others",
  reach: "Reach",
};

/** Each is as wide as the terminal. */
export function headLines(state: ScreenState, frame: LiveFrame, drawing: Drawing): string[] {
  const { colors, style, measure } = drawing;
  const { width } = style;
  const line = (left: string, right = "") => spread(left, right, width, measure, style.ascii ? "..." : "…");
  const who = frame.runsAs === null ? "" : `, as ${frame.runsAs}`;
  const names = frame.interfaces.map(({ name, backend }) => `${name} (${backend}${who})`).join(", ");
  const day = width < USUAL_COLUMNS ? "" : `${state.time.slice(0, 10)} `;
  const { notice } = state;
  const bar = classBar(frame, width, drawing);
  const strip = line(fitParts(stripParts(frame, drawing), width, measure));
  return [
    colors.bold(line(`appleflow live  ${names}`, `${day}${state.time.slice(11, 19)}Z`)),
    line(tabs(state, width)),
    lostOf(frame) > 0 ? colors.red(strip) : strip,
    notice === null ? colors.dim(line(bar)) : colors.yellow(line(notice)),
    placeLine(state, line, drawing),
  ];
}

/** The views by their keys, the current one in brackets; only its name if they do not fit. */
function tabs({ places: [{ view }] }: ScreenState, width: number): string {
  const tab = (root: RootView, i: number, isShort: boolean) => {
    if (root === view) return `[${i + 1} ${NAMES[root]}]`;
    return isShort ? ` ${i + 1} ` : ` ${i + 1} ${NAMES[root]} `;
  };
  const line = (isShort: boolean) => ROOT_VIEWS.map((root, i) => tab(root, i, isShort)).join(" ");
  return line(false).length <= width ? line(false) : line(true);
}

function stripParts(frame: LiveFrame, drawing: Drawing): LinePart[] {
  const { directions, bytesPerSecond, packetsPerSecond, liveFlows, elapsedSeconds, received } = frame;
  const speeds =
    directions === null
      ? [{ text: `${formatBytes(bytesPerSecond)}/s`, importance: 0 }]
      : [
          { text: speedText("up", directions.up, drawing), importance: 0 },
          { text: speedText("down", directions.down, drawing), importance: 0 },
        ];
  return [
    ...speeds,
    { text: `${formatCount(packetsPerSecond)} packets/s`, importance: 3 },
    { text: `${formatCount(liveFlows)} flows`, importance: 2 },
    { text: lostText(frame), importance: 1 },
    { text: `${formatCount(received)} received`, importance: 4 },
    { text: formatDuration(Math.round(elapsedSeconds)), importance: 5 },
  ];
}

function speedText(name: string, { rate, history }: Speed, { style }: Drawing): string {
  const number = `${name} ${`${formatBytes(rate)}/s`.padEnd(9)}`;
  const { history: width } = style.width >= WIDE.columns ? WIDE : NARROW;
  if (style.width < NARROW.columns) return number.trimEnd();
  return `${number} ${sparkline(history, width, style.ascii)}`;
}

function lostOf({ droppedByKernel, droppedByInterface, droppedByUs }: LiveFrame): number {
  return (droppedByKernel ?? 0) + (droppedByInterface ?? 0) + droppedByUs;
}

/** Who lost packets, if any were lost. */
function lostText(frame: LiveFrame): string {
  const { droppedByKernel, droppedByInterface, droppedByUs } = frame;
  const lost = lostOf(frame);
  const isKnown = droppedByKernel !== null && droppedByInterface !== null;
  if (lost === 0) return isKnown ? "lost 0" : "lost unknown";
  const parts = [
    [droppedByKernel, "kernel"],
    [droppedByInterface, "interface"],
    [droppedByUs, "app"],
  ] as const;
  const by = parts.flatMap(([count, name]) =>
    count === 0 ? [] : `${count === null ? "?" : formatCount(count)} ${name}`,
  );
  return `lost ${formatCount(lost)} (${by.join(", ")})`;
}

/** The path to the view, its order and filter, and the search. */
function placeLine(
  state: ScreenState,
  line: (left: string, right?: string) => string,
  { colors, style, measure }: Drawing,
): string {
  const { search, order, isReversed, filter } = choiceIn(state);
  if (state.isTyping) return colors.yellow(line(`/${search}_`, "Enter keeps, Esc clears"));
  const view = viewIn(state);
  const way = state.places.map(wordsOf).join(" > ");
  const inverse = isReversed ? ", inverted" : "";
  const marks: LinePart[] = [
    { text: state.isPaused ? "PAUSED" : "", importance: 0 },
    { text: filter === 0 ? "" : (view.filters[filter] ?? ""), importance: 1 },
    { text: search === "" || !view.hasRows ? "" : `/${search}`, importance: 2 },
    { text: view.orders.length === 0 ? "" : `by ${view.orders[order]}${inverse}`, importance: 3 },
  ];
  const right = fitParts(marks, style.width - LEAST_WAY, measure);
  return (state.isPaused ? colors.yellow : colors.bold)(line(way, right));
}

function wordsOf({ view, scope }: Place, depth: number): string {
  const { product, device, service, flow } = scope;
  if (depth === 0) return view === "help" ? "Help" : NAMES[view as RootView];
  switch (view) {
    case "devices":
      return `${product?.name}${product?.claim === "possible" ? " (could be)" : ""}`;
    case "services":
      return device?.label ?? "";
    case "connections":
      return service?.name ?? device?.label ?? product?.name ?? "";
    case "why":
      return flow === undefined ? "" : `${flow.responder.address} port ${flow.responder.port}`;
    default:
      return "Help";
  }
}
