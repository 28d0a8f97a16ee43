/** How far logs are read before they are merged, and when reading ends. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readLog } from "../../src/engine/read-logs.ts";
import { Session } from "../../src/engine/session.ts";
import { summarize } from "../../src/engine/summarize.ts";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { zeekJson } from "../support/zeek-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "read-logs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const EVENT = { timestamp: "2026-01-31T10:00:00Z", event_type: "stats", stats: { text: "x".repeat(1000) } };

/** 4 MiB of Suricata events without flows. */
function writeStats(): string {
  const file = join(folder, "eve.json");
  writeFileSync(file, `${JSON.stringify(EVENT)}\n`.repeat(4000));
  return file;
}

/** A connection that ended before these events. */
function writeConnection(): string {
  const ends = {
    "id.orig_h": "192.0.2.7",
    "id.orig_p": 50123,
    "id.resp_h": "198.51.100.9",
    "id.resp_p": 443,
  };
  const row = { ts: 1764576000, uid: "C1", ...ends, proto: "tcp", conn_state: "SF", orig_pkts: 1 };
  const file = join(folder, "conn.log");
  writeFileSync(file, zeekJson([row]));
  return file;
}

describe("a log that begins without flows", () => {
  it("is opened when the others have reached the time of its events", async () => {
    const inputs = [writeStats(), writeConnection()];
    const steps: number[] = [];
    const { capture } = await summarize(inputs, { onProgress: ({ bytesRead }) => steps.push(bytesRead) });
    expect(capture.flowRecords?.records).toBe(1);
    expect(steps[0]).toBe(statSync(inputs[1]).size);
  });

  it("can be interrupted", async () => {
    const ending = new AbortController();
    setImmediate(() => ending.abort());
    const { capture } = await summarize([writeStats()], { signal: ending.signal });
    expect(capture.sources[0].error?.code).toBe("interrupted");
  });
});

it("an input that is no log is closed", async () => {
  const services = loadServiceTable();
  const session = new Session({ services, rules: loadEvidenceRules(services) }, {}, []);
  let isClosed = false;
  const bytes = {
    name: "x",
    totalBytes: null,
    bytesRead: 0,
    read: () => 0,
    close: async () => {
      isClosed = true;
    },
  };
  const steps = readLog(session, { bytes, first: new Uint8Array(4), unpacker: null }, 0, null);
  expect(await steps.next()).toEqual({ done: true, value: undefined });
  expect(isClosed).toBe(true);
});
