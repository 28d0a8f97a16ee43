/** Questions of a history in ClickHouse: those that DuckDB answers of a folder, by the same statements. */
import type { HistoryAnswer, HistoryQuestion } from "../../reports/history/history-report.ts";
import {
  answerBy,
  type Dialect,
  type HistoryExtent,
  type QuestionValues,
  statementFor,
} from "../history-statement.ts";
import { ClickHouseClient } from "./clickhouse-client.ts";
import type { ClickHouseTarget } from "./clickhouse-target.ts";
import { textLiteral, wholeLiteral } from "./sql-literal.ts";

/**
 * Asks what was shipped there. The caller owns the answer. What is in no segment yet is not there.
 *
 * @throws InputError `cannot_read`, `no_permission`, with the server's name and what it says
 */
export async function askClickHouse(
  target: ClickHouseTarget,
  question: HistoryQuestion,
): Promise<HistoryAnswer> {
  const client = new ClickHouseClient(target);
  const from = question.from ?? 0;
  const extent = await extentOf(client, from);
  return await answerBy(question, extent, (values) =>
    client.select(statementFor(question, dialectFor(values, from))),
  );
}

/** How ClickHouse says it. `FINAL`: of a delivery that came twice each row counts once. */
function dialectFor(values: QuestionValues, from: number): Dialect {
  const seconds = "toInt64(toUInt32(start))";
  return {
    source: "buckets FINAL",
    conditions: [`delivery IN (SELECT last FROM (${currentDeliveries(from)}))`],
    seconds,
    double: "Float64",
    anyValue: "any",
    lower: "lowerUTF8",
    contains: "has",
    since: (time) => `start >= toDateTime(${time})`,
    value: (name) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? wholeLiteral(value) : textLiteral(value);
    },
  };
}

/** The delivery that counts for each segment; 0 where none does. */
function currentDeliveries(from: number): string {
  return `SELECT sensor, start, end, argMax(delivery, version) AS last FROM segments
    WHERE end > ${wholeLiteral(from)} GROUP BY origin, day, segment, sensor, start, end`;
}

async function extentOf(client: ClickHouseClient, from: number): Promise<HistoryExtent> {
  const rows = await client.select(
    `SELECT sensor, min(start) AS first, max(end) AS past FROM (${currentDeliveries(from)})
      WHERE last != 0 GROUP BY sensor`,
  );
  const starts = rows.map(({ first }) => Math.max(Number(first), from));
  return {
    sensors: rows.map(({ sensor }) => String(sensor)).sort(),
    start: starts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    end: rows.reduce((end, { past }) => Math.max(end, Number(past)), from),
  };
}
