/** Writes rows as Parquet (parquet.apache.org, format 2.x). The only file that imports the writer package. */
import type { KeyValue, SchemaElement, Writer } from "hyparquet-writer";
import type { Cell, Column, ColumnType, TableSchema } from "./table-schema.ts";

/** Receives bytes (borrowed for the call), in order. */
export type WriteBytes = (bytes: Uint8Array) => void;

/** Rows per row group, which are buffered in memory. */
const ROWS_PER_GROUP = 16_384;
/** Metadata key of the schema's name. */
export const SCHEMA_KEY = "appleflow.schema";
const MICROSECONDS = 1_000_000n;

const ELEMENTS: Readonly<Record<Exclude<ColumnType, "texts">, Partial<SchemaElement>>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  count: { type: "INT64" },
  seconds: { type: "INT32" },
  flag: { type: "BOOLEAN" },
  time: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" } },
};

/** A Parquet file being written. */
export class ParquetTable<R> {
  /** Rows added so far. */
  rows = 0;
  readonly #schema: TableSchema<R>;
  readonly #parquet: InstanceType<Package["ParquetWriter"]>;
  readonly #bytes: Writer & { index: number };
  readonly #write: WriteBytes;
  #columns: (bigint | Cell)[][];

  private constructor(
    { ByteWriter, ParquetWriter }: Package,
    schema: TableSchema<R>,
    metadata: Readonly<Record<string, string>>,
    write: WriteBytes,
  ) {
    this.#schema = schema;
    this.#write = write;
    this.#bytes = new ByteWriter();
    const pairs = { [SCHEMA_KEY]: schema.name, ...metadata };
    const kvMetadata: KeyValue[] = Object.entries(pairs).map(([key, value]) => ({ key, value }));
    const elements = [
      { name: "root", num_children: schema.columns.length },
      ...schema.columns.flatMap(elementsOf),
    ];
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: elements,
      kvMetadata,
      createdBy: "appleflow",
    });
    this.#columns = schema.columns.map(() => []);
  }

  /** Begins a file. `metadata`: key-value pairs stored beside the name of its schema. */
  static async begin<R>(
    schema: TableSchema<R>,
    metadata: Readonly<Record<string, string>>,
    write: WriteBytes,
  ): Promise<ParquetTable<R>> {
    return new ParquetTable(await import("hyparquet-writer"), schema, metadata, write);
  }

  /** Adds a row (borrowed for the call); writes a row group when enough are buffered. */
  add(row: R): void {
    for (const [i, { type, get }] of this.#schema.columns.entries())
      this.#columns[i].push(toStoredCell(get(row), type));
    this.rows++;
    if (this.#columns[0].length >= ROWS_PER_GROUP) this.#writeGroup();
  }

  /** Writes the buffered rows and the footer. No more rows may be added. */
  finish(): void {
    // Some readers see no columns in a file without row groups.
    if (this.#columns[0].length > 0 || this.rows === 0) this.#writeGroup();
    this.#parquet.finish();
    this.#flush();
  }

  #writeGroup(): void {
    const { columns } = this.#schema;
    this.#parquet.write({
      columnData: columns.map(({ name }, i) => ({ name, data: this.#columns[i] })),
      rowGroupSize: ROWS_PER_GROUP,
    });
    this.#columns = columns.map(() => []);
    this.#flush();
  }

  #flush(): void {
    this.#write(this.#bytes.getBytes());
    // The writer tracks the position in the file itself.
    this.#bytes.index = 0;
  }
}

type Package = typeof import("hyparquet-writer");

/** Returns the Parquet schema of a column; for a list, its three levels. */
function elementsOf<R>({ name, type, isNullable }: Column<R>): SchemaElement[] {
  const repetition_type = isNullable ? "OPTIONAL" : "REQUIRED";
  if (type !== "texts") return [{ name, repetition_type, ...ELEMENTS[type] }];
  return [
    { name, repetition_type, num_children: 1, converted_type: "LIST" },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "REQUIRED", ...ELEMENTS.text },
  ];
}

/** Converts a cell to its column's type. */
function toStoredCell(cell: Cell, type: ColumnType): Cell {
  if (cell === null || (type !== "count" && type !== "time")) return cell;
  return typeof cell === "string" ? microsecondsOf(cell) : BigInt(cell as number);
}

/** Converts a time in text (RFC 3339 in UTC, up to nine fractional digits) to microseconds since 1970, truncated. */
function microsecondsOf(text: string): bigint {
  const [whole, fraction = ""] = text.slice(0, -1).split(".");
  const seconds = BigInt(Date.parse(`${whole}Z`)) / 1000n;
  return seconds * MICROSECONDS + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}
