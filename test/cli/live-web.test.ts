/** `live --web`: the address of the page, the data it receives, and refused options. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { MOST_CAPTURE_BYTES } from "../../src/web/dropped-captures.ts";
import type { FeedFlows, FeedInterval, FeedPast, FeedReach, FeedWhy } from "../../src/web/page-feed.ts";
import { askedPage } from "../support/asked-page.ts";
import { historyFolder } from "../support/history-rows.ts";
import { startLive as start } from "./run-live.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-web-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Temporary folders of appleflow itself; those of other tests have longer names. */
function temporaryFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^appleflow-.{6}$/.test(name));
}

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The page at the printed address. */
async function pageOf(text: string) {
  return await askedPage(/page: (http:\S+)\n/.exec(text)?.[1] ?? "");
}

/** Returns the last event of a name at the beginning of a new stream. */
async function firstEvent<T>(ask: (path: string) => Promise<Response>, name: string): Promise<T> {
  const { body } = await ask("/events");
  let text = "";
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString("utf8");
    const found = new RegExp(`^event: ${name}\ndata: (.*)\n\n`, "m").exec(text);
    if (found !== null) return JSON.parse(found[1] ?? "") as T;
  }
  throw new Error(`no event ${name} in ${text.slice(0, 200)}`);
}

/** A fixed key: with a random one, one address in a hundred has the pseudonym of another. */
const ANONYMISED = ["--anonymise-key", "5a".repeat(32)];

describe("live --web", () => {
  it("serves what the lines contain, and answers queries about live flows", async () => {
    const { run, source } = await start(["eth0", "--web"]);
    source.release();
    await run.clock.advance(1000);
    const { url, ask, json } = await pageOf(run.stderr);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    expect(await (await ask("/")).text()).toContain('<script type="module" src="/page.js">');
    const event = await firstEvent<FeedInterval>(ask, "interval");
    const [line] = run.stdout.trim().split("\n").slice(-1);
    expect(event.interval).toEqual(JSON.parse(line ?? ""));
    expect(event.summary.devices.length).toBeGreaterThan(5);
    const sum = event.sections.reduce((bytes, { total }) => bytes + total.bytes, 0);
    expect(sum).toBe(event.summary.capture.bytes);
    const told = event.column.parts.reduce((bytes, part) => bytes + part.bytes, 0);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(event.summary.bytes.decoded);

    const { count, flows } = await json<FeedFlows>("/api/flows?search=5223&order=bytes");
    expect(count).toBe(flows.length);
    expect(flows.every(({ originator, responder }) => [originator.port, responder.port].includes(5223))).toBe(
      true,
    );
    const [{ transport, originator: from, responder: to }] = flows;
    const ends = `transport=${transport}&from=${from.address}&fromPort=${from.port}&to=${to.address}&toPort=${to.port}`;
    expect((await json<FeedWhy>(`/api/why?${ends}`)).text).toContain("  service     tcp/5223");
    expect((await ask("/api/why?transport=tcp&from=192.0.2.1")).status).toBe(410);
    const reach = await json<FeedReach>("/api/reach");
    expect(reach.headline).toBe("2 things do not get through.");
    expect(reach.failing[0]).toMatchObject({
      title: "Bonjour: unanswered",
      since: expect.stringMatching(/^2025-/),
    });
    await run.signal("SIGINT");
    expect(await run.status).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("shows the stored history, and no history view without one", async () => {
    const { folder: kept, remove } = historyFolder();
    const { run, source } = await start(["eth0", "--web", "--history", kept, "--sensor", "lab"]);
    source.release();
    // A minute is stored ten seconds after it ends.
    await run.clock.advance(70_100);
    const { ask, json } = await pageOf(run.stderr);
    expect(await (await ask("/")).text()).toContain(`data-live="" data-history="${kept}"`);
    const event = await firstEvent<FeedInterval>(ask, "interval");
    const past = await json<FeedPast>("/api/history?range=all");
    expect(past).toMatchObject({ total: event.summary.capture.bytes, sensors: ["lab"] });
    await run.signal("SIGINT");
    expect(await run.status).toBe(0);
    remove();
    const { run: other } = await start(["eth0", "--web"]);
    const page = await pageOf(other.stderr);
    expect(await (await page.ask("/")).text()).toContain('<body class="web" data-live="">');
    expect((await page.ask("/api/history")).status).toBe(404);
    await other.signal("SIGINT");
    await other.status;
  });

  it("announces its address on the screen, and hides what --anonymise hides", async () => {
    const { run, source } = await start(["eth0", "--web", ...ANONYMISED], { size: [150, 24] });
    source.release();
    await run.clock.advance(1000);
    const { ask } = await pageOf(`${run.screen.lines.join("\n").replace(/ +$/gm, "")}\n`);
    const event = await firstEvent<FeedInterval>(ask, "interval");
    expect(event.summary.anonymised).toBe(true);
    expect(JSON.stringify(event)).not.toContain("192.168.20.31");
    expect(await (await ask("/api/flows?search=")).text()).not.toContain("192.168.20.31");
    await run.press("q");
    expect(await run.status).toBe(0);
  });

  it("reports on a dropped capture without keeping any of it", async () => {
    const { run } = await start(["eth0", "--web"]);
    await run.clock.advance(1000);
    const { url, ask, send } = await pageOf(run.stderr);
    const before = temporaryFolders();
    const office = readFileSync("fixtures/office-morning.pcapng");
    const name = "<img src=x onerror=alert(1)>.pcapng";
    const answer = await send(`/api/capture?${new URLSearchParams({ name })}`, office);
    expect(await answer.json()).toEqual({ path: "/report/1", name, packets: 595 });
    const report = await ask("/report/1");
    const page = await report.text();
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;.pcapng");
    expect(page).not.toContain("<img");
    expect(page).toContain("Push notifications");
    expect(report.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect((await ask("/report/2")).status).toBe(404);
    const text = await send("/api/capture?name=letter.txt", Buffer.from("Dear capture, how are you?"));
    expect([text.status, await text.text()]).toEqual([422, expect.stringContaining("letter.txt")]);
    const large = await send("/api/capture?name=large", Buffer.alloc(MOST_CAPTURE_BYTES + 1));
    expect([large.status, await large.text()]).toEqual([413, expect.stringContaining("64 MB")]);
    expect((await send("/api/capture", office, { origin: "http://other.example" })).status).toBe(403);
    expect((await fetch(new URL("/api/capture", url), { method: "POST", body: office })).status).toBe(401);
    expect(temporaryFolders()).toEqual(before);
    await run.signal("SIGINT");
    expect(await run.status).toBe(0);
  });

  it.each([
    [
      ["--web", "0.0.0.0:0"],
      "--web 0.0.0.0: others can reach this address: give a token of your own with --web-token-file",
    ],
    [["--web-token-file", fileOf("unused", "x")], "--web-token-file needs --web"],
    [["--open"], "--open needs --web"],
    [
      ["--web", "--web-token-file", fileOf("short", "secret\n")],
      'short: a token is 20 to 256 letters, digits, "-" and "_"',
    ],
    [["--web", "--web-token-file", join(folder, "nowhere")], "nowhere: no such file"],
    [["--web", "eth0"], "It needs a port, or address and port"],
    [["--web", "192.0.2.1:0", "--web-token-file", fileOf("long", "a".repeat(20))], "--web 192.0.2.1:0: "],
  ])("refuses %j", async (args, message) => {
    const { run } = await start(["eth0", ...args]);
    expect(await run.status).not.toBe(0);
    expect(run.stderr).toContain(message);
  });

  it.skipIf(process.platform === "darwin")(
    "reports that there is no desktop to open a browser on",
    async () => {
      const { run } = await start(["eth0", "--web", "--open"]);
      expect(run.stderr).toContain("found no desktop to open the page: open it yourself\n");
      await run.signal("SIGINT");
      await run.status;
    },
  );
});
