/** The pictures in screens/ are drawn anew by `npx vitest run -u test/cli/live-screen.test.ts`: look at each before it is kept. */
import { describe, expect, it } from "vitest";
import { sparkline } from "../../src/cli/screen/live-table-screen.ts";
import { officeInterface } from "../support/office-traffic.ts";
import { OFFICE, officeScreen, quit, UTF8 } from "./office-screen.ts";
import { LiveRun } from "./run-live.ts";

const DOWN = "\x1b[B";
const ENTER = "\r";
const ESCAPE = "\x1b";

describe.each([
  [80, 24],
  [200, 60],
] as const)("the screen of %i x %i", (columns, rows) => {
  const golden = (name: string) => `screens/${name}-${columns}x${rows}.txt`;
  const textOf = (run: LiveRun) => `${run.screen.lines.join("\n")}\n`;

  it("shows the products that evidence names, by rate", async () => {
    const run = await officeScreen([columns, rows]);
    await expect(textOf(run)).toMatchFileSnapshot(golden("table"));
    await quit(run);
  });

  it("shows the products that only a port allows below them, when asked", async () => {
    const run = await officeScreen([columns, rows]);
    await run.press("c");
    await expect(textOf(run)).toMatchFileSnapshot(golden("could-be"));
    await quit(run);
  });

  it("shows the products that a filter finds, while it is typed", async () => {
    const run = await officeScreen([columns, rows]);
    await run.press("s", "c", DOWN, "/", "m", "a", "i", "l");
    await expect(textOf(run)).toMatchFileSnapshot(golden("filter"));
    await quit(run);
  });

  it("shows the live flows and devices of a product, those that could be its own apart", async () => {
    const run = await officeScreen([columns, rows]);
    await run.press("/", "iCloud", ENTER, ENTER);
    await expect(textOf(run)).toMatchFileSnapshot(golden("flows"));
    await run.press("c");
    await expect(textOf(run)).toMatchFileSnapshot(golden("flows-could-be"));
    await quit(run);
  });

  it("shows the devices, with what each sent and received", async () => {
    const run = await officeScreen([columns, rows], {}, OFFICE);
    await run.press("d");
    await expect(textOf(run)).toMatchFileSnapshot(golden("devices"));
    await run.press(DOWN, DOWN, ESCAPE, "d");
    await expect(textOf(run)).toMatchFileSnapshot(golden("devices"));
    await quit(run);
  });

  it("shows which services answer, by product and by row", async () => {
    const run = await officeScreen([columns, rows], {}, OFFICE);
    await run.press("r");
    await expect(textOf(run)).toMatchFileSnapshot(golden("reach"));
    await run.press("r");
    await expect(textOf(run)).toMatchFileSnapshot(golden("reach-rows"));
    await quit(run);
  });

  it("shows what keys there are", async () => {
    const run = await officeScreen([columns, rows]);
    await run.press("?");
    await expect(textOf(run)).toMatchFileSnapshot(golden("help"));
    await quit(run);
  });

  it("shows the same in ASCII where the terminal knows no more", async () => {
    const run = await officeScreen([columns, rows], { env: { LANG: "C", NO_COLOR: "1" } });
    const lines = run.screen.lines.join("\n");
    expect(lines).toMatch(/^[\x20-\x7e\n]*$/);
    expect(lines).toMatch(/[.:=+*#@]+ +[\d.]+ k?M?B/);
    await quit(run);
  });
});

describe("the screen", () => {
  it("has as many rows as the terminal, whatever its size", async () => {
    const run = await officeScreen([80, 24]);
    for (const [columns, rows] of [
      [40, 10],
      [57, 11],
      [99, 33],
      [150, 50],
      [39, 30],
      [10, 3],
    ] as const) {
      await run.resize(columns, rows);
      expect(run.screen.lines).toHaveLength(rows);
      const [first] = run.screen.lines;
      expect(first).toMatch(columns < 40 ? /^appleflow/ : /^appleflow live {2}eth0/);
      for (const key of ["?", ESCAPE, ENTER, ESCAPE]) await run.press(key);
    }
    await quit(run);
  });

  it("scrolls through reach to its last line and no further", async () => {
    const run = await officeScreen([80, 24]);
    const body = () => run.screen.lines.slice(5, 23);
    await run.press("r", "r");
    const top = body();
    expect(top[0]).toMatch(/^PORT/);
    await run.press(DOWN);
    expect(body().slice(0, -1)).toEqual(top.slice(1));
    await run.press("\x1b[F");
    expect(body().at(-1)).toMatch(/^NOT TRIED .*: that proves nothing$/);
    const bottom = body();
    await run.press(DOWN, "\x1b[A");
    expect(body().slice(1)).toEqual(bottom.slice(0, -1));
    // Back, and again: by product, from its first line.
    await run.press(ESCAPE);
    expect(run.screen.lines[5]).toMatch(/^ {2}PRODUCT/);
    await run.press("r");
    expect(body()[0]).toMatch(/^FAILS/);
    await quit(run);
  });

  it("keeps the chosen product in sight and chosen when the order changes", async () => {
    const run = await officeScreen([80, 24]);
    await run.press(...new Array<string>(30).fill(DOWN));
    const chosen = () => run.screen.lines.find((line) => line.startsWith(">"));
    const name = chosen()?.slice(2, 20);
    expect(name).toBeDefined();
    await run.press("s");
    expect(chosen()?.slice(2, 20)).toBe(name);
    await run.press("\x1b[5~");
    expect(chosen()?.slice(2, 20)).not.toBe(name);
    await quit(run);
  });

  it("sorts by rate, total and name", async () => {
    const run = await officeScreen([200, 60]);
    const names = () => run.screen.lines.slice(6, 13).map((line) => line.slice(2, 30).trim());
    const byRate = names();
    await run.press("s");
    expect(run.screen.lines[3]).toMatch(/by total$/);
    const byTotal = names();
    await run.press("s");
    expect(names()).toEqual([...names()].sort());
    await run.press("s");
    expect(names()).toEqual(byRate);
    expect(byTotal).not.toEqual(byRate);
    await quit(run);
  });

  it("stands still while it is paused, and counts on", async () => {
    const source = await officeInterface();
    const run = new LiveRun(["eth0"], { interfaces: { eth0: source }, size: [80, 24], env: UTF8 });
    await run.begun();
    source.release(1);
    await run.clock.advance(1000);
    await run.press("p");
    const paused = run.screen.lines;
    expect(paused[3]).toContain("PAUSED");
    source.release(3);
    await run.clock.advance(5000);
    // All but the time of day.
    expect(run.screen.lines.slice(1)).toEqual(paused.slice(1));
    expect(run.screen.lines[0]).toMatch(/2026-01-31 09:30:06Z$/);
    await run.press("p");
    await run.clock.advance(1000);
    expect(run.screen.lines[1]).toContain("240 received");
    await quit(run);
  });

  it("shows the time of day while reports are far apart", async () => {
    const source = await officeInterface();
    const args = ["eth0", "--interval", "60"];
    const run = await new LiveRun(args, { interfaces: { eth0: source }, size: [80, 24], env: UTF8 }).begun();
    await run.clock.advance(60_250);
    for (let second = 1; second < 5; second++) {
      await run.clock.advance(1000);
      expect(run.screen.lines[0]).toMatch(new RegExp(`09:31:0${second}Z$`));
    }
    await quit(run);
  });

  it("clears the filter with Esc, and says when nothing matches", async () => {
    const run = await officeScreen([80, 24]);
    await run.press("/", "zzz", ENTER);
    expect(run.screen.lines[5]).toMatch(/^No product matches/);
    expect(run.screen.lines[3]).toContain('filter "zzz"');
    await run.press(ENTER, DOWN);
    await run.press(ESCAPE);
    expect(run.screen.lines[5]).toContain("PRODUCT");
    await run.press("/", "maik", "\x7f", "l", ENTER);
    expect(run.screen.lines[5]).toMatch(/^No named product matches/);
    await run.press("c");
    expect(run.screen.lines[5]).toMatch(/^ {2}COULD BE/);
    expect(run.screen.lines[6]).toMatch(/^> .*Mail/);
    await quit(run);
  });

  it("goes back from the flows to the product they are of", async () => {
    const run = await officeScreen([80, 24]);
    await run.press("c", "/", "airplay", ENTER, ENTER);
    expect(run.screen.lines[5]).toMatch(/^AirPlay/);
    const first = run.screen.lines.join("\n");
    await run.press(DOWN, DOWN);
    expect(run.screen.lines.join("\n")).not.toBe(first);
    await run.press("\x1b[H");
    expect(run.screen.lines.join("\n")).toBe(first);
    await run.press(ESCAPE);
    expect(run.screen.lines[6]).toMatch(/^> AirPlay/);
    await quit(run);
  });

  it("writes what has changed, ten times a second at most", async () => {
    const run = await officeScreen([80, 24]);
    await run.clock.advance(1000);
    const { writes, stdout } = run;
    for (let i = 0; i < 50; i++) {
      await run.press(DOWN);
      run.clock.spend(-90);
    }
    expect(run.writes - writes).toBeLessThanOrEqual(20);
    const quiet = run.stdout.length;
    await run.clock.advance(1000);
    // The clock and the rates in the header, not the whole screen.
    expect(run.stdout.length - quiet).toBeLessThan(stdout.length / 4);
    await quit(run);
  });

  it("shows names from strangers as text", async () => {
    const name = "eth0\x1b[2J\u202e\nfaked";
    const source = await officeInterface({ name });
    const run = new LiveRun([name], { interfaces: { [name]: source }, size: [120, 24], env: UTF8 });
    await run.begun();
    source.release();
    await run.clock.advance(1000);
    expect(run.screen.lines[0]).toContain("eth0\\x1b[2J\\u202e\\nfaked (tcpdump)");
    await run.press("/", "\x1b]0;title\x07", "\u202e");
    for (const unsafe of ["\x1b]", "\x1b[2J\u202e", "\u202e"]) expect(run.stdout).not.toContain(unsafe);
    await quit(run);
  });
});

describe("sparkline", () => {
  it("is as high as the largest of its columns, the newest at the right", () => {
    expect(sparkline([1, 2, 4, 8], 60, false)).toBe(`${" ".repeat(56)}▁▂▄█`);
    expect(sparkline([1, 2, 4, 8], 60, true)).toBe(`${" ".repeat(56)}.:=@`);
  });

  it("takes the mean of as many intervals as a column has", () => {
    const history = [...new Array<number>(55).fill(0), 10, 10, 10, 10, 10];
    expect(sparkline(history, 12, false)).toBe(`${" ".repeat(11)}█`);
    expect(sparkline([...history.slice(0, 50), 5, 5, 5, 5, 5, ...history.slice(55)], 12, false)).toBe(
      `${" ".repeat(10)}▄█`,
    );
  });

  it("shows the least that is not none, and nothing of nothing", () => {
    expect(sparkline([1, 1e9], 60, false)).toBe(`${" ".repeat(58)}▁█`);
    expect(sparkline([0, 0], 60, false)).toBe(" ".repeat(60));
    expect(sparkline([], 6, true)).toBe(" ".repeat(6));
  });
});
