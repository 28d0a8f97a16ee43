/**
 * Questions of a history, answered by DuckDB, which reads the segments: the only file that knows it. Names, folders and times are
 * handed over as values, never as parts of a statement.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError, systemErrorCode } from "../errors.ts";
import type { HistoryAnswer, HistoryCell, HistoryQuestion } from "../reports/history/history-report.ts";
import { type HistoryContents, readContents } from "./history-contents.ts";
import { DAY_SECONDS, HOUR_SECONDS, startOf } from "./history-folder.ts";

/** What installs it. */
const INSTALL = "npm install @duckdb/node-api@1.5.6-r.1";
/** What stands in memory of a file that is open is more than what is read of it. */
const FILES_AT_ONCE = 500;
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

/** Rows that are in no segment, as the statement is given them. */
const OPEN_ROWS = JSON.stringify([
  {
    start: "BIGINT",
    party: "VARCHAR",
    groupId: "VARCHAR",
    deviceId: "VARCHAR",
    deviceName: "VARCHAR",
    deviceAddress: "VARCHAR",
    class: "VARCHAR",
    products: ["VARCHAR"],
    families: ["VARCHAR"],
    transport: "VARCHAR",
    ports: "VARCHAR",
    service: "VARCHAR",
    protocol: "VARCHAR",
    sentBytes: "BIGINT",
    receivedBytes: "BIGINT",
    sentPackets: "BIGINT",
    receivedPackets: "BIGINT",
    flows: "BIGINT",
    retoldBytes: "BIGINT",
  },
]);

/** Columns that a question may need, as segments have them; in rows of open files in camel case. */
const COLUMNS = [
  "party",
  "group_id",
  "device_id",
  "device_name",
  "device_address",
  "class",
  "products",
  "families",
  "transport",
  "ports",
  "service",
  "protocol",
  "sent_bytes",
  "received_bytes",
  "sent_packets",
  "received_packets",
  "flows",
  "retold_bytes",
] as const;

/**
 * Asks a history. The caller owns the answer.
 *
 * @param load gives DuckDB; the default is the package that is installed
 * @throws InputError `cannot_open` for a folder that is not there; `no_backend` where DuckDB is not installed, with the command
 * that installs it; `cannot_read` for a segment that is none
 */
export async function askHistory(
  folder: string,
  question: HistoryQuestion,
  load: () => Promise<DuckDb> = () => import("@duckdb/node-api"),
): Promise<HistoryAnswer> {
  const duckdb = await loadDuckDb(load);
  const contents = await readContents(folder, question.from ?? undefined);
  // Nothing is fetched from anywhere.
  const options = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" };
  const database = await duckdb.DuckDBInstance.create(":memory:", options);
  const connection = await database.connect();
  try {
    return await answer(new Rows(connection, contents, duckdb), question);
  } catch (cause) {
    // What it says of a file that is cut or of another kind, in its first line.
    const [reason = ""] = cause instanceof Error ? cause.message.split("\n") : [];
    if (!/^(IO|Invalid Input|Invalid|Conversion) Error: /.test(reason)) throw cause;
    throw new InputError("cannot_read", `${folder}: ${reason}`, { source: folder }, cause);
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

async function loadDuckDb(load: () => Promise<DuckDb>): Promise<DuckDb> {
  try {
    return await load();
  } catch (cause) {
    if (!["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes(systemErrorCode(cause) ?? "")) throw cause;
    const message = `a history is read by DuckDB, which is not installed: ${INSTALL}`;
    throw new InputError("no_backend", message, {}, cause);
  }
}

type DuckDb = typeof import("@duckdb/node-api");
type Values = Record<string, string | number>;

/** The rows of a history, as a table that statements can name. */
class Rows {
  readonly contents: HistoryContents;
  readonly #connection: DuckDBConnection;
  readonly #listValue: DuckDb["listValue"];

  constructor(connection: DuckDBConnection, contents: HistoryContents, { listValue }: DuckDb) {
    this.#connection = connection;
    this.contents = contents;
    this.#listValue = listValue;
  }

  /** What a statement selects from `rows`, by parts of them: what it adds up is to be added up again. */
  async select(statement: string, values: Values): Promise<Record<string, unknown>[]> {
    const { segments, rows } = this.contents;
    const answers: Record<string, unknown>[] = [];
    for (let i = 0; i < segments.length; i += FILES_AT_ONCE) {
      const files = segments.slice(i, i + FILES_AT_ONCE).map(({ path }) => escapePattern(path));
      const source = `SELECT epoch_us(start) // 1000000 AS start, ${COLUMNS.join(", ")}
        FROM read_parquet($files, union_by_name := true)`;
      answers.push(...(await this.#run(source, statement, { ...values, files: this.#listValue(files) })));
    }
    if (rows.length > 0) {
      const columns = COLUMNS.map((name) => `r."${camelCase(name)}" AS ${name}`).join(", ");
      const source = `SELECT r.start, ${columns} FROM (SELECT unnest(from_json($rows, $shape)) AS r)`;
      const given = { ...values, rows: JSON.stringify(rows), shape: OPEN_ROWS };
      answers.push(...(await this.#run(source, statement, given)));
    }
    return answers;
  }

  async #run(
    source: string,
    statement: string,
    values: NonNullable<Parameters<DuckDBConnection["runAndReadAll"]>[1]>,
  ): Promise<Record<string, unknown>[]> {
    const result = await this.#connection.runAndReadAll(`WITH rows AS (${source}) ${statement}`, values);
    return result.getRowObjectsJS();
  }
}

/** A path is a pattern for DuckDB: what stands for others in it stands for itself. */
function escapePattern(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Which rows are asked for: what nobody asks for costs nothing. */
function choiceOf({ from, product, device }: HistoryQuestion): string {
  const conditions = [
    ...(from === null ? [] : ["start >= $from"]),
    ...(product === null ? [] : ["list_contains(products, $product)"]),
    ...(device === null ? [] : ["lower($device) IN (device_id, lower(device_name), device_address)"]),
  ];
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}

async function answer(rows: Rows, question: HistoryQuestion): Promise<HistoryAnswer> {
  const { from, product, device } = question;
  const { sensors, start, end } = extentOf(rows.contents, from ?? 0);
  const length = question.everySeconds ?? lengthFor(end - start);
  const values = {
    length,
    ...(from !== null && { from }),
    ...(product !== null && { product }),
    ...(device !== null && { device }),
  };
  const cells = (await rows.select(statementFor(question), values)).map(cellOf);
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

/** Of what time there are rows, as far as names of segments tell, and of which sensors. */
function extentOf({ segments, rows }: HistoryContents, from: number) {
  const sensors = new Set<string>();
  let start = Number.POSITIVE_INFINITY;
  let end = from;
  const add = (sensor: string, first: number, past: number) => {
    if (past <= from) return;
    sensors.add(sensor);
    start = Math.min(start, Math.max(first, from));
    end = Math.max(end, past);
  };
  for (const segment of segments) {
    const first = startOf(segment);
    add(segment.sensor, first, first + (segment.hour === null ? DAY_SECONDS : HOUR_SECONDS));
  }
  for (const { sensor, start: first, seconds } of rows)
    if (first !== null) add(sensor, first, first + seconds);
  return { sensors: [...sensors].sort(), start, end };
}

/** By device an end has what it sent and received; else each byte is sent once, but of one device received as well. */
function statementFor(question: HistoryQuestion): string {
  const isByDevice = question.by === "device";
  const isBoth = isByDevice || question.device !== null;
  const amount = (what: string) => (isBoth ? `sent_${what} + received_${what}` : `sent_${what}`);
  const { keys, common } = isByDevice ? DEVICE_KEYS : GROUP_KEYS;
  // By device the rest has a row of its own; else it is told what devices did.
  const ofDevices = (what: string) =>
    isByDevice ? `sum(${what})` : `coalesce(sum(${what}) FILTER (party = 'device'), 0)`;
  const columns = [...keys, ...common.map((name) => `any_value(${name}) AS ${name}`)].join(", ");
  return `SELECT ${columns}, (start - start % $length::BIGINT)::DOUBLE AS start,
      sum(${amount("bytes")})::DOUBLE AS bytes, sum(${amount("packets")})::DOUBLE AS packets, sum(flows)::DOUBLE AS flows,
      ${ofDevices("sent_bytes")}::DOUBLE AS sent, ${ofDevices("received_bytes")}::DOUBLE AS received,
      sum(retold_bytes)::DOUBLE AS retold
    FROM rows ${choiceOf(question)}
    GROUP BY ${keys.join(", ")}, start - start % $length::BIGINT`;
}

function cellOf(row: Record<string, unknown>): HistoryCell {
  const text = (name: string) => (row[name] ?? null) as string | null;
  const number = (name: string) => row[name] as number;
  return {
    start: number("start"),
    class: text("class") as HistoryCell["class"],
    products: (row.products ?? []) as string[],
    families: (row.families ?? []) as string[],
    transport: text("transport"),
    ports: text("ports"),
    service: text("service"),
    protocol: text("protocol"),
    party: text("party") as HistoryCell["party"],
    deviceId: text("device_id"),
    deviceName: text("device_name"),
    deviceAddress: text("device_address"),
    bytes: number("bytes"),
    sent: number("sent"),
    received: number("received"),
    packets: number("packets"),
    flows: number("flows"),
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
