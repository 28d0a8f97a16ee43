import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import type { IntervalRecord } from "../../src/engine/interval-report.ts";
import { summarize } from "../../src/engine/summarize.ts";
import { InputError } from "../../src/errors.ts";
import { OFFICE_FILE, officeInterface } from "../support/office-traffic.ts";
import { runCli } from "./run-cli.ts";
import { LiveRun, startLive as start } from "./run-live.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-live-"));
afterAll(() => rmSync(folder, { recursive: true }));

function recordsOf(run: LiveRun): IntervalRecord[] {
  const lines = run.stdout.split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as IntervalRecord);
}

describe("appleflow live, writing to a pipe,", () => {
  it("writes one object per interval and one at the end, and nothing else", async () => {
    const { run, source } = await start(["eth0", "--interval", "2"]);
    source.release(5);
    await run.clock.advance(2000);
    source.release();
    await run.clock.advance(3000);
    await run.signal("SIGTERM");
    expect(await run.status).toBe(0);
    const records = recordsOf(run);
    expect(records.map(({ schema, elapsedSeconds, received }) => [schema, elapsedSeconds, received])).toEqual(
      [
        ["appleflow/interval@2", 2, 300],
        ["appleflow/interval@2", 4, 595],
        ["appleflow/interval@2", 5, 595],
      ],
    );
    expect(records[0].packetsPerSecond).toBe(150);
    expect(run.stderr).toBe("");
    expect(run.catchesSignals).toBe(false);
  });

  it("ends with the totals that summarize reports, in the file of --output", async () => {
    const output = join(folder, "summary.json");
    const { run, source } = await start([
      "eth0",
      "--output",
      output,
      "--idle-timeout",
      "3600",
      "--duration",
      "3",
    ]);
    source.release();
    await run.clock.advance(5000);
    expect(await run.status).toBe(0);
    const { capture: _, ...found } = JSON.parse(readFileSync(output, "utf8"));
    const { capture: __, ...expected } = JSON.parse(JSON.stringify(await summarize([OFFICE_FILE])));
    expect(found).toEqual(expected);
    const last = recordsOf(run).at(-1);
    expect(
      last?.products.map(({ product, identified, oneOf, possible }) => [
        product,
        identified,
        oneOf,
        possible,
      ]),
    ).toEqual(
      expected.products.map(({ product, identified, oneOf, possible }: IntervalRecord["products"][0]) => [
        product,
        identified,
        oneOf,
        possible,
      ]),
    );
  });

  it("ends quietly when its reader closes the pipe", async () => {
    const { run, source } = await start(["eth0"], { writesRead: 2 });
    source.release();
    await run.clock.advance(10_000);
    expect(await run.status).toBe(0);
    expect(recordsOf(run)).toHaveLength(2);
    expect(run.stderr).toBe("");
  });

  it("drops intervals that its reader is not ready for, except the last one", async () => {
    const { run } = await start(["eth0"]);
    await run.clock.advance(1000);
    run.sleep(true);
    await run.clock.advance(3000);
    run.sleep(false);
    await run.clock.advance(1000);
    run.sleep(true);
    await run.clock.advance(500);
    await run.signal("SIGINT");
    expect(recordsOf(run).map(({ elapsedSeconds }) => elapsedSeconds)).toEqual([1, 5, 5.5]);
    expect(await run.status).toBe(0);
  });

  it("escapes its lines on a terminal, too", async () => {
    const { run } = await start(["eth0", "--duration", "1"], { size: [80, 24], env: { TERM: "dumb" } });
    await run.clock.advance(2000);
    expect(await run.status).toBe(0);
    expect(recordsOf(run)).toHaveLength(1);
  });

  it("ends at once on a second signal", async () => {
    const { run, source } = await start(["eth0"]);
    // A source that ignores the request to stop.
    source.stop = () => new Promise(() => {});
    await run.signal("SIGINT");
    expect(run.endedAtOnce).toBeNull();
    await run.signal("SIGINT");
    expect(run.endedAtOnce).toBe(130);
    await run.signal("SIGTERM");
    expect(run.endedAtOnce).toBe(143);
  });
});

describe("appleflow live, on a terminal,", () => {
  it("restores the screen and shows the summary", async () => {
    const { run, source } = await start(["eth0", "--idle-timeout", "3600"], { size: [80, 24] });
    expect([run.screen.isAlternate, run.screen.isCursorShown, run.isKeyboardRaw]).toEqual([
      true,
      false,
      true,
    ]);
    source.release();
    await run.clock.advance(1000);
    await run.press("q");
    expect(await run.status).toBe(0);
    const { isAlternate, isCursorShown, isWrapping, plain } = run.screen;
    expect([isAlternate, isCursorShown, isWrapping, run.isKeyboardRaw]).toEqual([false, true, true, false]);
    expect([run.restore, run.catchesSignals]).toEqual([null, false]);
    const { stdout } = await runCli(["summarize", OFFICE_FILE], { columns: 80 });
    const bare = (text: string) => text.split("\n").slice(1).join("\n");
    expect(bare(plain)).toBe(bare(stripVTControlCharacters(stdout)));
    expect(plain).toMatch(/^eth0\b/);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("ends with the summary on %s", async (signal) => {
    const { run, source } = await start(["eth0"], { size: [80, 24] });
    source.release();
    await run.clock.advance(1000);
    await run.signal(signal);
    expect(await run.status).toBe(0);
    expect(run.screen.plain).toContain("595 packets");
  });

  it("restores the screen and ends at once when Ctrl-C is pressed twice", async () => {
    const { run, source } = await start(["eth0"], { size: [80, 24] });
    source.stop = () => new Promise(() => {});
    await run.press("\x03");
    expect(run.screen.lines[3] + run.screen.lines[0]).toMatch(/ending|waiting/);
    await run.press("\x03");
    expect([run.endedAtOnce, run.screen.isAlternate]).toEqual([130, false]);
  });

  it("restores the screen when the process fails", async () => {
    const { run } = await start(["eth0"], { size: [80, 24] });
    run.restore?.();
    expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([false, true]);
    await run.signal("SIGTERM");
    expect(await run.status).toBe(0);
  });

  it("reports interface events on the screen and again after leaving it", async () => {
    const { run, source } = await start(["eth0"], { size: [80, 24] });
    source.release();
    await run.clock.advance(1000);
    const [{ options }] = run.opened;
    options.onEvent?.({
      kind: "interrupted",
      interfaceName: "eth0",
      message: "eth0: the interface is gone\x1b[2J (trying again for 60 s)",
    });
    await run.clock.advance(200);
    expect(run.screen.lines[3]).toBe("eth0: the interface is gone\\x1b[2J (trying again for 60 s)");
    await run.clock.advance(15_000);
    expect(run.screen.lines[3]).toMatch(/^last minute: Apple/);
    await run.press("q");
    await run.status;
    expect(run.stderr).toBe("appleflow: eth0: the interface is gone\\x1b[2J (trying again for 60 s)\n");
  });
});

describe("interfaces opened by appleflow live", () => {
  it("are those named, each once, with the given options", async () => {
    const [one, other] = [await officeInterface(), await officeInterface({ name: "eth1" })];
    const interfaces = { eth0: one, eth1: other };
    const args = ["eth0", "eth1", "eth0", "--snaplen", "256", "--no-promiscuous", "--backend", "cap"];
    const run = await new LiveRun([...args, "--count", "100"], { interfaces }).begun();
    one.release();
    expect(await run.status).toBe(0);
    expect(
      run.opened.map(({ name, backend, options: { snaplen, promiscuous } }) => [
        name,
        backend,
        snaplen,
        promiscuous,
      ]),
    ).toEqual([
      ["eth0", "cap", 256, false],
      ["eth1", "cap", 256, false],
    ]);
    expect(recordsOf(run).at(-1)?.received).toBeGreaterThanOrEqual(100);
    expect([one.stops, other.stops].every((stops) => stops > 0)).toBe(true);
  });

  it("default to the one with the default route", async () => {
    const { run } = await start(["--duration", "1"], { defaultInterface: "eth0" });
    await run.clock.advance(1000);
    expect(await run.status).toBe(0);
    expect(run.opened.map(({ name, options }) => [name, options.promiscuous, options.snaplen])).toEqual([
      ["eth0", undefined, 3072],
    ]);
    const { run: lost } = await start([]);
    expect(await lost.status).toBe(1);
    expect(lost.stderr).toMatch(/^appleflow: no interface has the default route: name one/);
  });

  it("make it exit with 3 and print each reason if none can be opened", async () => {
    const gone = new InputError("no_such_interface", "eth8: there is no such interface");
    const denied = new InputError(
      "no_permission",
      "eth9: no permission to capture here; it needs CAP_NET_RAW",
    );
    const { run } = await start(["eth8", "eth9"], { interfaces: { eth8: gone, eth9: denied } });
    expect(await run.status).toBe(3);
    expect(run.stderr).toBe(`appleflow: ${gone.message}\nappleflow: ${denied.message}\n`);
    expect(run.stdout).toBe("");
  });

  it("make it exit with 2 and continue with the others if one cannot be opened", async () => {
    const gone = new InputError("no_such_interface", "eth9: there is no such interface");
    const source = await officeInterface();
    const run = await new LiveRun(["eth0", "eth9", "--duration", "1"], {
      interfaces: { eth0: source, eth9: gone },
    }).begun();
    expect(run.stderr).toBe(`appleflow: ${gone.message}\n`);
    source.release();
    await run.clock.advance(1000);
    expect(await run.status).toBe(2);
    expect(run.stderr).toBe(`appleflow: ${gone.message}\n`);
    expect(recordsOf(run).at(-1)?.received).toBe(595);
  });

  it("make it exit with 2 if one is lost for good", async () => {
    const fails = new InputError("interface_gone", "eth0: the interface is gone");
    const source = await officeInterface({ fails });
    const run = await new LiveRun(["eth0"], { interfaces: { eth0: source } }).begun();
    source.release();
    expect(await run.status).toBe(2);
    expect(run.stderr).toBe("appleflow: eth0: the interface is gone\n");
  });
});
