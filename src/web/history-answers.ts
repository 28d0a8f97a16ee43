/** What the page is told of a history: the rows of `appleflow history`, laid out for a chart, and what they were weeks before. */
import { type HistoryRow, historyRows } from "../render/history-rows.ts";
import type { HistoryAnswer } from "../reports/history/history-report.ts";
import type { FeedPast, FeedPastArea, FeedPastBefore, FeedPastRow, FeedPastTime } from "./page-feed.ts";

/** Rows with a part of the chart for themselves. */
const MOST_AREAS = 6;
const MOST_ROWS = 1_000;

/** A time earlier, and what it has. */
export interface EarlierAnswer {
  readonly weeks: number;
  readonly from: number;
  readonly to: number;
  readonly answer: HistoryAnswer;
}

/** The answer for the page. `unknown`: what nothing in the history is called. */
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

/** Each byte once: by device it is in the row of who sent it and of who received it. */
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
    // Of a time without any sensor nothing can be said, not even that it was silent.
    total: answer.sensors.length === 0 ? null : totalOf(historyRows(answer), answer),
    begins: start !== null && start > from && start < to ? start : null,
    keptSeconds: answer.everySeconds > everySeconds ? answer.everySeconds : null,
  };
}

/** The rows with what they were; those that are no more stand behind those that are still there. */
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

/** What is the same row at another time: a device may have got another name since. */
function keyOf({ name, class: rowClass, deviceId }: HistoryRow): string {
  return JSON.stringify([deviceId ?? name, rowClass]);
}

/** The areas of a chart, from the bottom up: what is named, the rest of that as one, and the classes that name nothing. */
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
      // What is taken back of one bucket was told in another one.
      bytes: bytes.map((amount) => Math.max(0, amount)),
    };
  };
  const named = rows.filter(({ isNamed }) => isNamed);
  const more = named.slice(MOST_AREAS);
  return [
    ...named.slice(0, MOST_AREAS).map((row) => area(row.name, [row])),
    ...(more.length === 0 ? [] : [area(`${more.length} more`, more, true)]),
    // By device the other ends are those of the same bytes.
    ...rows.filter(({ isNamed }) => !isNamed && question.by !== "device").map((row) => area(row.name, [row])),
  ];
}
