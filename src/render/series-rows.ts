/** Totals over time by grouping: the rows of a report, with the traffic of each in every bucket. */
import type { FlowClass } from "../evidence/attribution/evidence.ts";
import type { Series } from "../reports/series/series-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../reports/traffic/traffic-sum.ts";
import { deviceLabel } from "./device-words.ts";
import { namedRows, rowNames } from "./named-rows.ts";

/** Groupings of totals over time. */
export type SeriesGrouping = "product" | "family" | "device";

/** A row of totals over time. Each byte is in one row; by device, traffic between two devices is in both. */
export interface SeriesRow {
  /** May contain hostile text. */
  readonly name: string;
  /** For products and families: how it is known; null without a class, and for devices. */
  readonly class: FlowClass | null;
  /** Whether it is a product, family or device; else it stands for all others of a kind. */
  readonly isNamed: boolean;
  /** By position of the bucket in the series; for devices only `bytes`. */
  readonly moved: ReadonlyMap<number, TrafficSum>;
}

/** The name of what was not decoded. */
export const NOT_DECODED = "(not decoded)";
/** Name of what exceeded the limit. */
export const NO_ROOM = "(no room to tell)";

/** The rows, in report order; rows without traffic are omitted. */
export function seriesRows(summary: Summary, series: Series, by: SeriesGrouping): SeriesRow[] {
  return by === "device" ? deviceSeries(summary, series) : namedSeries(summary, series, by);
}

function namedSeries(summary: Summary, { buckets }: Series, by: "product" | "family"): SeriesRow[] {
  const rows = new Map<string, Map<number, TrafficSum>>();
  const nameOf = rowNames(summary, by);
  const names = new Map(summary.groups.map((group) => [group.id, nameOf(group)]));
  for (const [place, { groups, others, notDecoded }] of buckets.entries()) {
    for (const group of groups) addTraffic(cellOf(rows, names.get(group.id) ?? NO_ROOM, place), group);
    if (others !== null) addTraffic(cellOf(rows, NO_ROOM, place), others);
    if (notDecoded.packets > 0) addTraffic(cellOf(rows, NOT_DECODED, place), { flows: 0, ...notDecoded });
  }
  const all = [...namedRows(summary, by), { name: NO_ROOM, class: null }, { name: NOT_DECODED, class: null }];
  return all.flatMap(({ name, class: flowClass }) => {
    const moved = rows.get(name);
    return moved === undefined
      ? []
      : [{ name, class: flowClass, isNamed: flowClass === "identified", moved }];
  });
}

function deviceSeries({ devices }: Summary, { buckets }: Series): SeriesRow[] {
  const rows = new Map<string, Map<number, TrafficSum>>();
  for (const [place, { devices: ends, outside, otherDevices }] of buckets.entries()) {
    const all = [
      ...ends,
      ...(outside === null ? [] : [{ ...outside, id: OUTSIDE }]),
      ...(otherDevices === null ? [] : [{ ...otherDevices, id: OTHERS }]),
    ];
    for (const { id, sent, received } of all) cellOf(rows, id, place).bytes += sent + received;
  }
  const named = devices.map((device) => ({ id: device.id, name: deviceLabel(device), isNamed: true }));
  const others = [
    { id: OTHERS, name: NO_ROOM, isNamed: false },
    { id: OUTSIDE, name: "(outside)", isNamed: false },
  ];
  return [...named, ...others].flatMap(({ id, name, isNamed }) => {
    const moved = rows.get(id);
    return moved === undefined ? [] : [{ name, class: null, isNamed, moved }];
  });
}

/** Replaces the id of a device. */
const OUTSIDE = "outside";
const OTHERS = "others";

function cellOf(rows: Map<string, Map<number, TrafficSum>>, key: string, place: number): TrafficSum {
  let row = rows.get(key);
  if (row === undefined) {
    row = new Map();
    rows.set(key, row);
  }
  const known = row.get(place);
  if (known !== undefined) return known;
  const cell = noTraffic();
  row.set(place, cell);
  return cell;
}
