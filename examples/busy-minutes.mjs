#!/usr/bin/env node
// The busiest minutes and their products, by DuckDB over the Parquet of `summarize --every`.
//   appleflow summarize monday.pcap --every 1m --format parquet --output monday.parquet
//   node busy-minutes.mjs monday.parquet
// The same query in the DuckDB shell: paste the SQL, with the file's name in place of $1.
// A folder of `--history` works too: 'traffic/**/*.parquet'.
import { DuckDBInstance } from "@duckdb/node-api";

const SQL = `
  SELECT strftime(start, '%Y-%m-%d %H:%M') AS minute,
         coalesce(nullif(array_to_string(products, ' or '), ''), class) AS what,
         sum(sent_bytes)::BIGINT AS bytes      -- rows add up: every byte on the wire once
  FROM read_parquet($1)
  WHERE start IS NOT NULL                      -- packets without a time have no minute
  GROUP BY ALL
  ORDER BY bytes DESC, minute, what
  LIMIT 10`;

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: busy-minutes.mjs FILE.parquet");
  process.exit(1);
}
const database = await DuckDBInstance.create();
const connection = await database.connect();
// The file name is passed as a value, not as part of the SQL.
const answer = await connection.runAndReadAll(SQL, [file]);
for (const [minute, what, bytes] of answer.getRows()) console.log(`${minute}\t${what}\t${bytes}`);
