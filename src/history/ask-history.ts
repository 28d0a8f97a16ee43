/**
 * Queries a history through DuckDB, which reads the segments: the only file that depends on DuckDB. Names, folders and times
 * are passed as values, never as parts of a statement.
 */
import { readdirSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError, systemErrorCode } from "../errors.ts";
import type { HistoryAnswer, HistoryExtent, HistoryQuestion } from "../reports/history/history-report.ts";
import { type ContentsChoice, type HistoryContents, readContents } from "./history-contents.ts";
import { DAY_SECONDS, HOUR_SECONDS, startOf } from "./history-folder.ts";
import { answerBy, type Dialect } from "./history-statement.ts";

/** The command that installs it. */
const INSTALL =
  "npm install @duckdb/node-api@1.5.6-r.1 (with --global where appleflow is installed globally)";
/** Limit, as each open file takes memory beyond the rows that are read. */
const FILES_AT_ONCE = 500;
/** The DuckDB dialect. */
const DUCKDB: Dialect = {
  source: "rows",
  conditions: [],
  seconds: "start",
  double: "DOUBLE",
  anyValue: "any_value",
  distinct: (column) => `list(DISTINCT ${column})`,
  lower: "lower",
  contains: "list_contains",
  since: (from) => `start >= ${from}`,
  before: (to) => `start < ${to}`,
  value: (name) => `$${name}${name === "length" ? "::BIGINT" : ""}`,
};

/** Rows that are in no segment, in the form passed to the statement. */
const OPEN_ROWS = JSON.stringify([
  {
    start: "BIGINT",
    seconds: "BIGINT",
    sensor: "VARCHAR",
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

/** Columns that a query may need, as named in segments; in rows of open files they are in camel case. */
const COLUMNS = [
  "sensor",
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
  "seconds",
] as const;

/** Options for reading a folder. */
export interface FolderReading {
  /** Loads DuckDB; default: the installed package. */
  readonly load?: () => Promise<DuckDb>;
  /** Default: the number of processors. */
  readonly threads?: number;
  /** Aborted when the answer is no longer needed. */
  readonly signal?: AbortSignal;
}

/** Loads the installed DuckDB. Rejects if it is not installed. */
export const loadInstalledDuckDb = (): Promise<DuckDb> => import("@duckdb/node-api");

/**
 * Queries a history. The caller owns the answer.
 *
 * @throws InputError `cannot_open` if the folder does not exist; `no_backend` if DuckDB is not installed, with the command
 *   that installs it; `cannot_read` for an invalid segment
 */
export async function askHistory(
  folder: string,
  question: HistoryQuestion,
  { load, threads, signal }: FolderReading = {},
): Promise<HistoryAnswer> {
  const duckdb = await loadDuckDb(load);
  const { from, to, sensor } = question;
  const contents = await contentsOf(folder, {
    ...(from !== null && { from }),
    ...(to !== null && { to }),
    ...(sensor !== null && { sensor }),
  });
  // Never download anything, and read no file twice.
  const options = {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    enable_external_file_cache: "false",
    ...(threads !== undefined && { threads: String(threads) }),
  };
  const database = await duckdb.DuckDBInstance.create(":memory:", options);
  const connection = await database.connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt);
  try {
    return await answer(new Rows(connection, contents, duckdb, signal), question);
  } catch (cause) {
    signal?.throwIfAborted();
    // First line of DuckDB's message about a truncated file or a file of another type.
    const [reason = ""] = cause instanceof Error ? cause.message.split("\n") : [];
    if (!/^(IO|Invalid Input|Invalid|Conversion) Error: /.test(reason)) throw cause;
    throw new InputError("cannot_read", `${folder}: ${reason}`, { source: folder }, cause);
  } finally {
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
    database.closeSync();
  }
}

/** Returns the time span and the sensors of a history. Throws like `askHistory`. */
export async function folderExtent(
  folder: string,
  { load, signal }: FolderReading = {},
): Promise<HistoryExtent> {
  await loadDuckDb(load);
  signal?.throwIfAborted();
  const contents = await contentsOf(folder, {});
  signal?.throwIfAborted();
  return extentOf(contents, null, null);
}

async function contentsOf(folder: string, choice: ContentsChoice): Promise<HistoryContents> {
  const contents = await readContents(folder, choice);
  if (contents.segments.length === 0 && contents.rows.length === 0 && isEmptyOfHistory(folder)) {
    throw new InputError("cannot_open", `${folder}: no history: it has no folders day=YYYY-MM-DD`, {
      source: folder,
    });
  }
  return contents;
}

/** Whether the folder has never contained a history. */
function isEmptyOfHistory(folder: string): boolean {
  return !readdirSync(folder).some((name) => name.startsWith("day=") || name.endsWith(".open.ndjson"));
}

async function loadDuckDb(load = loadInstalledDuckDb): Promise<DuckDb> {
  try {
    return await load();
  } catch (cause) {
    if (!["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes(systemErrorCode(cause) ?? "")) throw cause;
    const message = `reading a history needs DuckDB, which is not installed: ${INSTALL}`;
    throw new InputError("no_backend", message, {}, cause);
  }
}

type DuckDb = typeof import("@duckdb/node-api");
type Values = Record<string, string | number>;

/** The rows of a history, as a table for statements. */
class Rows {
  readonly contents: HistoryContents;
  readonly #connection: DuckDBConnection;
  readonly #listValue: DuckDb["listValue"];
  readonly #signal: AbortSignal | undefined;

  constructor(
    connection: DuckDBConnection,
    contents: HistoryContents,
    { listValue }: DuckDb,
    signal: AbortSignal | undefined,
  ) {
    this.#connection = connection;
    this.contents = contents;
    this.#listValue = listValue;
    this.#signal = signal;
  }

  /** Runs a statement on `rows`, one part of them at a time: the caller has to add up the partial results. */
  async select(statement: string, values: Values): Promise<Record<string, unknown>[]> {
    const { segments, rows } = this.contents;
    const answers: Record<string, unknown>[] = [];
    for (let i = 0; i < segments.length; i += FILES_AT_ONCE) {
      const files = segments.slice(i, i + FILES_AT_ONCE).map(({ path }) => escapePattern(path));
      const source = `SELECT epoch_us(start) // 1000000 AS start, ${COLUMNS.join(", ")}
        FROM read_parquet($files, union_by_name := true, hive_partitioning := false)`;
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
    // Between two statements there is nothing to interrupt.
    this.#signal?.throwIfAborted();
    const result = await this.#connection.runAndReadAll(`WITH rows AS (${source}) ${statement}`, values);
    return result.getRowObjectsJS();
  }
}

/** DuckDB treats paths as patterns; this escapes the special characters. */
function escapePattern(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

async function answer(rows: Rows, question: HistoryQuestion): Promise<HistoryAnswer> {
  const extent = extentOf(rows.contents, question.from, question.to);
  return await answerBy(question, extent, (make, values) =>
    rows.select(make(question, DUCKDB), { ...values }),
  );
}

/** Time span of the rows, as far as names of segments show, in seconds since 1970, and the sensors. */
function extentOf(
  { segments, rows }: HistoryContents,
  from: number | null,
  to: number | null,
): HistoryExtent {
  const [least, most] = [from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY];
  const sensors = new Set<string>();
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  const add = (sensor: string, first: number, past: number) => {
    if (past <= least || first >= most) return;
    sensors.add(sensor);
    start = Math.min(start, Math.max(first, least));
    end = Math.max(end, Math.min(past, most));
  };
  for (const segment of segments) {
    const first = startOf(segment);
    add(segment.sensor, first, first + (segment.hour === null ? DAY_SECONDS : HOUR_SECONDS));
  }
  for (const { sensor, start: first, seconds } of rows)
    if (first !== null) add(sensor, first, first + seconds);
  return sensors.size === 0
    ? { sensors: [], start: null, end: null }
    : { sensors: [...sensors].sort(), start, end };
}
