/** `appleflow ship` and `appleflow history clickhouse://...` with Debian's ClickHouse, started by the test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP } from "../../src/history/roll-up.ts";
import {
  ClickHouseServer,
  READER_PASSWORD,
  SENSOR_PASSWORD,
  whyNoClickHouse,
} from "../support/clickhouse-server.ts";
import { historyFolder } from "../support/history-rows.ts";
import { forgetShipped, manyRows } from "../support/shipped-rows.ts";
import { runCli } from "./run-cli.ts";

/** 2026-11-30T00:00:00Z */
const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;

const missing = whyNoClickHouse();
if (missing !== null) console.info(`skipped: ${missing}`);

describe.skipIf(missing !== null)("a history shipped to ClickHouse", () => {
  let server: ClickHouseServer;
  let folder: string;
  let remove: () => void;
  beforeAll(async () => {
    server = await ClickHouseServer.start();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    ({ folder, remove } = historyFolder());
    await server.empty();
    const store = await HistoryStore.open({
      folder,
      sensor: "lab",
      keep: DEFAULT_KEEP,
      now: () => MIDNIGHT * 1000,
    });
    await store.append(manyRows(MIDNIGHT, 2 * 60, 2));
    await store.finish();
    store.close();
  });
  afterEach(() => remove());

  it("can be queried on the command line, whose messages never contain the password", async () => {
    const url = server.url("appleflow_sensor");
    const place = url.replace("appleflow_sensor@", "");
    const password = (value: string) => ({ env: { APPLEFLOW_CLICKHOUSE_PASSWORD: value } });
    const file = join(folder, "password");
    writeFileSync(file, `${SENSOR_PASSWORD}\n`);
    expect(await runCli(["ship", folder, url, "--password-file", file])).toEqual({
      status: 0,
      stdout: `sent 2 segments with 240 rows to ${place}; nothing waits\n`,
      stderr: "",
    });
    const again = await runCli(["ship", folder, url, "--format", "json"], password(SENSOR_PASSWORD));
    expect(JSON.parse(again.stdout)).toMatchObject({
      schema: "appleflow/ship@1",
      sentSegments: 0,
      trouble: null,
    });
    const asked = ["history", "--by", "device", "--format", "csv"];
    const ours = await runCli([...asked, folder]);
    const theirs = await runCli([...asked, server.url("appleflow_reader")], password(READER_PASSWORD));
    expect(theirs).toEqual({ ...ours, status: 0, stderr: "" });
    const secret = "not the right one";
    for (const [args, status, message] of [
      [
        ["ship", folder, server.url("appleflow_sensor").replace("@", `:${encodeURIComponent(secret)}@`)],
        6,
        "the user or password is wrong",
      ],
      [["history", url.replace("/appleflow", "/nowhere")], 1, "lacks the permission"],
      [["history", `clickhouse://u:${encodeURIComponent(secret)}@[::1/x`], 1, "an invalid URL"],
      [["ship", join(folder, "nowhere"), url], 1, "no such file"],
      [["ship", folder, "http://127.0.0.1/x"], 1, "another kind of address"],
    ] as const) {
      forgetShipped(folder);
      const result = await runCli(args, password(secret));
      expect({ args, status: result.status }).toEqual({ args, status });
      expect(result.stderr).toContain(message);
      for (const text of [secret, encodeURIComponent(secret), "    at "])
        expect(result.stderr).not.toContain(text);
    }
  });

  it("is followed over TLS: pending segments are reported while the server is down, and sent when it returns", async () => {
    await server.kill();
    const url = server
      .url("appleflow_sensor")
      .replace("clickhouse:", "clickhouses:")
      .replace(`:${server.port}/`, `:${server.tlsPort}/`);
    const follow = (certificate: string) =>
      spawn(
        process.execPath,
        ["dist/cli/main.cjs", "ship", folder, url, "--follow", "--interval", "0.2", "--format", "json"],
        {
          env: {
            ...process.env,
            APPLEFLOW_CLICKHOUSE_PASSWORD: SENSOR_PASSWORD,
            NODE_EXTRA_CA_CERTS: certificate,
          },
        },
      );
    const child = follow(server.certificate);
    const ended = once(child, "close");
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value);
    expect(await next()).toMatchObject({
      waitingSegments: 2,
      sentSegments: 0,
      trouble: expect.stringContaining("nothing is listening there"),
    });
    await server.start();
    let line = await next();
    while (line.sentSegments === 0) line = await next();
    expect(line).toMatchObject({ sentSegments: 2, sentRows: 240, waitingSegments: 0, trouble: null });
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    // A server without a trusted certificate receives nothing.
    forgetShipped(folder);
    const other = follow("");
    const [text] = await once(other.stdout, "data");
    other.kill("SIGKILL");
    expect(JSON.parse(text)).toMatchObject({
      waitingSegments: 2,
      trouble: expect.stringContaining("its certificate is self-signed"),
    });
  });
});
