/**
 * The page of `live` on a real interface, in Debian's Chromium: both in a network namespace, with traffic while the page is
 * viewed, and an interface whose name is HTML.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { namedBytes } from "../../src/engine/live-rates.ts";
import { formatBytes, formatCount } from "../../src/render/render-units.ts";
import { Namespace, whyNoNamespace } from "../support/namespace.ts";
import {
  drawn,
  openPage,
  overhang,
  rowsOf,
  seriousFaults,
  startBrowserWithin,
  whyNoBrowser,
} from "../support/page-browser.ts";
import { PageCommand } from "../support/page-command.ts";
import { replayable } from "../support/replayable.ts";

const OFFICE = "fixtures/office-morning.pcapng";
const PACKETS = 595;
/** Linux accepts it; 15 bytes is the maximum. */
const NEAR = `<b>&"'<i>`;
const FAR = "far0";
const MTU = "65535";
const VIEWS = ["now", "devices", "connections", "reach", "capture"];
/** Packets per second while the page is viewed. */
const RATE = 200;

const reason = whyNoNamespace() ?? whyNoBrowser();
if (reason !== null) console.log(`the page of a live interface: skipped, ${reason}`);

/** Opens idle connections, and an event stream that nobody reads; reports when they are open, and holds them. */
const READERS = `
const [port, cookie] = process.argv.slice(1);
const { connect } = require("node:net");
let open = 0;
const joined = (socket) => { socket.on("error", () => {}).pause(); if (++open === 201) console.log("joined"); };
const slow = connect(port, "127.0.0.1", () => {
  slow.write("GET /events HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nCookie: " + cookie + "\\r\\n\\r\\n");
  joined(slow);
});
for (let i = 0; i < 200; i++) { const idle = connect(port, "127.0.0.1", () => joined(idle)); idle.on("error", () => {}); }
`;

describe.skipIf(reason !== null)("the page of a live interface", () => {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-page-"));
  const capture = join(folder, "office.pcapng");
  let host: Namespace;
  let browser: Browser;
  let monitoring: PageCommand;
  const children: ChildProcess[] = [];

  function start(command: readonly string[]): ChildProcess {
    const [program = "", ...args] = host.within(command);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    return child;
  }
  const replay = (...options: readonly string[]) =>
    start(["tcpreplay", "-q", "-T", "nano", "-i", FAR, ...options, capture]);
  const received = () => monitoring.lines.at(-1)?.received ?? 0;
  async function allHave(count: number): Promise<void> {
    while (received() < count) await pause(50);
  }

  beforeAll(async () => {
    await replayable(OFFICE, capture);
    host = await Namespace.make();
    host.run("ip", "link", "add", NEAR, "mtu", MTU, "type", "veth", "peer", "name", FAR, "mtu", MTU);
    for (const name of [NEAR, FAR]) host.run("ip", "link", "set", name, "up");
    const command = [process.execPath, "dist/cli/main.cjs", "live", NEAR, "--web", "--idle-timeout", "3600"];
    monitoring = new PageCommand(host.within(command));
    browser = await startBrowserWithin((wanted) => host.within(wanted));
    await monitoring.url;
  }, 60_000);
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });
  afterAll(async () => {
    await browser?.close();
    await monitoring?.end();
    await host?.remove();
    rmSync(folder, { recursive: true });
  });

  it.each([
    [375, "light"],
    [375, "dark"],
    [800, "light"],
    [800, "dark"],
    [1600, "light"],
    [1600, "dark"],
  ] as const)("is complete at %i px, %s, by keyboard alone, while packets arrive", async (width, scheme) => {
    replay(`--pps=${RATE}`, "--loop=1000");
    const { page, context, complaints } = await openPage(browser, await monitoring.url, { width, scheme });
    const before = received();
    for (const [i, view] of VIEWS.entries()) {
      await page.keyboard.press(String(i + 1));
      await page.waitForSelector(`.views a[aria-current][href="#/${view}"]`);
      await drawn(page);
      expect(await overhang(page), view).toBeLessThanOrEqual(0);
      expect(await seriousFaults(page), view).toEqual([]);
    }
    expect(await page.textContent(".interfaces")).toBe(`${NEAR} (tcpdump)`);
    expect(received()).toBeGreaterThan(before);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("moves only rows that change places while numbers change", async () => {
    replay(`--pps=${2 * RATE}`, "--loop=1000");
    const { page, context } = await openPage(browser, await monitoring.url, { width: 375 });
    // Everything in the fixture has been seen: only new items need space.
    await allHave(received() + 2 * PACKETS);
    for (const key of ["1", "2"]) {
      await page.keyboard.press(key);
      await updates(page, 1);
      await page.evaluate(WATCH_SHIFTS);
      await updates(page, 3);
      expect(await page.evaluate("shifts"), key).toEqual([]);
    }
    await context.close();
  });

  it("leads the Tab key to all controls, shows the focus, and keeps it while numbers change", async () => {
    const { page, context } = await openPage(browser, await monitoring.url, { width: 800 });
    replay(`--pps=${RATE}`, "--loop=1000");
    for (const [i, view] of VIEWS.entries()) {
      await page.keyboard.press(String(i + 1));
      await page.waitForSelector(`.views a[aria-current][href="#/${view}"]`);
      await drawn(page);
      const unseen = await page.evaluate<number>(MARK_ALL);
      for (let pressed = 0; pressed < unseen + 5; pressed++) {
        await page.keyboard.press("Tab");
        expect(await page.evaluate(OUTLINE), `${view}, Tab ${pressed}`).not.toBe("none");
      }
      expect(await page.$$eval("[data-unseen]", (all) => all.map((one) => one.outerHTML)), view).toEqual([]);
    }
    await page.keyboard.press("1");
    await page.waitForSelector("section[aria-labelledby=products] tbody a");
    await page.focus("section[aria-labelledby=products] tbody a");
    await updates(page, 1);
    expect(await page.evaluate(`document.activeElement.closest("tbody") !== null`)).toBe(true);
    await context.close();
  });

  it("loses no packet to 200 silent connections and a reader that does not read", async () => {
    const { page, context, complaints } = await openPage(browser, await monitoring.url);
    const [cookie] = await context.cookies();
    const { port } = new URL(await monitoring.url);
    const readers = start([process.execPath, "-e", READERS, port, `${cookie?.name}=${cookie?.value}`]);
    if (readers.stdout !== null) await once(readers.stdout, "data");
    // Everything sent before has arrived.
    const isQuiet = () => monitoring.lines.at(-2)?.received === received();
    await pause(1000);
    while (!isQuiet()) await pause(100);
    const before = received();
    const traffic = replay("--pps=4000", "--loop=20");
    await once(traffic, "close");
    await allHave(before + 20 * PACKETS);
    const last = monitoring.lines.at(-1);
    expect(last).toMatchObject({
      received: before + 20 * PACKETS,
      droppedByKernel: 0,
      droppedByInterface: 0,
      droppedByUs: 0,
    });
    await showsTheNumbers(page);
    expect(complaints).toEqual([]);
    await context.close();
  });

  /** Compares the page with the JSON line of the same time, once nothing changes any more. */
  async function showsTheNumbers(page: Page): Promise<void> {
    const count = monitoring.lines.length;
    while (monitoring.lines.length < count + 3) await pause(50);
    const line = monitoring.lines.at(-1);
    if (line === undefined) throw new Error("no line was written");
    const named = line.products.filter((product) => namedBytes(product) > 0);
    expect(named.length).toBeGreaterThan(0);
    const products = await rowsOf(page, "section[aria-labelledby=products]");
    expect(new Map(products.map(([name, , , total]) => [name, total]))).toEqual(
      new Map(named.map((product) => [product.product, formatBytes(namedBytes(product))])),
    );
    const [identified, apple] = await rowsOf(page, "section[aria-labelledby=classes]");
    for (const [row, traffic] of [
      [identified, line.classes.identified],
      [apple, line.classes.apple],
    ] as const) {
      expect([row?.[1], row?.[3]]).toEqual([formatBytes(traffic.bytes), formatCount(traffic.packets)]);
    }
    expect(await page.textContent(".answers")).toContain(`${formatCount(line.received)} in all`);
  }
});

/** Waits until the page has received N more intervals. */
async function updates(page: Page, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const before = await page.textContent(".time");
    while ((await page.textContent(".time")) === before) await pause(50);
  }
}

/** Records layout shifts reported by the browser (Layout Instability API). */
const WATCH_SHIFTS = `globalThis.shifts = [];
  globalThis.shiftObserver?.disconnect();
  globalThis.shiftObserver = new PerformanceObserver((list) => {
    const moved = list.getEntries().flatMap(({ hadRecentInput, sources }) => (hadRecentInput ? [] : sources));
    // Rows change places where their order changes.
    const others = moved.map(({ node }) => node).filter((node) => node?.closest?.("tbody tr") == null);
    shifts.push(...others.map((node) => (node?.outerHTML ?? node?.nodeValue ?? "").slice(0, 100)));
  });
  shiftObserver.observe({ type: "layout-shift" });`;

/** Marks visible controls until they have had the focus; returns how many. */
const MARK_ALL = `(() => {
  const all = [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")].filter((one) => one.checkVisibility());
  for (const one of all) {
    one.setAttribute("data-unseen", "");
    one.addEventListener("focus", () => one.removeAttribute("data-unseen"), { once: true });
  }
  document.activeElement?.blur();
  return all.length;
})()`;
/** Returns the outline of the focused element. */
const OUTLINE =
  "document.activeElement === document.body ? '' : getComputedStyle(document.activeElement).outlineStyle";
