/** A history by grouping: the rows of an answer, with the traffic of each in every bucket. */
import { FLOW_CLASSES, type FlowClass } from "../evidence/attribution/evidence.ts";
import type {
  HistoryAnswer,
  HistoryCell,
  HistoryGrouping,
  HistoryTraffic,
} from "../reports/history/history-report.ts";
import { restName } from "./named-rows.ts";
import { productsText, serviceText } from "./report-words.ts";
import { NO_ROOM, NOT_DECODED } from "./series-rows.ts";

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** Traffic of one row in one bucket. */
export interface HistoryBucket extends HistoryTraffic {
  /** Seconds since 1970. */
  readonly start: number;
}

/** One row of an answer. */
export interface HistoryRow extends HistoryTraffic {
  /** Hostile text. */
  readonly name: string;
  /** How it is known; null by device and by sensor. `others`: beyond the limit. */
  readonly class: HistoryCell["class"];
  /** By device; null for all others together. */
  readonly deviceId: string | null;
  /** By product: the only one that evidence names; null for several, and for rows without a product. */
  readonly product: string | null;
  /** Whether it is a product, family, service or device; else it stands for all others of a kind. */
  readonly isNamed: boolean;
  /** By time; only buckets with traffic. */
  readonly buckets: readonly HistoryBucket[];
}

const AMOUNTS = ["bytes", "sent", "received", "packets", "flows", "retoldBytes"] as const;

/** The rows: named ones first, by bytes. Rows without traffic are omitted. */
export function historyRows({ question, cells: unsorted }: HistoryAnswer): HistoryRow[] {
  const { by } = question;
  const cells = [...unsorted].sort((a, b) => a.start - b.start);
  const rows = new Map<
    string,
    Changing<HistoryRow> & { readonly moved: Map<number, Changing<HistoryBucket>> }
  >();
  // A device has its latest name.
  const names = new Map(
    cells.flatMap(({ deviceId, deviceName: name }) => (name === null ? [] : [[deviceId, name]])),
  );
  for (const cell of cells) {
    const { name, isNamed } = nameOf({ ...cell, deviceName: names.get(cell.deviceId) ?? null }, by);
    const rowClass = by === "device" ? null : cell.class;
    const key = JSON.stringify([cell.deviceId ?? name, rowClass]);
    const row = rows.get(key) ?? {
      ...{ name, class: rowClass, deviceId: cell.deviceId, product: productOf(cell, by), isNamed },
      ...nothing(),
      buckets: [],
      moved: new Map(),
    };
    rows.set(key, row);
    const bucket = row.moved.get(cell.start) ?? { start: cell.start, ...nothing() };
    row.moved.set(cell.start, bucket);
    for (const amount of AMOUNTS) {
      row[amount] += cell[amount];
      bucket[amount] += cell[amount];
    }
  }
  return [...rows.values()]
    .filter((row) => AMOUNTS.some((amount) => row[amount] !== 0))
    .map(({ moved, ...row }) => ({ ...row, buckets: [...moved.values()].sort((a, b) => a.start - b.start) }))
    .sort(
      (a, b) =>
        Number(b.isNamed) - Number(a.isNamed) || rank(a) - rank(b) || b.bytes - a.bytes || order(a, b),
    );
}

function nothing(): Changing<HistoryTraffic> {
  return { bytes: 0, sent: 0, received: 0, packets: 0, flows: 0, retoldBytes: 0 };
}

function rank({ class: rowClass, isNamed }: HistoryRow): number {
  if (isNamed || rowClass === null) return 0;
  const place = FLOW_CLASSES.indexOf(rowClass as FlowClass);
  return place === -1 ? FLOW_CLASSES.length : place;
}

function order(a: HistoryRow, b: HistoryRow): number {
  return a.name < b.name ? -1 : 1;
}

function productOf({ class: rowClass, products }: HistoryCell, by: HistoryGrouping): string | null {
  const [product = null] = products;
  return by === "product" && rowClass === "identified" && products.length === 1 ? product : null;
}

type Name = Pick<HistoryRow, "name" | "isNamed">;

function nameOf(cell: HistoryCell, by: HistoryGrouping): Name {
  if (by === "device") return deviceName(cell);
  if (by === "sensor") return { name: cell.sensor ?? "", isNamed: true };
  const { class: rowClass, products, families } = cell;
  if (rowClass === null || rowClass === "others") return { name: NO_ROOM, isNamed: false };
  if (rowClass === "not-decoded") return { name: NOT_DECODED, isNamed: false };
  if (by === "service") return { name: serviceName(cell), isNamed: true };
  if (rowClass !== "identified") return { name: restName(rowClass), isNamed: false };
  const [family = null] = families;
  const one = families.length === 1 ? family : null;
  const name =
    by === "family" && families.length > 0 ? families.join(" or ") : productsText(products, () => one);
  return { name, isNamed: true };
}

function serviceName({ transport, ports, service, protocol }: HistoryCell): string {
  const known = {
    transport: transport === "udp" ? "udp" : "tcp",
    ports,
    name: protocol === null ? service : null,
  };
  const text = serviceText({ service: known, ports: [] } as Parameters<typeof serviceText>[0]);
  return protocol === null ? text : `${text} ${protocol}`;
}

/** Hosts beyond the local network; devices beyond the limit; ends that are not distinguished. */
const NOBODY: Readonly<Record<string, string>> = { outside: "(outside)", others: NO_ROOM };

function deviceName({ party, deviceId, deviceName: name, deviceAddress }: HistoryCell): Name {
  if (party !== "device") return { name: NOBODY[party ?? ""] ?? "(of no device)", isNamed: false };
  return { name: name?.replace(/\.local$/, "") ?? deviceAddress ?? deviceId ?? "", isNamed: true };
}
