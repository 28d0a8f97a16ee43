/** The views of services: those that evidence gives to no product, and those of a device. */
import { bytesColumn, countColumn, historyColumn, rateColumn, textColumn } from "./cells.ts";
import { placeIn, placeOf } from "./screen-state.ts";
import { deviceServices, otherServices, type ServiceRow } from "./service-rows.ts";
import { type TableColumn, type TableOrder, type TableSpec, tableView } from "./table-view.ts";

const NAME: TableColumn<ServiceRow> = textColumn("SERVICE", 0, ({ name }) => name, {
  shrinksTo: 12,
  minWidth: 12,
  keeps: 22,
});
const HOW: TableColumn<ServiceRow> = textColumn("HOW", 0, ({ how }) => how, { minWidth: 8, keeps: 16 });
const NOW: TableColumn<ServiceRow> = rateColumn("NOW", 1, ({ rate }) => rate);
const FLOWS: TableColumn<ServiceRow> = countColumn("FLOWS", 4, ({ flows }) => flows);
const CLASS: TableColumn<ServiceRow> = textColumn("CLASS", 6, (row) => row.class);
const NAMES: TableColumn<ServiceRow> = textColumn("SERVER NAMES", 7, ({ names }) => names.join(", "), {
  shrinksTo: 16,
});

const ORDERS: readonly TableOrder<ServiceRow>[] = [
  { name: "now", rank: ({ rate }) => rate },
  { name: "total", rank: ({ bytes }) => bytes },
  { name: "flows", rank: ({ flows }) => flows },
  { name: "service", rank: ({ name }) => name },
  { name: "how", rank: ({ how }) => how },
  { name: "class", rank: (row) => row.class },
];

const COMMON: Pick<TableSpec<ServiceRow>, "key" | "texts" | "open" | "notes"> = {
  key: ({ name }) => name,
  texts: ({ name, how, names, class: flowClass }) => [name, how, flowClass, ...names],
  open: ({ name, groups }, { scope }) => placeOf("connections", { ...scope, service: { name, groups } }),
  notes: () => [],
};

/** Unidentified services. */
export const OTHERS_VIEW = tableView<ServiceRow>({
  ...COMMON,
  rows: (_, frame) => otherServices(frame),
  columns: (_, __, frame, drawing) => [
    NAME,
    NOW,
    historyColumn(5, frame.intervalSeconds, drawing),
    bytesColumn("TOTAL", 2, ({ bytes }) => bytes),
    countColumn("DEVICES", 3, ({ devices }) => devices),
    HOW,
    FLOWS,
    CLASS,
    NAMES,
  ],
  orders: [...ORDERS, { name: "devices", rank: ({ devices }) => devices ?? 0 }],
  filters: [
    { name: "all", isMeant: () => true },
    { name: "by port alone", isMeant: (row) => row.class === "listed" || row.class === "range" },
    { name: "others'", isMeant: (row) => row.class === "other" },
    { name: "no product's", isMeant: (row) => row.class === "unlisted" },
  ],
  empty: () => "Only Apple traffic has been seen so far.",
});

/** All services of a device. */
export const SERVICES_VIEW = tableView<ServiceRow>({
  ...COMMON,
  rows: (state, frame) => {
    const { device } = placeIn(state).scope;
    return device === undefined ? [] : deviceServices(frame, device.id);
  },
  columns: () => [
    NAME,
    NOW,
    bytesColumn("SENT", 3, ({ sent }) => sent),
    bytesColumn("RECEIVED", 2, ({ received }) => received),
    HOW,
    FLOWS,
    CLASS,
    NAMES,
  ],
  orders: [
    ...ORDERS,
    { name: "sent", rank: ({ sent }) => sent },
    { name: "received", rank: ({ received }) => received },
  ],
  filters: [
    { name: "all", isMeant: () => true },
    { name: "Apple's", isMeant: (row) => row.class === "identified" || row.class === "apple" },
    { name: "not identified", isMeant: (row) => row.class !== "identified" && row.class !== "apple" },
  ],
  empty: () => "The device has no such traffic.",
});
