/**
 * Questions of a history, answered by DuckDB, which reads the segments: the only file that knows it. Names, folders and times are
 * handed over as values, never as parts of a statement.
 */
import { readdirSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError, systemErrorCode } from "../errors.ts";
import type { HistoryAnswer, HistoryExtent, HistoryQuestion } from "../reports/history/history-report.ts";
import { type ContentsChoice, type HistoryContents, readContents } from "./history-contents.ts";
import { DAY_SECONDS, HOUR_SECONDS, startOf } from "./history-folder.ts";
import { answerBy, type Dialect } from "./history-statement.ts";

/** What installs it. */
const INSTALL = "npm install @duckdb/node-api@1.5.6-r.1";
/** What stands in memory of a file that is open is more than what is read of it. */
const FILES_AT_ONCE = 500;
/** How DuckDB says it. */
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

/** Rows that are in no segment, as the statement is given them. */
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

/** Columns that a question may need, as segments have them; in rows of open files in camel case. */
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

/** How DuckDB reads a folder. */
export interface FolderReading {
  /** Gives DuckDB; the package that is installed by default. */
  readonly load?: () => Promise<DuckDb>;
  /** As many as there are processors by default. */
  readonly threads?: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** DuckDB as it is installed. Rejects where it is not. */
export const loadInstalledDuckDb = (): Promise<DuckDb> => import("@duckdb/node-api");

/**
 * Asks a history. The caller owns the answer.
 *
 * @throws InputError `cannot_open` for a folder that is not there; `no_backend` where DuckDB is not installed, with the command
 * that installs it; `cannot_read` for a segment that is none
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
  // Nothing is fetched from anywhere, and no file is read twice.
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
    // What it says of a file that is cut or of another kind, in its first line.
    const [reason = ""] = cause instanceof Error ? cause.message.split("\n") : [];
    if (!/^(IO|Invalid Input|Invalid|Conversion) Error: /.test(reason)) throw cause;
    throw new InputError("cannot_read", `${folder}: ${reason}`, { source: folder }, cause);
  } finally {
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
    database.closeSync();
  }
}

/** Of what time a history has something, and of whom. Throws as `askHistory` does. */
export async function folderExtent(folder: string, { load }: FolderReading = {}): Promise<HistoryExtent> {
  await loadDuckDb(load);
  return extentOf(await contentsOf(folder, {}), null, null);
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

/** Whether nobody ever wrote a history there. */
function isEmptyOfHistory(folder: string): boolean {
  return !readdirSync(folder).some((name) => name.startsWith("day=") || name.endsWith(".open.ndjson"));
}

async function loadDuckDb(load = loadInstalledDuckDb): Promise<DuckDb> {
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

  /** What a statement selects from `rows`, by parts of them: what it adds up is to be added up again. */
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

/** A path is a pattern for DuckDB: what stands for others in it stands for itself. */
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

/** Of what time there are rows, as far as names of segments tell, and of which sensors; in seconds since 1970. */
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
