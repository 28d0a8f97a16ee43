/** Reads Parquet files that this program has written. The only file that imports the reader package. */
import type { AsyncBuffer, FileMetaData } from "hyparquet";

/** A row as stored: values by column name, counts as numbers, times as seconds since 1970. */
export type StoredRow = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

const MICROSECONDS = 1_000_000;

/** A Parquet file, read row group by row group. */
export class ParquetFile {
  readonly #package: typeof import("hyparquet");
  readonly #file: AsyncBuffer;
  readonly #metadata: FileMetaData;

  private constructor(parquet: typeof import("hyparquet"), file: AsyncBuffer, metadata: FileMetaData) {
    this.#package = parquet;
    this.#file = file;
    this.#metadata = metadata;
  }

  /** `file`: its length, and access to slices of it. Throws errors of `slice` and of the format. */
  static async open(file: AsyncBuffer): Promise<ParquetFile> {
    const parquet = await import("hyparquet");
    return new ParquetFile(parquet, file, await parquet.parquetMetadataAsync(file));
  }

  /** Returns the file's metadata value of a key; null for none. */
  valueOf(key: string): string | null {
    return this.#metadata.key_value_metadata?.find((pair) => pair.key === key)?.value ?? null;
  }

  /** Yields the rows of each row group. Owned by the caller. */
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
