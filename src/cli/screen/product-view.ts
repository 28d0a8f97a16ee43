/** The view of products: those that evidence names, or those that only a port allows. */
import type { Cell } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";
import { formatBytes, formatCount } from "../../render/render-units.ts";
import { bytesColumn, countColumn, historyColumn, rateColumn, textColumn } from "./cells.ts";
import { type LiveFrame, ONE_OF_MARK, type ProductRow } from "./live-frame.ts";
import { choiceIn, placeOf } from "./screen-state.ts";
import { type TableColumn, tableView } from "./table-view.ts";

/** The number of the filter for products that only a port allows. */
const POSSIBLE = 1;

/** A product with the amounts of the filter: named or possible. */
interface Row extends ProductRow {
  readonly bytes: number;
  readonly flows: number;
  readonly devices: number | null;
}

export const PRODUCT_VIEW = tableView<Row>({
  rows: (state, { products }) => products.map(choiceIn(state).filter === POSSIBLE ? possibleRow : namedRow),
  columns: (_, { filter }, frame, drawing) =>
    filter === POSSIBLE ? POSSIBLE_COLUMNS : namedColumns(frame, drawing),
  orders: [
    { name: "now", rank: ({ rate }) => rate },
    { name: "total", rank: ({ bytes }) => bytes },
    { name: "devices", rank: ({ devices }) => devices ?? 0 },
    { name: "flows", rank: ({ flows }) => flows },
    { name: "product", rank: ({ product }) => product },
    { name: "how", rank: ({ how }) => how },
    { name: "family", rank: ({ family }) => family },
  ],
  filters: [
    { name: "named", isMeant: ({ claim }) => claim === "named" },
    { name: "could be", isMeant: ({ possibleFlows }) => possibleFlows > 0 },
  ],
  key: ({ product }) => product,
  texts: ({ product, family, how }) => [product, family, how],
  open: ({ product }, { scope }, { filter }, { devices }) => {
    const claim = filter === POSSIBLE ? "possible" : "named";
    const next = { ...scope, product: { name: product, claim } } as const;
    return placeOf(devices.length === 0 ? "connections" : "devices", next);
  },
  empty: (state) =>
    choiceIn(state).filter === POSSIBLE
      ? "No port seen is listed for a product."
      : "No product has been named yet.",
  notes: (rows, state, frame) => {
    const { filter, search } = choiceIn(state);
    const notes =
      filter === POSSIBLE ? [POSSIBLE_TEXT] : [oneOfText(rows), unknownProductText(frame, search)];
    return [...notes, filter === POSSIBLE ? "" : hiddenText(frame)].filter((note) => note !== "");
  },
});

function namedRow(row: ProductRow): Row {
  return { ...row, bytes: row.namedBytes, flows: row.namedFlows, devices: row.namedDevices };
}

/** Rates contain none of it. */
function possibleRow(row: ProductRow): Row {
  return {
    ...row,
    rate: 0,
    bytes: row.possibleBytes,
    flows: row.possibleFlows,
    devices: row.possibleDevices,
  };
}

const POSSIBLE_TEXT = "A port on Apple's list allows these, without evidence: rows overlap.";

function namedColumns(frame: LiveFrame, drawing: Drawing): TableColumn<Row>[] {
  return [
    { ...NAME, header: "PRODUCT" },
    rateColumn("NOW", 1, ({ rate }) => rate),
    historyColumn(3, frame.intervalSeconds, drawing),
    bytesColumn("TOTAL", 2, ({ bytes }) => bytes),
    countColumn("DEVICES", 4, ({ devices }) => devices),
    textColumn("HOW", 0, ({ how }) => how, { minWidth: 12, keeps: 18 }),
    countColumn("FLOWS", 5, ({ flows }) => flows),
    {
      ...bytesColumn("ONE OF", 6, ({ oneOfBytes }: Row) => oneOfBytes),
      cell: ({ oneOfBytes }) => ({ text: oneOfBytes > 0 ? formatBytes(oneOfBytes) : "" }),
    },
    textColumn("FAMILY", 7, ({ family }) => family, { shrinksTo: 12 }),
  ];
}

const NAME: TableColumn<Row> = {
  ...textColumn<Row>("", 0, ({ product }) => product, { shrinksTo: 10, keeps: 20 }),
  cell: nameCell,
};

const POSSIBLE_COLUMNS: readonly TableColumn<Row>[] = [
  { ...NAME, header: "COULD BE" },
  bytesColumn("AT MOST", 1, ({ bytes }) => bytes),
  bytesColumn("ALONE", 2, ({ possibleOnlyBytes }) => possibleOnlyBytes),
  countColumn("DEVICES", 4, ({ devices }) => devices),
  textColumn("HOW", 0, () => "port", { minWidth: 4 }),
  countColumn("FLOWS", 3, ({ flows }) => flows),
  textColumn("FAMILY", 5, ({ family }) => family, { shrinksTo: 12 }),
];

function nameCell(row: ProductRow, { style, colors }: Drawing): Cell {
  const marks = `${row.kind === "generic" ? "*" : ""}${row.hasEnded ? (style.ascii ? "~" : "†") : ""}`;
  const isPlain = row.kind === "apple" && !row.hasEnded;
  return {
    text: row.product,
    suffix: marks === "" ? "" : ` ${marks}`,
    ...(isPlain ? {} : { paint: colors.dim }),
  };
}

/** Traffic that the head counts as Apple's and that has no row in the table. */
function unknownProductText({ unknownProductBytes }: LiveFrame, search: string): string {
  if (unknownProductBytes === 0 || search !== "") return "";
  return `Apple's, product unknown: ${formatBytes(unknownProductBytes)}`;
}

function oneOfText(rows: readonly ProductRow[]): string {
  return rows.some(({ how }) => how.endsWith(ONE_OF_MARK))
    ? `${ONE_OF_MARK} one of several products: these rows overlap`
    : "";
}

function hiddenText({ products }: LiveFrame): string {
  const hidden = products.filter(({ claim }) => claim === "possible").length;
  return hidden === 0 ? "" : `${formatCount(hidden)} more are possible by port alone (f)`;
}
