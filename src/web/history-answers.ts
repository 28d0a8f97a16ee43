/** Results of history queries for the page: the rows of `appleflow history`, arranged for a chart, and those of earlier weeks. */
import { type HistoryRow, historyRows } from "../render/history-rows.ts";
import type { HistoryAnswer } from "../reports/history/history-report.ts";
import type { FeedPast, FeedPastArea, FeedPastBefore, FeedPastRow, FeedPastTime } from "./page-feed.ts";

/** Maximum number of rows with their own area in the chart. */
const MOST_AREAS = 6;
const MOST_ROWS = 1_000;

/** An earlier time, and its traffic. */
export interface EarlierAnswer {
  readonly weeks: number;
  readonly from: number;
  readonly to: number;
  readonly answer: HistoryAnswer;
}

/** The result for the page. `unknown`: names that nothing in the history has. */
export function feedPast(
  time: FeedPastTime,
  answer: HistoryAnswer,
  earlier: EarlierAnswer | null,
  unknown: readonly string[],
): FeedPast {
  const { question, everySeconds, sensors } = answer;
  const rows = historyRows(answer);
  const firstColumn = time.from - (time.from % everySeconds);
  const columns = Math.max(1, Math.ceil((time.to - firstColumn) / everySeconds));
  const compared = comparedRows(rows, earlier);
  return {
    ...time,
    by: question.by,
    everySeconds,
    firstColumn,
    columns,
    areas: areasOf(rows, answer, firstColumn, columns),
    rows: compared.slice(0, MOST_ROWS),
    rowCount: compared.length,
    total: totalOf(rows, answer),
    retold: rows.reduce((sum, { retoldBytes }) => sum + retoldBytes, 0),
    before: earlier === null ? null : beforeOf(time, answer, earlier),
    sensors,
    unknown,
  };
}

/** Each byte once: by device it is in the rows of both sender and receiver. */
function totalOf(rows: readonly HistoryRow[], { question }: HistoryAnswer): number {
  const isTwice = question.by === "device" && question.device === null;
  return rows.reduce((sum, { bytes, sent }) => sum + (isTwice ? sent : bytes), 0);
}

function beforeOf(
  { start }: FeedPastTime,
  { everySeconds }: HistoryAnswer,
  { weeks, from, to, answer }: EarlierAnswer,
): FeedPastBefore {
  return {
    ...{ weeks, from, to },
    // Without any sensor at that time its traffic is unknown, not zero.
    total: answer.sensors.length === 0 ? null : totalOf(historyRows(answer), answer),
    begins: start !== null && start > from && start < to ? start : null,
    keptSeconds: answer.everySeconds > everySeconds ? answer.everySeconds : null,
  };
}

/** The rows with their earlier values; rows that disappeared follow the current ones. */
function comparedRows(rows: readonly HistoryRow[], earlier: EarlierAnswer | null): FeedPastRow[] {
  const isRecorded = earlier !== null && earlier.answer.sensors.length > 0;
  const before = new Map(isRecorded ? historyRows(earlier.answer).map((row) => [keyOf(row), row]) : []);
  const feedRow = ({
    name,
    isNamed,
    class: rowClass,
    deviceId,
    product,
    bytes,
    sent,
    received,
  }: HistoryRow) => ({
    ...{ name, isNamed, class: rowClass, deviceId, product, bytes, sent, received },
  });
  const now = rows.map((row) => {
    const key = keyOf(row);
    const old = before.get(key);
    before.delete(key);
    return { ...feedRow(row), before: isRecorded ? (old?.bytes ?? 0) : null };
  });
  const gone = [...before.values()].map((row) => ({
    ...feedRow(row),
    ...{ bytes: 0, sent: 0, received: 0, before: row.bytes },
  }));
  return [...now, ...gone].sort((a, b) => Number(b.isNamed) - Number(a.isNamed));
}

/** Identity of a row across times: a device may have a new name. */
function keyOf({ name, class: rowClass, deviceId }: HistoryRow): string {
  return JSON.stringify([deviceId ?? name, rowClass]);
}

/** The areas of a chart, from the bottom up: named rows, the rest of them as one, and the classes without a name. */
function areasOf(
  rows: readonly HistoryRow[],
  { question, everySeconds }: HistoryAnswer,
  firstColumn: number,
  columns: number,
): FeedPastArea[] {
  const area = (name: string, of: readonly HistoryRow[], isRest = false): FeedPastArea => {
    const bytes = new Array<number>(columns).fill(0);
    for (const { buckets } of of) {
      for (const bucket of buckets)
        bytes[Math.floor((bucket.start - firstColumn) / everySeconds)] += bucket.bytes;
    }
    const [{ isNamed, class: rowClass }] = of;
    return {
      ...{ name, isNamed, class: rowClass, isRest, total: of.reduce((sum, row) => sum + row.bytes, 0) },
      // Bytes subtracted from one bucket were added to another one.
      bytes: bytes.map((amount) => Math.max(0, amount)),
    };
  };
  const named = rows.filter(({ isNamed }) => isNamed);
  const more = named.slice(MOST_AREAS);
  return [
    ...named.slice(0, MOST_AREAS).map((row) => area(row.name, [row])),
    ...(more.length === 0 ? [] : [area(`${more.length} more`, more, true)]),
    // By device, the other ends have the same bytes again.
    ...rows.filter(({ isNamed }) => !isNamed && question.by !== "device").map((row) => area(row.name, [row])),
  ];
}
