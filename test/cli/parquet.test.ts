/** `--format parquet`: the numbers of the other formats, readable by any Parquet reader. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ParquetFile, type StoredRow } from "../../src/tables/parquet-reader.ts";
import { runCli } from "./run-cli.ts";

const CAPTURE = "fixtures/phone-morning.pcapng";
const folder = mkdtempSync(join(tmpdir(), "appleflow-parquet-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function tableOf(...args: readonly string[]): Promise<{ schema: string | null; rows: StoredRow[] }> {
  const file = join(folder, "table.parquet");
  const result = await runCli([...args, "--format", "parquet", "--output", file]);
  expect(result).toMatchObject({ status: 0, stdout: "" });
  const { buffer } = new Uint8Array(readFileSync(file));
  const parquet = await ParquetFile.open(buffer);
  const rows: StoredRow[] = [];
  for await (const group of parquet.rowGroups()) rows.push(...group);
  return { schema: parquet.valueOf("appleflow.schema"), rows };
}

describe("--format parquet", () => {
  it("has a row for each flow, with the columns and cells of the CSV", async () => {
    const { schema, rows } = await tableOf("flows", CAPTURE);
    expect(schema).toBe("appleflow/flows@1");
    const csv = (await runCli(["flows", CAPTURE, "--format", "csv"])).stdout.trimEnd().split("\n");
    expect(rows.length).toBe(csv.length - 1);
    expect(Object.keys(rows[0])).toEqual([...csv[0].split(","), "continues"]);
    const lines = (await runCli(["flows", CAPTURE])).stdout.trimEnd().split("\n");
    for (const [i, line] of lines.entries()) {
      const flow = JSON.parse(line);
      expect(rows[i]).toMatchObject({
        originator_address: flow.originator.address,
        bytes_responder: flow.bytes.responder,
        products: flow.products,
        server_name: flow.serverName,
        community_id: flow.communityId,
      });
      expect(new Date(Number(rows[i].start) * 1000).toISOString().slice(0, 23)).toBe(flow.start.slice(0, 23));
    }
  });

  it("has a row for each group of a summary", async () => {
    const { schema, rows } = await tableOf("summarize", CAPTURE);
    expect(schema).toBe("appleflow/groups@1");
    const { groups } = JSON.parse((await runCli(["summarize", CAPTURE, "--format", "json"])).stdout);
    const asked = (all: readonly { readonly id: unknown; readonly bytes: unknown }[]) =>
      all.map(({ id, bytes }) => [id, bytes]);
    expect(asked(rows as never)).toEqual(asked(groups));
  });

  it("has a row for each bucket, group and end with --every", async () => {
    const { schema, rows } = await tableOf("summarize", CAPTURE, "--every", "10s");
    expect(schema).toBe("appleflow/buckets@1");
    const { capture } = JSON.parse((await runCli(["summarize", CAPTURE, "--format", "json"])).stdout);
    const sent = rows.reduce((sum, row) => sum + Number(row.sent_bytes), 0);
    expect(sent).toBe(capture.bytes);
    expect(new Set(rows.map((row) => Number(row.start) % 10))).toEqual(new Set([0]));
  });

  it("writes a table without rows for an empty result", async () => {
    expect((await tableOf("flows", "fixtures/empty.pcap")).rows).toEqual([]);
  });

  it("is refused on a terminal, and with a grouping", async () => {
    const onTerminal = await runCli(["flows", CAPTURE, "--format", "parquet"], { columns: 80 });
    expect(onTerminal).toMatchObject({ status: 1, stdout: "" });
    expect(onTerminal.stderr).toContain("Parquet cannot be written to a terminal: use --output FILE");
    const grouped = await runCli(["summarize", CAPTURE, "--format", "parquet", "--by", "product"]);
    expect(grouped.status).toBe(1);
    expect(grouped.stderr).toContain("--format parquet cannot be combined with --by");
  });
});
