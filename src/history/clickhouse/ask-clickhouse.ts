/** Queries a history in ClickHouse, with the same statements that DuckDB runs on a folder. */
import {
  type HistoryAnswer,
  type HistoryChoice,
  type HistoryExtent,
  type HistoryQuestion,
  WHOLE_HISTORY,
} from "../../reports/history/history-report.ts";
import { answerBy, type Dialect, type QuestionValues } from "../history-statement.ts";
import { ClickHouseClient } from "./clickhouse-client.ts";
import type { ClickHouseTarget } from "./clickhouse-target.ts";
import { textLiteral, wholeLiteral } from "./sql-literal.ts";

/**
 * Queries the shipped history. The caller owns the answer. Rows that are in no segment yet are missing.
 *
 * @param signal aborted when the answer is no longer needed; its reason is thrown
 * @throws InputError `cannot_read`, `no_permission`, with the server's name and message
 */
export async function askClickHouse(
  target: ClickHouseTarget,
  question: HistoryQuestion,
  signal?: AbortSignal,
): Promise<HistoryAnswer> {
  const client = new ClickHouseClient(target, signal);
  const extent = await extentOf(client, question);
  return await answerBy(question, extent, (make, values) =>
    client.select(make(question, dialectFor(values, question))),
  );
}

/** Returns the time span and the sensors of what was shipped. Throws as above. */
export async function clickHouseExtent(
  target: ClickHouseTarget,
  signal?: AbortSignal,
): Promise<HistoryExtent> {
  return await extentOf(new ClickHouseClient(target, signal), WHOLE_HISTORY);
}

/** The ClickHouse dialect. `FINAL`: rows of a delivery that arrived twice count once. */
function dialectFor(values: QuestionValues, choice: HistoryChoice): Dialect {
  const seconds = "toInt64(toUInt32(start))";
  return {
    source: "buckets FINAL",
    conditions: [`delivery IN (SELECT last FROM (${currentDeliveries(choice)}))`],
    seconds,
    double: "Float64",
    anyValue: "any",
    distinct: (column) => `groupUniqArray(${column})`,
    lower: "lowerUTF8",
    contains: "has",
    since: (time) => `start >= toDateTime(${time})`,
    before: (time) => `start < toDateTime(${time})`,
    value: (name) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? wholeLiteral(value) : textLiteral(value);
    },
  };
}

/** The delivery that counts for each segment in the selection; 0 if none does. */
function currentDeliveries({ from, to, sensor }: HistoryChoice): string {
  const conditions = [
    `end > ${wholeLiteral(from ?? 0)}`,
    ...(to === null ? [] : [`start < ${wholeLiteral(to)}`]),
    ...(sensor === null ? [] : [`sensor = ${textLiteral(sensor)}`]),
  ];
  return `SELECT sensor, start, end, argMax(delivery, version) AS last FROM segments
    WHERE ${conditions.join(" AND ")} GROUP BY origin, day, segment, sensor, start, end`;
}

async function extentOf(client: ClickHouseClient, choice: HistoryChoice): Promise<HistoryExtent> {
  const rows = await client.select(
    `SELECT sensor, min(start) AS first, max(end) AS past FROM (${currentDeliveries(choice)})
      WHERE last != 0 GROUP BY sensor`,
  );
  if (rows.length === 0) return { sensors: [], start: null, end: null };
  const first = rows.reduce((least, row) => Math.min(least, Number(row.first)), Number.POSITIVE_INFINITY);
  const past = rows.reduce((most, row) => Math.max(most, Number(row.past)), 0);
  return {
    sensors: rows.map(({ sensor }) => String(sensor)).sort(),
    start: Math.max(first, choice.from ?? first),
    end: Math.min(past, choice.to ?? past),
  };
}
