/** Results as Parquet: for files and pipes, which take bytes. */
import { ParquetTable } from "../tables/parquet-writer.ts";
import type { TableSchema } from "../tables/table-schema.ts";
import { type Environment, UsageError } from "./environment.ts";
import { isOutputFile, type ResultOutput } from "./output-file.ts";

/** The choice of `--format`. */
export const PARQUET = "parquet";

/** Refuses a terminal. Throws `UsageError`. */
export function checkParquet(
  { format, output }: { readonly format: string; readonly output?: string },
  { stdout }: Environment,
): void {
  if (format === PARQUET && stdout.isTTY && !isOutputFile(output)) {
    throw new UsageError("Parquet cannot be written to a terminal: use --output FILE, or a pipe");
  }
}

/** Writes rows as a whole file. */
export async function writeParquet<R>(
  schema: TableSchema<R>,
  rows: Iterable<R>,
  write: ResultOutput["write"],
): Promise<void> {
  const table = await ParquetTable.begin(schema, {}, write);
  for (const row of rows) table.add(row);
  table.finish();
}
