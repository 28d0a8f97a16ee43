/**
 * Questions of a history as SQL, for all who answer them: what dialects have different names for, they bring with them. No name of a
 * result is that of a column, which ClickHouse would take for it.
 */
import type { HistoryAnswer, HistoryCell, HistoryQuestion } from "../reports/history/history-report.ts";
import { DAY_SECONDS } from "./history-folder.ts";

/** What a question has that is no part of the statement's text: whoever asks hands it over as values, or as literals. */
export interface QuestionValues {
  /** Seconds of a bucket. */
  readonly length: number;
  readonly from?: number;
  readonly product?: string;
  readonly device?: string;
}

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
  readonly lower: string;
  readonly contains: string;
  /** True from a time on. */
  readonly since: (from: string) => string;
  /** How a value stands in the statement. */
  readonly value: (name: keyof QuestionValues) => string;
}

/** Of what time there are rows, and of whom. */
export interface HistoryExtent {
  readonly sensors: readonly string[];
  /** Seconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** Buckets where nobody says how long they are: at most so many. */
const MOST_BUCKETS = 60;
/** Seconds that people can name. */
const LENGTHS = [
  60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600,
  2_592_000,
];

/** What rows are added up by, and what those that are added up have in common. */
const GROUP_KEYS = {
  keys: ["group_id", "class"],
  common: ["products", "families", "transport", "ports", "service", "protocol"],
};
const DEVICE_KEYS = { keys: ["party", "device_id"], common: ["device_name", "device_address"] };

/** The values of a question whose history has this extent. */
function valuesOf(
  { everySeconds, from, product, device }: HistoryQuestion,
  { start, end }: HistoryExtent,
): QuestionValues {
  return {
    length: everySeconds ?? lengthFor(end - start),
    ...(from !== null && { from }),
    ...(product !== null && { product }),
    ...(device !== null && { device }),
  };
}

/**
 * The statement of a question: a row for each cell, or several that add up to it. By device an end has what it sent and received; else
 * each byte is sent once, but of one device received as well.
 */
export function statementFor(question: HistoryQuestion, dialect: Dialect): string {
  const { source, conditions, seconds, anyValue, double, value } = dialect;
  const isByDevice = question.by === "device";
  const isBoth = isByDevice || question.device !== null;
  const sum = (what: string, name: string) => `CAST(sum(${what}) AS ${double}) AS ${name}`;
  const amount = (what: string) => (isBoth ? `sent_${what} + received_${what}` : `sent_${what}`);
  // By device the rest has a row of its own; else it is told what devices did.
  const ofDevices = (what: string) =>
    isByDevice ? what : `CASE WHEN party = 'device' THEN ${what} ELSE 0 END`;
  const { keys, common } = isByDevice ? DEVICE_KEYS : GROUP_KEYS;
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
    // What was kept by the hour is of no minute.
    `CAST(max(seconds) AS ${double}) AS longest`,
  ];
  return `SELECT ${selected.join(", ")} FROM ${source}
    ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`} GROUP BY ${keys.join(", ")}, bucket`;
}

/** Which rows are asked for: what nobody asks for costs nothing. */
function choiceOf({ from, product, device }: HistoryQuestion, dialect: Dialect): string[] {
  const { since, contains, lower, value } = dialect;
  const names = ["device_id", `${lower}(device_name)`, "device_address"];
  // One by one: lists of columns are no operand of IN everywhere.
  const isDevice = names.map((name) => `${lower}(${value("device")}) = ${name}`).join(" OR ");
  return [
    ...(from === null ? [] : [since(value("from"))]),
    ...(product === null ? [] : [`${contains}(products, ${value("product")})`]),
    ...(device === null ? [] : [`(${isDevice})`]),
  ];
}

/**
 * Asks by `select`, which has the rows of the statement for values; a second time in longer buckets where what was kept is of no
 * shorter ones. The caller owns the answer.
 */
export async function answerBy(
  question: HistoryQuestion,
  extent: HistoryExtent,
  select: (values: QuestionValues) => Promise<readonly Record<string, unknown>[]>,
): Promise<HistoryAnswer> {
  const values = valuesOf(question, extent);
  const rows = await select(values);
  const longest = rows.reduce((most, row) => Math.max(most, Number(row.longest)), 0);
  if (longest <= values.length) return answerOf(question, values, extent, rows);
  const longer = { ...values, length: longest };
  return answerOf(question, longer, extent, await select(longer));
}

/** The answer, of the rows that the statement has given. Owned by the caller. */
function answerOf(
  question: HistoryQuestion,
  { length }: QuestionValues,
  { sensors, end }: HistoryExtent,
  rows: readonly Record<string, unknown>[],
): HistoryAnswer {
  const cells = rows.map(cellOf);
  const starts = cells.map((cell) => cell.start);
  return {
    question,
    everySeconds: length,
    start: cells.length === 0 ? null : starts.reduce((a, b) => Math.min(a, b)),
    end: cells.length === 0 ? null : Math.min(starts.reduce((a, b) => Math.max(a, b)) + length, end),
    sensors,
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
    bytes: number("bytes"),
    sent: number("sent"),
    received: number("received"),
    packets: number("packets"),
    flows: number("flows_begun"),
    retoldBytes: number("retold"),
  };
}

/** The shortest length that people can name of which there are not too many. */
function lengthFor(span: number): number {
  return (
    LENGTHS.find((length) => span / length <= MOST_BUCKETS) ??
    Math.ceil(span / MOST_BUCKETS / DAY_SECONDS) * DAY_SECONDS
  );
}
