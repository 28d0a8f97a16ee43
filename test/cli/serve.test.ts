/** `appleflow serve`: the history page, access to it, and messages when it cannot be served. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FeedChoices, FeedPast, FeedPastDevices } from "../../src/web/page-feed.ts";
import { askedPage, printedUrl } from "../support/asked-page.ts";
import { historyFolder } from "../support/history-rows.ts";
import { settle } from "../support/manual-clock.ts";
import { OFFICE_FILE } from "../support/office-traffic.ts";
import { runCli } from "./run-cli.ts";
import { LiveRun } from "./run-live.ts";

const PHONE = "fixtures/phone-morning.pcapng";

let folder: string;
let remove: () => void;
const runs: LiveRun[] = [];
beforeEach(async () => {
  ({ folder, remove } = historyFolder());
  for (const args of [[PHONE], [OFFICE_FILE, "--sensor", "office"]]) {
    expect(await runCli(["summarize", ...args, "--history", folder])).toMatchObject({
      status: 0,
      stderr: "",
    });
  }
});
afterEach(async () => {
  for (const run of runs.splice(0)) {
    await run.signal("SIGTERM");
    await run.status;
  }
  remove();
});

async function serve(...args: readonly string[]) {
  const run = new LiveRun(args, { interfaces: {}, command: "serve" });
  let hasEnded = false;
  void run.status.then(() => {
    hasEnded = true;
  });
  const printing = { text: () => run.stdout + run.stderr, hasEnded: () => hasEnded, wait: settle };
  const url = await printedUrl(printing);
  runs.push(run);
  return { run, ...(await askedPage(url)) };
}

/** Returns the answer of `history` to the same query. */
async function told(...options: readonly string[]) {
  const { stdout } = await runCli(["history", folder, "--format", "json", ...options]);
  return JSON.parse(stdout);
}

type Told = {
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly received: number;
};
const numbersOf = ({ name, bytes, sent, received }: Told) => ({ name, bytes, sent, received });

describe("appleflow serve", () => {
  it("prints the page's address, serves history views only, and ends on a signal", async () => {
    const { run, url, ask } = await serve(folder);
    expect(run.stdout).toBe(`page: ${url}\n`);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect(await (await ask("/")).text()).toContain(`<body class="web" data-history="${folder}">`);
    for (const path of ["/api/flows", "/api/reach", "/api/why", "/nowhere"]) {
      expect((await ask(path)).status, path).toBe(404);
    }
    await run.signal("SIGINT");
    expect(await run.status).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it.each(["product", "family", "device", "service", "sensor"])(
    "shows the numbers of history --by %s",
    async (by) => {
      const { json } = await serve(folder);
      const past = await json<FeedPast>(`/api/history?range=all&by=${by}`);
      const { rows } = await told("--by", by);
      expect(past.rows.map(numbersOf)).toEqual(rows.map(numbersOf));
      expect(rows.length).toBeGreaterThan(1);
      const whole = await told("--by", "product");
      const bytes = whole.rows.reduce((sum: number, row: Told) => sum + row.bytes, 0);
      expect([past.by, past.total, past.rowCount]).toEqual([by, bytes, rows.length]);
      // Every byte of the chart is in its table; by device, the ends outside the network have no area.
      const drawn = past.areas.flatMap((area) => area.bytes).reduce((sum, one) => sum + one, 0);
      const shown = past.rows.filter(({ isNamed }) => by !== "device" || isNamed);
      expect(drawn).toBe(shown.reduce((sum, row) => sum + row.bytes, 0));
    },
  );

  it("shows the numbers of a time range, a device, a product and a sensor", async () => {
    const { json } = await serve(folder);
    const { devices, products, sensors } = await json<FeedChoices>("/api/history/choices?range=all");
    expect(sensors).toEqual(["captures", "office"]);
    const names = (await told("--by", "device")).rows.filter(
      ({ deviceId }: { deviceId: string }) => deviceId,
    );
    expect(devices.map(({ name }) => name)).toEqual(names.map(({ name }: Told) => name));
    const { start, end } = await told();
    const middle = new Date((Date.parse(start) + Date.parse(end)) / 2).toISOString().slice(0, 16);
    const cases: [string, string[]][] = [
      [`device=${encodeURIComponent(devices[0].id)}`, ["--device", devices[0].id]],
      [`product=${encodeURIComponent(products[0])}&by=device`, ["--product", products[0], "--by", "device"]],
      ["sensor=office&by=family", ["--sensor", "office", "--by", "family"]],
      [`from=${start.slice(0, 16)}&to=${middle}`, ["--from", `${start.slice(0, 16)}Z`, "--to", `${middle}Z`]],
    ];
    for (const [query, options] of cases) {
      const range = query.startsWith("from") ? "" : "range=all&";
      const past = await json<FeedPast>(`/api/history?${range}${query}`);
      expect(past.rows.map(numbersOf), query).toEqual((await told(...options)).rows.map(numbersOf));
      expect(past.rows.length, query).toBeGreaterThan(0);
    }
  });

  it("lists devices with their products, and reports an unknown name", async () => {
    const { json } = await serve(folder);
    const { devices, deviceCount } = await json<FeedPastDevices>("/api/history/devices?range=all");
    const rows = (await told("--by", "device")).rows.filter(({ deviceId }: { deviceId: string }) => deviceId);
    expect(devices.map(({ id, sent, received }) => [id, sent, received])).toEqual(
      rows.map(({ deviceId, sent, received }: Told & { deviceId: string }) => [deviceId, sent, received]),
    );
    expect(deviceCount).toBe(devices.length);
    const { products, id } = devices.toSorted(
      (a, b) => Object.keys(b.products).length - Object.keys(a.products).length,
    )[0];
    const own = (await told("--device", id)).rows.filter(({ named }: { named: boolean }) => named);
    expect(Object.keys(products).length).toBeGreaterThan(2);
    for (const [name, bytes] of Object.entries(products)) {
      expect(own.find((row: Told) => row.name === name)?.bytes, name).toBe(bytes);
    }
    expect(await json("/api/history?range=all&device=nobody&sensor=nowhere")).toMatchObject({
      rows: [],
      unknown: ["device", "sensor"],
    });
    expect(await json(`/api/history?range=1h&device=${encodeURIComponent(id)}`)).toMatchObject({
      rows: [],
      unknown: [],
    });
  });

  it("refuses requests without the token, for another host, from another site, and other methods than GET", async () => {
    const { url, cookie, ask, send } = await serve(folder);
    const { origin } = new URL(url);
    for (const path of ["/", "/api/history", "/api/history/choices", "/events"]) {
      expect((await fetch(origin + path)).status, path).toBe(401);
    }
    expect((await ask("/api/history", { origin: "http://other.example" })).status).toBe(403);
    expect((await send("/api/history", Buffer.from("x"))).status).toBe(405);
    expect((await fetch(`${origin}/api/capture`, { method: "POST", body: "x" })).status).toBe(401);
    expect(await statusByName(`${origin}/api/history`, cookie, "rebound.example")).toBe(421);
  });

  it("reports on a dropped capture, and writes nothing into the history", async () => {
    const before = filesOf(folder);
    const { ask, send, json } = await serve(folder);
    const office = readFileSync(OFFICE_FILE);
    const answer = await send("/api/capture?name=office.pcapng", office);
    const { path } = (await answer.json()) as { readonly path: string };
    expect(await (await ask(path)).text()).toContain("<h1><bdi>office.pcapng</bdi></h1>");
    await json("/api/history?range=all&compare=week");
    expect(filesOf(folder)).toEqual(before);
  });

  it("reports a broken history, and recovers when it is repaired", async () => {
    const { ask } = await serve(folder);
    const [day = ""] = readdirSync(folder).filter((name) => name.startsWith("day="));
    mkdirSync(join(folder, day), { recursive: true });
    const broken = join(folder, day, "lab-07.parquet");
    writeFileSync(broken, "no table");
    const trouble = await ask("/api/history?range=all");
    expect(trouble.status).toBe(503);
    expect(await trouble.text()).toContain("lab-07.parquet");
    remove();
    const gone = await ask("/api/history");
    expect([gone.status, await gone.text()]).toEqual([503, `${folder}: no such file\n`]);
    ({ folder, remove } = historyFolder());
  });
});

describe("appleflow serve with missing or wrong arguments", () => {
  it.each([
    [() => [join(folder, "nowhere")], "nowhere: no such file"],
    [() => [dirname(folder)], "no history: it has no folders day=YYYY-MM-DD"],
    [() => [], "missing required argument 'folder or url'"],
    [() => [folder, "--web", "0.0.0.0:0"], "--web 0.0.0.0: others can reach this address"],
    [() => [folder, "--web", "nothing"], "It needs a port, or address and port"],
    [() => [folder, "--password-file", "x"], "--password-file needs clickhouse://"],
    [
      () => ["clickhouse://127.0.0.1:8/appleflow"],
      "clickhouse://127.0.0.1:8/appleflow: nothing is listening there",
    ],
    [() => ["clickhouse://nowhere"], "the database needs a name"],
  ])("exits with 1 before it serves anything: %s", async (args, message) => {
    const result = await runCli(["serve", ...args()]);
    expect(result).toMatchObject({ status: 1, stdout: "" });
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toContain("    at ");
  });

  it.skipIf(process.platform === "darwin")(
    "reports that there is no desktop to open a browser on",
    async () => {
      const { run } = await serve(folder, "--open");
      while (run.stderr === "") await settle();
      expect(run.stderr).toBe("appleflow: found no desktop to open the page: open it yourself\n");
    },
  );
});

/** Returns names and times of everything below a folder. */
function filesOf(place: string): string[] {
  return readdirSync(place, { recursive: true })
    .map((name) => `${name} ${statSync(join(place, String(name))).mtimeMs}`)
    .sort();
}

function statusByName(url: string, cookie: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, headers: { cookie, host } }, ({ statusCode = 0 }) =>
      resolve(statusCode),
    );
    asked.on("error", reject).end();
  });
}
