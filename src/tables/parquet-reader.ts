/** Reads Parquet files that this program has written: the only file that knows the package which does. */
import type { AsyncBuffer, FileMetaData } from "hyparquet";

/** A row as its file has it: by the names of columns, counts as numbers, times as seconds since 1970. */
export type StoredRow = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

const MICROSECONDS = 1_000_000;

/** A Parquet file that is read row group by row group. */
export class ParquetFile {
  readonly #package: typeof import("hyparquet");
  readonly #file: AsyncBuffer;
  readonly #metadata: FileMetaData;

  private constructor(parquet: typeof import("hyparquet"), file: AsyncBuffer, metadata: FileMetaData) {
    this.#package = parquet;
    this.#file = file;
    this.#metadata = metadata;
  }

  /** `file`: how long it is, and pieces of it. Throws whatever `slice` and the format's errors are. */
  static async open(file: AsyncBuffer): Promise<ParquetFile> {
    const parquet = await import("hyparquet");
    return new ParquetFile(parquet, file, await parquet.parquetMetadataAsync(file));
  }

  /** What the file says of itself under a key; null: nothing. */
  valueOf(key: string): string | null {
    return this.#metadata.key_value_metadata?.find((pair) => pair.key === key)?.value ?? null;
  }

  /** The rows of one row group after the other. Owned by the caller. */
  async *rowGroups(): AsyncGenerator<StoredRow[]> {
    let rowStart = 0;
    for (const { num_rows } of this.#metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      const rows: Record<string, unknown>[] = await this.#package.parquetReadObjects({
        file: this.#file,
        metadata: this.#metadata,
        rowStart,
        rowEnd,
        parsers: { timestampFromMicroseconds: (time) => Number(time) / MICROSECONDS },
      });
      yield rows.map(asNumbers);
      rowStart = rowEnd;
    }
  }
}

function asNumbers(row: Record<string, unknown>): StoredRow {
  const cells = Object.entries(row).map(([name, cell]) => [
    name,
    typeof cell === "bigint" ? Number(cell) : cell,
  ]);
  return Object.fromEntries(cells) as StoredRow;
}
