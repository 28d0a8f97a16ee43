import { describe, expect, it } from "vitest";
import { sparkline } from "../../src/cli/screen/cells.ts";
import { officeInterface } from "../support/office-traffic.ts";
import { officeScreen, quit, UTF8 } from "./office-screen.ts";
import { LiveRun } from "./run-live.ts";

const DOWN = "\x1b[B";
const ENTER = "\r";
const ESCAPE = "\x1b";
/** Lines of the header, and the first line of table rows. */
const HEAD = 5;
const ROWS = HEAD + 1;

describe("the live screen", () => {
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
      for (const key of ["?", ESCAPE, ENTER, ESCAPE, "3", "2", "1"]) await run.press(key);
    }
    await quit(run);
  });

  it("shows which user reads packets after root was given up", async () => {
    const run = await officeScreen([80, 24], { runsAs: "nobody" });
    expect(run.screen.lines[0]).toMatch(/^appleflow live {2}eth0 \(tcpdump, as nobody\) /);
    await quit(run);
  });

  it("scrolls through reach to its last line and no further", async () => {
    const run = await officeScreen([80, 24]);
    const body = () => run.screen.lines.slice(HEAD, 23);
    await run.press("r", "f");
    const top = body();
    expect(top[0]).toMatch(/^PORT/);
    await run.press(DOWN);
    expect(body().slice(0, -1)).toEqual(top.slice(1));
    await run.press("\x1b[F");
    expect(body().at(-1)).toMatch(/^NOT TRIED .*: that proves nothing$/);
    const bottom = body();
    await run.press(DOWN, "\x1b[A");
    expect(body().slice(1)).toEqual(bottom.slice(0, -1));
    await run.press("f");
    await run.press("\x1b[H");
    expect(body()[0]).toMatch(/^FAILS/);
    await quit(run);
  });

  it("keeps the selected product visible and selected when the order changes", async () => {
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

  it("sorts by each column in both directions", async () => {
    const run = await officeScreen([200, 60]);
    const names = () => run.screen.lines.slice(ROWS, ROWS + 7).map((line) => line.slice(2, 30).trim());
    const order = () => /by (.*)$/.exec(run.screen.lines[4])?.[1];
    const byRate = names();
    const orders: (string | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      orders.push(order());
      if (order() === "product") expect(names()).toEqual([...names()].sort());
      await run.press("s");
    }
    expect(orders).toEqual(["now", "total", "devices", "flows", "product", "how", "family"]);
    expect(names()).toEqual(byRate);
    await run.press("s");
    expect(names()).not.toEqual(byRate);
    const largest = names()[0];
    await run.press("i");
    expect(order()).toBe("total, inverted");
    expect(names()).not.toContain(largest);
    await run.press("i", "S");
    expect(names()).toEqual(byRate);
    await quit(run);
  });

  it("freezes while paused, and keeps counting", async () => {
    const source = await officeInterface();
    const run = new LiveRun(["eth0"], { interfaces: { eth0: source }, size: [160, 24], env: UTF8 });
    await run.begun();
    source.release(1);
    await run.clock.advance(1000);
    await run.press("p");
    const paused = run.screen.lines;
    expect(paused[4]).toContain("PAUSED");
    source.release(3);
    await run.clock.advance(5000);
    // Everything but the time of day.
    expect(run.screen.lines.slice(1)).toEqual(paused.slice(1));
    expect(run.screen.lines[0]).toMatch(/2026-01-31 09:30:06Z$/);
    await run.press("p");
    await run.clock.advance(1000);
    expect(run.screen.lines[2]).toContain("240 received");
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

  it("clears the search with Esc, and says when nothing is found", async () => {
    const run = await officeScreen([80, 24]);
    await run.press("/", "zzz", ENTER);
    expect(run.screen.lines[HEAD]).toBe('Nothing here matches "zzz" (/ changes it).');
    expect(run.screen.lines[4]).toContain("/zzz");
    await run.press(ENTER, DOWN);
    await run.press(ESCAPE);
    expect(run.screen.lines[HEAD]).toContain("PRODUCT");
    await run.press("f", "/", "maik", "\x7f", "l", ENTER);
    expect(run.screen.lines[HEAD]).toMatch(/^ {2}COULD BE/);
    expect(run.screen.lines[ROWS]).toMatch(/^> .*Mail/);
    await quit(run);
  });

  it("returns to the row that was opened", async () => {
    const run = await officeScreen([80, 24]);
    await run.press("f", "/", "airplay", ENTER, ENTER);
    expect(run.screen.lines[4]).toMatch(/^Products > AirPlay \(could be\)/);
    await run.press(DOWN, DOWN);
    const chosen = run.screen.lines.find((line) => line.startsWith(">"));
    await run.press(ENTER);
    expect(run.screen.lines[4]).toContain(`> AirPlay (could be) > ${chosen?.slice(2, 22).trim()}`);
    expect(run.screen.lines[ROWS]).toMatch(/^> /);
    await run.press(ESCAPE);
    expect(run.screen.lines.find((line) => line.startsWith(">"))).toBe(chosen);
    await run.press(ESCAPE);
    expect(run.screen.lines[ROWS]).toMatch(/^> AirPlay/);
    await quit(run);
  });

  it("finds connections by address, name and port", async () => {
    const run = await officeScreen([220, 60]);
    await run.press("3");
    const rows = () => run.screen.lines.slice(ROWS, -1).filter((line) => line !== "");
    for (const [text, pattern] of [
      ["192.168.20.61", /192\.168\.20\.61:/],
      ["5223", /:5223|5223\b/],
      ["icloud.com", /icloud\.com/],
    ] as const) {
      await run.press("/", text, ENTER);
      expect(rows().length).toBeGreaterThan(0);
      for (const row of rows()) expect(row).toMatch(pattern);
      await run.press(ESCAPE);
    }
    await quit(run);
  });

  it("redraws changes at most ten times a second", async () => {
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
    // The clock and the rates in the header, but not the whole screen.
    expect(run.stdout.length - quiet).toBeLessThan(stdout.length / 4);
    await quit(run);
  });

  it("escapes names from packets", async () => {
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

describe("a sparkline", () => {
  it("is scaled to its largest column, with the newest at the right", () => {
    expect(sparkline([1, 2, 4, 8], 60, false)).toBe(`${" ".repeat(56)}▁▂▄█`);
    expect(sparkline([1, 2, 4, 8], 60, true)).toBe(`${" ".repeat(56)}.:=@`);
  });

  it("averages the intervals that share a column", () => {
    const history = [...new Array<number>(55).fill(0), 10, 10, 10, 10, 10];
    expect(sparkline(history, 12, false)).toBe(`${" ".repeat(11)}█`);
    expect(sparkline([...history.slice(0, 50), 5, 5, 5, 5, 5, ...history.slice(55)], 12, false)).toBe(
      `${" ".repeat(10)}▄█`,
    );
  });

  it("shows the lowest mark for the smallest non-zero value, and blanks for none", () => {
    expect(sparkline([1, 1e9], 60, false)).toBe(`${" ".repeat(58)}▁█`);
    expect(sparkline([0, 0], 60, false)).toBe(" ".repeat(60));
    expect(sparkline([], 6, true)).toBe(" ".repeat(6));
  });
});
