/** The view of connections: live flows in any order, all of them or those of the opened row. */
import type { Cell } from "../../render/render-columns.ts";
import { formatCount } from "../../render/render-units.ts";
import { productsText } from "../../render/report-words.ts";
import type { FlowEndpoint } from "../../reports/flow-report.ts";
import type { LiveFlow, LiveFlowOrder, LiveFlowQuery, LiveFlows } from "../../reports/flows/live-flows.ts";
import { bytesColumn, countColumn, rateColumn, textColumn } from "./cells.ts";
import type { LiveFrame } from "./live-frame.ts";
import { choiceIn, placeIn, placeOf, type ScreenState } from "./screen-state.ts";
import { type TableColumn, type TableFilter, type TableOrder, tableView } from "./table-view.ts";

/** Maximum number of connections shown. */
const MAX_FLOWS = 500;

type Row = LiveFlow & { readonly rate: number };

const ORDERS: readonly (TableOrder<Row> & { readonly name: LiveFlowOrder | "now" })[] = [
  { name: "now", rank: ({ rate }) => rate },
  { name: "bytes", rank: bytesOf },
  { name: "packets", rank: packetsOf },
  { name: "last", rank: ({ end }) => timeOf(end) },
  { name: "begun", rank: ({ start }) => timeOf(start) },
  { name: "originator", rank: ({ originator }) => originator.address },
  { name: "responder", rank: ({ responder }) => responder.address },
  { name: "port", rank: ({ servicePort }) => servicePort ?? -1 },
  { name: "name", rank: nameOf },
  { name: "product", rank: ({ products, candidates }) => products[0] ?? candidates[0] ?? "" },
  { name: "how", rank: (flow) => flow.evidence ?? flow.class },
];

const CLASSES: readonly (Pick<TableFilter<Row>, "name"> & Pick<LiveFlowQuery, "classes">)[] = [
  { name: "all" },
  { name: "Apple's", classes: ["identified", "apple"] },
  { name: "by port alone", classes: ["listed", "range"] },
  { name: "others'", classes: ["other", "unlisted"] },
];

const COLUMNS: readonly TableColumn<Row>[] = [
  endColumn("RESPONDER", 0, (flow) => flow.responder),
  rateColumn("NOW", 2, ({ rate }) => rate),
  bytesColumn("BYTES", 1, bytesOf),
  textColumn("HOW", 0, howText, { keeps: 18 }),
  endColumn("ORIGINATOR", 3, (flow) => flow.originator),
  textColumn("NAME", 4, nameOf, { shrinksTo: 14 }),
  textColumn(
    "PRODUCT",
    5,
    ({ products, candidates }) => productsText([...products, ...candidates], () => null),
    {
      shrinksTo: 14,
    },
  ),
  textColumn("CLASS", 6, (flow) => flow.class, { shrinksTo: 10 }),
  textColumn("LAST", 7, ({ end }) => end?.slice(11, 19) ?? ""),
  countColumn("PACKETS", 8, packetsOf),
  textColumn("STATE", 9, ({ tcp }) => tcp ?? "", { shrinksTo: 12 }),
];

export const CONNECTION_VIEW = tableView<Row>({
  rows: (state, frame) =>
    (answerIn(state, frame)?.flows ?? guess(state, frame)).map((flow) => ({
      ...flow,
      rate: flow.moved / frame.intervalSeconds,
    })),
  columns: () => COLUMNS,
  orders: ORDERS,
  filters: CLASSES.map(({ name, classes }) => ({
    name,
    isMeant: (flow) => classes === undefined || classes.includes(flow.class),
  })),
  key: keyOf,
  texts: null,
  open: (flow, { scope }) => placeOf("why", { ...scope, flow }),
  empty: (state, frame) =>
    answerIn(state, frame) === null ? "Looking through the live flows ..." : "No such flow is live now.",
  notes: (rows, state, frame) => {
    const answer = answerIn(state, frame);
    if (answer === null) return rows.length === 0 ? [] : ["looking through the live flows ..."];
    const { name } = ORDERS[choiceIn(state).order];
    return answer.count > rows.length && rows.length > 0
      ? [`the first ${formatCount(rows.length)} of ${formatCount(answer.count)} by ${name}`]
      : [];
  },
});

/** The query of the view. */
export function queryOf(state: ScreenState): LiveFlowQuery {
  const { view, scope } = placeIn(state);
  const { order, isReversed, filter, search } = state.choices.connections;
  const { product, device, service } = view === "connections" ? scope : {};
  const { name } = ORDERS[order];
  const { classes } = CLASSES[filter];
  return {
    ...(product !== undefined && { product }),
    ...(device !== undefined && { device: device.id }),
    ...(service !== undefined && { groups: service.groups }),
    ...(classes !== undefined && { classes }),
    ...(search.trim() !== "" && { search }),
    order: name === "now" ? "rate" : name,
    isReversed,
    limit: MAX_FLOWS,
  };
}

/** The query as text: equal queries have equal texts. */
export function queryText(query: LiveFlowQuery): string {
  return JSON.stringify({ ...query, groups: query.groups === undefined ? null : [...query.groups].sort() });
}

/** The answer to exactly this query, from the newest report or a later look-up. */
export function answerIn(state: ScreenState, frame: LiveFrame): LiveFlows | null {
  const text = queryText(queryOf(state));
  if (frame.query === text && frame.flows !== null) return frame.flows;
  return state.looked?.query === text ? state.looked.flows : null;
}

/** Until there is an answer: the available flows that match. */
function guess(state: ScreenState, { flows }: LiveFrame): readonly LiveFlow[] {
  const { product, device, groups, search = "" } = queryOf(state);
  const text = search.trim().toLowerCase();
  return (flows?.flows ?? []).filter((flow) => {
    const { products, candidates, originatorDevice, responderDevice } = flow;
    if (groups !== undefined && !groups.has(flow.group)) return false;
    if (product !== undefined && !(product.claim === "named" ? products : candidates).includes(product.name))
      return false;
    if (device !== undefined && originatorDevice !== device && responderDevice !== device) return false;
    return textsOf(flow).some((one) => one.toLowerCase().includes(text));
  });
}

function textsOf({ originator, responder, serverName, process, products }: LiveFlow): string[] {
  const ends = [originator, responder].flatMap(({ address, port }) => [address, String(port)]);
  return [...ends, serverName ?? "", process ?? "", ...products];
}

/** Unique among live flows. */
function keyOf({ transport, originator, responder }: LiveFlow): string {
  return `${transport} ${originator.address} ${originator.port} ${responder.address} ${responder.port}`;
}

function bytesOf({ bytes }: LiveFlow): number {
  return bytes.originator + bytes.responder;
}

function packetsOf({ packets }: LiveFlow): number {
  return packets.originator + packets.responder;
}

function timeOf(time: string | null): number {
  return time === null ? 0 : Date.parse(time);
}

function nameOf({ serverName, process }: LiveFlow): string {
  return serverName ?? process ?? "";
}

/** The deciding evidence, or that only the port or a range points to it; and the number of products it is one of. */
function howText({ class: name, evidence, reason, products, candidates }: LiveFlow): string {
  const how = evidence ?? reason ?? (name === "range" ? "range" : "port");
  const count = products.length + candidates.length;
  return count > 1 ? `${how}, one of ${count}` : how;
}

function endColumn(header: string, importance: number, of: (flow: Row) => FlowEndpoint): TableColumn<Row> {
  return {
    header,
    align: "left",
    importance,
    shrinksTo: 16,
    keeps: 25,
    cell: (flow) => endCell(of(flow), header === "RESPONDER" ? `/${flow.transport}` : ""),
  };
}

/** If it does not fit, the address is shortened, not the port. */
function endCell({ address, port }: FlowEndpoint, transport: string): Cell {
  return address.includes(":")
    ? { text: `[${address}`, suffix: `]:${port}${transport}` }
    : { text: address, suffix: `:${port}${transport}` };
}
