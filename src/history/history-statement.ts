/**
 * Queries of a history as SQL, for all databases: dialects supply the parts that differ. No result has the name of a column,
 * as ClickHouse would confuse the two.
 */

import { lengthFor } from "../reports/history/history-length.ts";
import type {
  HistoryAnswer,
  HistoryCell,
  HistoryExtent,
  HistoryQuestion,
} from "../reports/history/history-report.ts";

/** Values of a question that are not in the text of the statement: each database passes them as values or as literals. */
export interface QuestionValues {
  /** Seconds of a bucket; absent if nothing is put into buckets. */
  readonly length?: number;
  readonly from?: number;
  readonly to?: number;
  readonly product?: string;
  /** Device name without and with the suffix of names that devices announce. */
  readonly device?: string;
  readonly localDevice?: string;
  readonly sensor?: string;
}

/** Creates the statement of a question. */
export type MakeStatement = (question: HistoryQuestion, dialect: Dialect) => string;
/**
 * Returns the rows of a statement, which is created in a dialect that passes the values; for a history in several parts, the
 * rows of each part in sequence.
 */
export type AskRows = (
  make: MakeStatement,
  values: QuestionValues,
) => Promise<readonly Record<string, unknown>[]>;

/** Names and constructs that differ between databases. */
export interface Dialect {
  /** The source of rows. */
  readonly source: string;
  /** Conditions of every row that counts. */
  readonly conditions: readonly string[];
  /** Start of a row's bucket, in whole seconds since 1970. */
  readonly seconds: string;
  /** A number type with 53 bits of precision. */
  readonly double: string;
  /** The aggregate that returns any one value. */
  readonly anyValue: string;
  readonly lower: string;
  readonly contains: string;
  /** Conditions: at or after a time, and before a time. */
  readonly since: (from: string) => string;
  readonly before: (to: string) => string;
  /** How a value is written in the statement. */
  readonly value: (name: keyof QuestionValues) => string;
}

/** Columns to group by, and columns that are equal within a group. */
const GROUP_KEYS = {
  keys: ["group_id", "class"],
  common: ["products", "families", "transport", "ports", "service", "protocol"],
};
const DEVICE_KEYS = { keys: ["party", "device_id"], common: ["device_name", "device_address"] };
const DEVICE_AND_GROUP_KEYS = {
  keys: [...DEVICE_KEYS.keys, ...GROUP_KEYS.keys],
  common: [...DEVICE_KEYS.common, ...GROUP_KEYS.common],
};
const SENSOR_KEYS = { keys: ["sensor"], common: [] };

/** Suffix of the names that devices announce (RFC 6762, 3); users do not type it. */
const LOCAL = ".local";

/** ClickHouse stores times of buckets in 32 bits. */
const LAST_SECOND = 4_294_967_295;

/** Values of the conditions. */
function valuesOf({ from, to, product, device, sensor }: HistoryQuestion): QuestionValues {
  const bare = device?.replace(/\.local$/i, "");
  return {
    ...(from !== null && { from: Math.min(from, LAST_SECOND) }),
    ...(to !== null && { to: Math.min(to, LAST_SECOND) }),
    ...(product !== null && { product }),
    ...(bare !== undefined && { device: bare, localDevice: `${bare}${LOCAL}` }),
    ...(sensor !== null && { sensor }),
  };
}

/** Columns to group by. */
function keysFor({ by, withGroups }: HistoryQuestion): typeof GROUP_KEYS {
  if (by === "device") return withGroups ? DEVICE_AND_GROUP_KEYS : DEVICE_KEYS;
  return by === "sensor" ? SENSOR_KEYS : GROUP_KEYS;
}

/**
 * Creates the statement of a question: it returns one row per cell, or several that add up to it. By device, an end has what
 * it sent and received; otherwise bytes count where they were sent, but for a single device also where they were received.
 */
export function statementFor(question: HistoryQuestion, dialect: Dialect): string {
  const { source, conditions, seconds, anyValue, double, value } = dialect;
  const isByDevice = question.by === "device";
  const isBoth = isByDevice || question.device !== null;
  const sum = (what: string, name: string) => `CAST(sum(${what}) AS ${double}) AS ${name}`;
  const amount = (what: string) => (isBoth ? `sent_${what} + received_${what}` : `sent_${what}`);
  // By device, the rest has a row of its own; otherwise, report what devices did.
  const ofDevices = (what: string) =>
    isByDevice ? what : `CASE WHEN party = 'device' THEN ${what} ELSE 0 END`;
  const { keys, common } = keysFor(question);
  const where = [...conditions, ...choiceOf(question, dialect)];
  const selected = [
    ...keys,
    ...common.map((name) => `${anyValue}(${name}) AS some_${name}`),
    `${seconds} - ${seconds} % ${value("length")} AS bucket`,
    sum(amount("bytes"), "bytes"),
    sum(amount("packets"), "packets"),
    sum("flows", "flows_begun"),
    sum(ofDevices("sent_bytes"), "sent"),
    sum(ofDevices("received_bytes"), "received"),
    sum("retold_bytes", "retold"),
    // Rows kept by the hour cannot be assigned to minutes.
    `CAST(max(seconds) AS ${double}) AS longest`,
  ];
  return `SELECT ${selected.join(", ")} FROM ${source}
    ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`} GROUP BY ${keys.join(", ")}, bucket`;
}

/** Creates the statement that returns the start and end of the selected rows. */
function extentStatement(question: HistoryQuestion, dialect: Dialect): string {
  const { source, conditions, seconds, double } = dialect;
  const where = [...conditions, ...choiceOf(question, dialect)];
  return `SELECT CAST(min(${seconds}) AS ${double}) AS first, CAST(max(${seconds} + seconds) AS ${double}) AS past,
      count(*) AS amount FROM ${source} ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`}`;
}

/** Conditions for the selected rows; absent criteria cost nothing. */
function choiceOf({ from, to, product, device, sensor }: HistoryQuestion, dialect: Dialect): string[] {
  const { since, before, contains, lower, value } = dialect;
  const isDevice = [
    ...["device_id", `${lower}(device_name)`, "device_address"].map((name) => ["device", name] as const),
    ["localDevice", `${lower}(device_name)`] as const,
    // One by one: not every database allows column lists as operands of IN.
  ].map(([given, name]) => `${lower}(${value(given)}) = ${name}`);
  return [
    ...(from === null ? [] : [since(value("from"))]),
    ...(to === null ? [] : [before(value("to"))]),
    ...(product === null ? [] : [`${contains}(products, ${value("product")})`]),
    ...(device === null ? [] : [`(${isDevice.join(" OR ")})`]),
    ...(sensor === null ? [] : [`sensor = ${value("sensor")}`]),
  ];
}

/**
 * Answers a question; queries again with longer buckets if the stored ones are longer. `extent`: of the selected time. The
 * caller owns the answer.
 */
export async function answerBy(
  question: HistoryQuestion,
  extent: HistoryExtent,
  askRows: AskRows,
): Promise<HistoryAnswer> {
  const chosen = valuesOf(question);
  const length = question.everySeconds ?? lengthFor(await spanOf(question, extent, askRows));
  const rows = await askRows(statementFor, { ...chosen, length });
  const longest = rows.reduce((most, row) => Math.max(most, Number(row.longest)), 0);
  if (longest <= length) return answerOf(question, length, extent, rows);
  return answerOf(question, longest, extent, await askRows(statementFor, { ...chosen, length: longest }));
}

/** Time span of the selected rows: taken from names of segments, unless only a part of them is selected. */
async function spanOf(
  question: HistoryQuestion,
  { start, end }: HistoryExtent,
  askRows: AskRows,
): Promise<number> {
  if (question.device === null && question.product === null) return (end ?? 0) - (start ?? 0);
  // One row per part of a history, possibly none: parts without rows have no time.
  const found = (await askRows(extentStatement, valuesOf(question))).filter((row) => Number(row.amount) > 0);
  const first = found.reduce((least, row) => Math.min(least, Number(row.first)), Number.POSITIVE_INFINITY);
  return found.reduce((most, row) => Math.max(most, Number(row.past) - first), 0);
}

/** Builds the answer from the rows of the statement. Owned by the caller. */
function answerOf(
  question: HistoryQuestion,
  length: number,
  { sensors, end }: HistoryExtent,
  rows: readonly Record<string, unknown>[],
): HistoryAnswer {
  const cells = rows.map(cellOf);
  const starts = cells.map((cell) => cell.start);
  const past = starts.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) + length;
  return {
    question,
    everySeconds: length,
    start: cells.length === 0 ? null : starts.reduce((a, b) => Math.min(a, b)),
    end: cells.length === 0 ? null : Math.min(past, end ?? past),
    sensors,
    cells,
  };
}

function cellOf(row: Record<string, unknown>): HistoryCell {
  const text = (name: string) => (row[name] ?? null) as string | null;
  // 64-bit numbers are BigInt, or text.
  const number = (name: string) => Number(row[name]);
  return {
    start: number("bucket"),
    class: text("class") as HistoryCell["class"],
    products: (row.some_products ?? []) as string[],
    families: (row.some_families ?? []) as string[],
    transport: text("some_transport"),
    ports: text("some_ports"),
    service: text("some_service"),
    protocol: text("some_protocol"),
    party: text("party") as HistoryCell["party"],
    deviceId: text("device_id") || null,
    deviceName: text("some_device_name"),
    deviceAddress: text("some_device_address"),
    sensor: text("sensor"),
    bytes: number("bytes"),
    sent: number("sent"),
    received: number("received"),
    packets: number("packets"),
    flows: number("flows_begun"),
    retoldBytes: number("retold"),
  };
}
