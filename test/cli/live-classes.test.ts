import { describe, expect, it } from "vitest";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { FakeLiveSource } from "../support/fake-live-source.ts";
import { memorySource } from "../support/memory-source.ts";
import { officeScreen, quit, UTF8 } from "./office-screen.ts";
import { LiveRun } from "./run-live.ts";

const DOWN = "\x1b[B";

describe("the screen", () => {
  it("never shows a product that only a port allows among those that are named", async () => {
    const run = await officeScreen([200, 60]);
    const products = () => run.screen.lines.slice(5, 59).map((line) => line.slice(2, 30).trim());
    const named = products();
    expect(named).not.toContain("AirPlay");
    await run.press("c");
    const shown = products();
    const border = shown.indexOf("COULD BE");
    expect(shown.slice(0, border - 1)).toEqual(named.slice(0, border - 1));
    expect(shown.indexOf("AirPlay")).toBeGreaterThan(border);
    for (const product of shown.slice(border + 1)) expect(named.slice(1, border - 1)).not.toContain(product);
    await run.press("c");
    expect(products()).toEqual(named);
    await quit(run);
  });

  it("always says how a product is known, however narrow it is", async () => {
    const run = await officeScreen([80, 24]);
    for (const columns of [40, 48, 60, 72, 99, 150]) {
      await run.resize(columns, 24);
      expect(run.screen.lines[5]).toMatch(/ HOW\b/);
      expect(run.screen.lines[6]).toMatch(/ server-name\*?( |$)/);
    }
    await quit(run);
  });

  it("says so where nothing of Apple's has been seen", async () => {
    const bytes = packet().ethernet().ipv4({}).tcp({ destinationPort: 22 }).build();
    const source = new FakeLiveSource(memorySource([{ bytes, time: 0n }]));
    const run = await new LiveRun(["eth0"], {
      interfaces: { eth0: source },
      size: [80, 24],
      env: UTF8,
    }).begun();
    source.release();
    await run.clock.advance(1000);
    expect(run.screen.lines[3]).toMatch(/^Nothing of Apple's has been seen\. +by rate$/);
    expect(run.screen.lines[5]).toBe("No product has been named yet.");
    await quit(run);
  });

  it("keeps the heading of products that could be above them, however far they are scrolled", async () => {
    const run = await officeScreen([80, 24]);
    await run.press("c");
    expect(run.screen.lines[5]).toMatch(/^ {2}PRODUCT/);
    await run.press(...new Array<string>(40).fill(DOWN));
    expect(run.screen.lines[5]).toMatch(/^ {2}COULD BE/);
    expect(run.screen.lines.filter((line) => line.startsWith(">"))).toHaveLength(1);
    await quit(run);
  });

  it("shows the flows that a port alone allows only where they are asked for", async () => {
    const run = await officeScreen([120, 40]);
    const flows = () => run.screen.lines.filter((line) => / port, one of \d+/.test(line)).length;
    await run.press("/", "iCloud", "\r", "\r");
    expect([run.screen.lines[5], flows()]).toEqual([expect.stringMatching(/^iCloud \(iCloud\)/), 0]);
    await run.press("c");
    expect(flows()).toBeGreaterThan(0);
    await run.press("c");
    expect(flows()).toBe(0);
    await quit(run);
  });
});
