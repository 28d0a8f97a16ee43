import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import { startLive as start } from "./run-live.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-live-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("--save", () => {
  it("writes what was counted: the file has the totals that were shown", async () => {
    const save = join(folder, "saved.pcapng");
    const output = join(folder, "saved.json");
    const args = ["eth0", "--filter", "tcp", "--save", save, "--output", output, "--idle-timeout", "3600"];
    const { run, source } = await start(args);
    source.release();
    await run.clock.advance(1000);
    await run.signal("SIGINT");
    expect(await run.status).toBe(0);
    const { capture: _, options: filtered, ...shown } = JSON.parse(readFileSync(output, "utf8"));
    const { capture: __, options: whole, ...kept } = JSON.parse(JSON.stringify(await summarize([save])));
    expect(kept).toEqual(shown);
    expect(filtered).toEqual({ ...whole, filter: "tcp" });
    expect(run.opened[0].options.snaplen).toBeUndefined();
    expect(kept.flows.udp).toBe(0);
    expect(kept.flows.tcp).toBeGreaterThan(10);
  });

  it("keeps a ring of files", async () => {
    const save = join(folder, "ring.pcapng");
    const { run, source } = await start(["eth0", "--save", save, "--ring", "size:0.02,files:2"]);
    source.release();
    await run.clock.advance(1000);
    await run.signal("SIGINT");
    expect(await run.status).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith("ring-"))).toHaveLength(2);
  });

  it("ends the command and stops its interfaces if the file cannot be created", async () => {
    const { run, source } = await start(["eth0", "--save", join(folder, "no", "saved.pcapng")]);
    expect(await run.status).toBe(1);
    expect(run.stderr).toMatch(/^appleflow: .*saved\.pcapng: no such file/);
    expect(source.stops).toBeGreaterThan(0);
  });

  it("keeps monitoring when the disk is full, reports it, and exits with 6", async () => {
    const { run, source } = await start(["eth0", "--save", "/dev/full"], { size: [80, 24] });
    source.release();
    await run.clock.advance(2000);
    expect(run.screen.isAlternate).toBe(true);
    await run.press("q");
    expect(await run.status).toBe(6);
    expect(run.stderr).toMatch(
      /^appleflow: \/dev\/full: no space left on the device: packets are no longer saved\nappleflow: \d+ packets were not saved\n/,
    );
    expect([run.screen.isAlternate, source.stops > 0]).toEqual([false, true]);
  });
});

describe("options of appleflow live", () => {
  it.each([
    [["--ring", "files:2,size:1"], "--ring needs --save"],
    [["--save", "x.pcapng", "--ring", "2x1"], "a number of files"],
    [["--save", "x.pcapng", "--ring", "files:0,size:1"], "a number of files"],
    [["--save", "x.pcapng", "--ring", "files:2,files:3"], "a number of files"],
    [["--save", "-"], "--save needs a file"],
    [["--output", "-"], "--output needs a file"],
    [["--rules", "x.tsv", "--no-evidence"], "--rules cannot be combined"],
    [["--filter", "port nonsense"], "nonsense"],
    [["--interval", "0"], "seconds from 0.1"],
    [["--duration", "-1"], "seconds from 0.001"],
    [["--count", "1.5"], "whole number from 1"],
    [["--snaplen", "20"], "whole number from 64"],
    [["--backend", "magic"], "auto, tcpdump, cap"],
  ])("refuses %j", async (args, message) => {
    const { run, source } = await start(["eth0", ...args]);
    expect(await run.status).toBe(1);
    expect(run.stderr).toContain(message);
    expect([run.opened, source.stops, run.stdout]).toEqual([[], 0, ""]);
  });
});
