/**
 * Questions of a history as SQL, for all who answer them: what dialects have different names for, they bring with them. No name of a
 * result is that of a column, which ClickHouse would take for it.
 */

import { lengthFor } from "../reports/history/history-length.ts";
import type {
  HistoryAnswer,
  HistoryCell,
  HistoryExtent,
  HistoryQuestion,
} from "../reports/history/history-report.ts";

/** What a question has that is no part of the statement's text: whoever asks hands it over as values, or as literals. */
export interface QuestionValues {
  /** Seconds of a bucket; not where nothing is put into buckets. */
  readonly length?: number;
  readonly from?: number;
  readonly to?: number;
  readonly product?: string;
  /** Without the ending of names that devices give themselves, and with it. */
  readonly device?: string;
  readonly localDevice?: string;
  readonly sensor?: string;
}

/** Makes a statement of a question. */
export type MakeStatement = (question: HistoryQuestion, dialect: Dialect) => string;
/** The rows of a statement, which is made in a dialect that hands over the values; those of parts of a history one after the other. */
export type AskRows = (
  make: MakeStatement,
  values: QuestionValues,
) => Promise<readonly Record<string, unknown>[]>;

/** What one database calls it. */
export interface Dialect {
  /** What rows are selected from. */
  readonly source: string;
  /** What is true for each row that counts. */
  readonly conditions: readonly string[];
  /** When a row's bucket begins, in seconds since 1970, as a whole number. */
  readonly seconds: string;
  /** A type of numbers with 53 bits. */
  readonly double: string;
  /** The aggregate that is any one value. */
  readonly anyValue: string;
  /** The aggregate that is a list of all different values. */
  readonly distinct: (column: string) => string;
  readonly lower: string;
  readonly contains: string;
  /** True from a time on, and before a time. */
  readonly since: (from: string) => string;
  readonly before: (to: string) => string;
  /** How a value stands in the statement. */
  readonly value: (name: keyof QuestionValues) => string;
}

/** What rows are added up by, and what those that are added up have in common. */
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

/** How devices end the names that they give themselves (RFC 6762, 3); nobody types it. */
const LOCAL = ".local";

/** Times of buckets have 32 bits in ClickHouse. */
const LAST_SECOND = 4_294_967_295;

/** The values that choose rows. */
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

/** What rows are added up by. */
function keysFor({ by, withGroups }: HistoryQuestion): typeof GROUP_KEYS {
  if (by === "device") return withGroups ? DEVICE_AND_GROUP_KEYS : DEVICE_KEYS;
  return by === "sensor" ? SENSOR_KEYS : GROUP_KEYS;
}

/**
 * The statement of a question: a row for each cell, or several that add up to it. By device an end has what it sent and received; else
 * each byte is sent once, but of one device received as well.
 */
export function statementFor(question: HistoryQuestion, dialect: Dialect): string {
  const { source, conditions, seconds, anyValue, distinct, double, value } = dialect;
  const isByDevice = question.by === "device";
  const isBoth = isByDevice || question.device !== null;
  const sum = (what: string, name: string) => `CAST(sum(${what}) AS ${double}) AS ${name}`;
  const amount = (what: string) => (isBoth ? `sent_${what} + received_${what}` : `sent_${what}`);
  // By device the rest has a row of its own; else it is told what devices did.
  const ofDevices = (what: string) =>
    isByDevice ? what : `CASE WHEN party = 'device' THEN ${what} ELSE 0 END`;
  const { keys, common } = keysFor(question);
  const where = [...conditions, ...choiceOf(question, dialect)];
  const selected = [
    ...keys,
    ...common.map((name) => `${anyValue}(${name}) AS some_${name}`),
    ...(isNarrowed(question) ? [`${distinct("sensor")} AS seen_by`] : []),
    `${seconds} - ${seconds} % ${value("length")} AS bucket`,
    sum(amount("bytes"), "bytes"),
    sum(amount("packets"), "packets"),
    sum("flows", "flows_begun"),
    sum(ofDevices("sent_bytes"), "sent"),
    sum(ofDevices("received_bytes"), "received"),
    sum("retold_bytes", "retold"),
    // What was kept by the hour is of no minute.
    `CAST(max(seconds) AS ${double}) AS longest`,
  ];
  return `SELECT ${selected.join(", ")} FROM ${source}
    ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`} GROUP BY ${keys.join(", ")}, bucket`;
}

/** Whether sensors that have something of the time may have nothing of what is asked for. */
function isNarrowed({ device, product }: HistoryQuestion): boolean {
  return device !== null || product !== null;
}

/** The statement of when what is asked for begins and ends. */
function extentStatement(question: HistoryQuestion, dialect: Dialect): string {
  const { source, conditions, seconds, double } = dialect;
  const where = [...conditions, ...choiceOf(question, dialect)];
  return `SELECT CAST(min(${seconds}) AS ${double}) AS first, CAST(max(${seconds} + seconds) AS ${double}) AS past,
      count(*) AS amount FROM ${source} ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`}`;
}

/** Which rows are asked for: what nobody asks for costs nothing. */
function choiceOf({ from, to, product, device, sensor }: HistoryQuestion, dialect: Dialect): string[] {
  const { since, before, contains, lower, value } = dialect;
  const isDevice = [
    ...["device_id", `${lower}(device_name)`, "device_address"].map((name) => ["device", name] as const),
    ["localDevice", `${lower}(device_name)`] as const,
    // One by one: lists of columns are no operand of IN everywhere.
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
 * Asks; a second time in longer buckets where what was kept is of no shorter ones. `extent`: of the time that is asked about. The
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

/** Of how long a time what is asked about is: names of segments tell, unless it is a part of what they have. */
async function spanOf(
  question: HistoryQuestion,
  { start, end }: HistoryExtent,
  askRows: AskRows,
): Promise<number> {
  if (!isNarrowed(question)) return (end ?? 0) - (start ?? 0);
  // Of several parts of a history, and of none: no rows are no time.
  const found = (await askRows(extentStatement, valuesOf(question))).filter((row) => Number(row.amount) > 0);
  const first = found.reduce((least, row) => Math.min(least, Number(row.first)), Number.POSITIVE_INFINITY);
  return found.reduce((most, row) => Math.max(most, Number(row.past) - first), 0);
}

/** The answer, of the rows that the statement has given. Owned by the caller. */
function answerOf(
  question: HistoryQuestion,
  length: number,
  { sensors, end }: HistoryExtent,
  rows: readonly Record<string, unknown>[],
): HistoryAnswer {
  const cells = rows.map(cellOf);
  const starts = cells.map((cell) => cell.start);
  const seenBy = new Set(rows.flatMap((row) => (row.seen_by ?? []) as string[]));
  const past = starts.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) + length;
  return {
    question,
    everySeconds: length,
    start: cells.length === 0 ? null : starts.reduce((a, b) => Math.min(a, b)),
    end: cells.length === 0 ? null : Math.min(past, end ?? past),
    sensors: isNarrowed(question) ? [...seenBy].sort() : sensors,
    cells,
  };
}

function cellOf(row: Record<string, unknown>): HistoryCell {
  const text = (name: string) => (row[name] ?? null) as string | null;
  // 64 bits are a BigInt, or text.
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
