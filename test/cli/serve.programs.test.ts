/** The built `appleflow serve`: the numbers of `history`, a signal, and a server that goes down meanwhile. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseClickHouseUrl } from "../../src/history/clickhouse/clickhouse-target.ts";
import { Shipper } from "../../src/history/clickhouse/shipper.ts";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP } from "../../src/history/roll-up.ts";
import type { FeedPast } from "../../src/web/page-feed.ts";
import { askedPage, printedUrl } from "../support/asked-page.ts";
import {
  ClickHouseServer,
  READER_PASSWORD,
  SENSOR_PASSWORD,
  whyNoClickHouse,
} from "../support/clickhouse-server.ts";
import { historyFolder } from "../support/history-rows.ts";
import { manyRows } from "../support/shipped-rows.ts";

const PROGRAM = "dist/cli/main.cjs";
/** The start of an hour, some hours ago. */
const START = Math.floor(Date.now() / 3_600_000) * 3600 - 2 * 3600;

let folder: string;
let remove: () => void;
const children: ChildProcess[] = [];
beforeEach(async () => {
  ({ folder, remove } = historyFolder());
  const now = () => START * 1000;
  const store = await HistoryStore.open({ folder, sensor: "lab", keep: DEFAULT_KEEP, now });
  await store.append(manyRows(START, 2 * 60, 3));
  await store.finish();
  store.close();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  remove();
});

async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [PROGRAM, "serve", ...args], { env: { ...process.env, ...env } });
  children.push(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      printed += chunk;
    });
  }
  const hasEnded = () => child.exitCode !== null;
  const url = await printedUrl({ text: () => printed, hasEnded, wait: () => pause(20) });
  return { child, ...(await askedPage(url)) };
}

/** Returns the rows of `history` as JSON. */
function toldRows(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout } = spawnSync(process.execPath, [PROGRAM, "history", ...args, "--format", "json"], {
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return JSON.parse(stdout).rows.map(numbersOf);
}

type Row = {
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly received: number;
};
const numbersOf = ({ name, bytes, sent, received }: Row) => [name, bytes, sent, received];

describe("appleflow serve, given a folder,", () => {
  it("shows the numbers of history, and ends on SIGTERM", async () => {
    const { child, url, json } = await serve([folder]);
    for (const by of ["product", "device"]) {
      const { rows } = await json<FeedPast>(`/api/history?range=24h&by=${by}`);
      expect(rows.length).toBeGreaterThan(2);
      expect(rows.map(numbersOf)).toEqual(toldRows([folder, "--by", by]));
    }
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow();
  });
});

const missing = whyNoClickHouse();
if (missing !== null) console.info(`skipped: ${missing}`);

describe.skipIf(missing !== null)("appleflow serve, given a ClickHouse URL,", () => {
  let server: ClickHouseServer;
  beforeAll(async () => {
    server = await ClickHouseServer.start();
  });
  afterAll(() => server?.stop());

  it("shows the numbers of history, reports that the server is down, and recovers with it", async () => {
    const target = parseClickHouseUrl(server.url("appleflow_sensor"), SENSOR_PASSWORD);
    const now = () => START * 1000;
    await new Shipper({ folder, target, keepDays: null, maxSpoolBytes: null, now }).pass();
    const reader = server.url("appleflow_reader");
    const env = { APPLEFLOW_CLICKHOUSE_PASSWORD: READER_PASSWORD };
    const { ask, json } = await serve([reader], env);
    const path = "/api/history?range=24h&by=device&compare=week";
    const past = await json<FeedPast>(path);
    expect(past.rows.map(numbersOf)).toEqual(toldRows([reader, "--by", "device"], env));
    expect(past.rows.map(numbersOf)).toEqual(toldRows([folder, "--by", "device"]));
    expect(past.before).toMatchObject({ total: null });
    expect(await (await ask("/")).text()).not.toContain(READER_PASSWORD);
    await server.kill();
    const down = await ask(path);
    expect([down.status, await down.text()]).toEqual([
      503,
      `clickhouse://127.0.0.1:${server.port}/appleflow: nothing is listening there\n`,
    ]);
    await server.start();
    expect((await json<FeedPast>(path)).rows).toEqual(past.rows);
  });
});
