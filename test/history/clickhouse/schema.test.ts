/** The files of packaging/clickhouse/ match what is sent and queried. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DELIVERY_COLUMNS } from "../../../src/history/clickhouse/delivery.ts";
import { BUCKET_TABLE } from "../../../src/tables/bucket-table.ts";

const read = (name: string) => readFileSync(`packaging/clickhouse/${name}`, "utf8");

/** Returns names and types of a table's columns. */
function columnsOf(table: string): string[][] {
  const [, body = ""] = new RegExp(`${table}\\n\\((.*?)\\n\\)`, "s").exec(read("schema.sql")) ?? [];
  return [...body.matchAll(/^ {4}(\w+) (.+?),?$/gm)].map(([, name, type]) => [name, type]);
}

describe("the ClickHouse tables", () => {
  it("have the columns of buckets, nullable where those are", () => {
    const columns = columnsOf("buckets");
    expect(columns.map(([name]) => name).join(", ")).toBe(DELIVERY_COLUMNS);
    const types = new Map(columns.map(([name, type]) => [name, type]));
    for (const { name, type, isNullable } of BUCKET_TABLE.columns) {
      // Part of the key: empty instead of null, or absent.
      const isKey = name === "device_id" || name === "start";
      expect([name, types.get(name)?.startsWith("Nullable")]).toEqual([name, isNullable && !isKey]);
      if (type === "texts") expect([name, types.get(name)]).toEqual([name, "Array(String)"]);
    }
  });

  it("are the only ones that users have rights on, for reading or writing but never both", () => {
    const grants = [...read("users.sql").matchAll(/^GRANT (\w+) ON (\S+) TO (\w+);$/gm)].map(
      ([, ...grant]) => grant,
    );
    expect(grants.sort()).toEqual([
      ["INSERT", "appleflow.buckets", "appleflow_sensor"],
      ["INSERT", "appleflow.segments", "appleflow_sensor"],
      ["SELECT", "appleflow.buckets", "appleflow_reader"],
      ["SELECT", "appleflow.segments", "appleflow_reader"],
    ]);
  });
});
