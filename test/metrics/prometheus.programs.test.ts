/** A real Prometheus scrapes a real `live`, and returns the capture's bytes. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";

const OFFICE = "fixtures/office-morning.pcapng";
const ALERTS = "packaging/prometheus/alerts.yml";
const DASHBOARD = "packaging/grafana/appleflow.json";
const LIMIT_MS = 30_000;

const isThere = ["promtool", "prometheus"].every((name) => spawnSync(name, ["--version"]).status === 0);
if (!isThere) console.log("metrics, as Prometheus reads them: skipped, not installed: prometheus");

const folder = mkdtempSync(join(tmpdir(), "appleflow-metrics-"));
const running: ChildProcess[] = [];
afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "close");
  }
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function waitFor<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> {
  const begin = performance.now();
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() - begin > LIMIT_MS) throw new Error(`not seen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A capture through a pipe that stays open after its end: its flows stay live, as on a wire. */
async function liveOf(capture: string): Promise<string> {
  const args = ["dist/cli/main.cjs", "live", "-", "--metrics", "0", "--interval", "0.2", "--user", "root"];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "ignore", "pipe"] });
  running.push(child);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  createReadStream(capture).pipe(child.stdin, { end: false });
  return await waitFor("the page of metrics", () => /metrics: (\S+)/.exec(said)?.[1] ?? null);
}

const textOf = async (url: string) => await (await fetch(url)).text();

describe.skipIf(!isThere)("the metrics in Prometheus", () => {
  it("pass promtool, and can be scraped and queried", async () => {
    const url = await liveOf(OFFICE);
    const { bytes, classes } = await summarize([OFFICE]);
    const sample = (text: string, name: string) =>
      Number(new RegExp(`^${name.replace(/[{}"]/g, "\\$&")} (\\S+)$`, "m").exec(text)?.[1]);
    const text = await waitFor("all packets", async () => {
      const found = await textOf(url);
      return found.includes("appleflow_received_packets_total 595") ? found : null;
    });
    const { status, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });

    const port = await freePort();
    const file = join(folder, "prometheus.yml");
    const target = new URL(url).host;
    writeFileSync(
      file,
      `global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: appleflow\n    static_configs: [ { targets: ["${target}"] } ]\n`,
    );
    const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, "data")}`];
    const listening = `--web.listen-address=127.0.0.1:${port}`;
    running.push(spawn("prometheus", [...args, listening], { stdio: "ignore" }));
    const ask = async (query: string) => {
      const answer = await fetch(
        `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`,
      ).catch(() => null);
      if (answer === null || !answer.ok) return null;
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      return data.result.length === 0 ? null : Number(data.result[0].value[1]);
    };
    // Ended flows are reported, and live ones after ten seconds of the capture, which is 26 minutes long.
    const told = await waitFor("an answer", () => ask("sum(appleflow_bytes_total)"));
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(bytes.decoded);
    expect(told).toBe(
      Object.keys(classes).reduce(
        (sum, name) => sum + sample(text, `appleflow_bytes_total{class="${name}"}`),
        0,
      ),
    );
    expect(await ask("appleflow_received_packets_total")).toBe(595);
    expect(await ask("sum(appleflow_flows_total)")).toBeGreaterThan(10);
  });

  it("have alerts that pass promtool, on existing metrics", async () => {
    expect(spawnSync("promtool", ["check", "rules", ALERTS]).status).toBe(0);
    const text = await textOf(await liveOf(OFFICE));
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const asked = [readFileSync(ALERTS, "utf8"), readFileSync(DASHBOARD, "utf8")].join();
    const names = new Set([...asked.matchAll(/appleflow_\w+/g)].map(([name]) => name));
    names.delete("appleflow_device_bytes_total");
    expect(names.size).toBeGreaterThan(6);
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });
});
