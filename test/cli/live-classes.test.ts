import { describe, expect, it } from "vitest";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { FakeLiveSource } from "../support/fake-live-source.ts";
import { memorySource } from "../support/memory-source.ts";
import { officeScreen, quit, UTF8 } from "./office-screen.ts";
import { LiveRun } from "./run-live.ts";

describe("the live screen", () => {
  it("never lists a product that only a port allows among the named ones", async () => {
    const run = await officeScreen([200, 60]);
    const products = () => run.screen.lines.slice(6, 50).map((line) => line.slice(2).split("  ")[0]);
    const named = products();
    expect(named).toContain("Push notifications");
    expect(named).not.toContain("AirPlay");
    await run.press("f");
    expect(run.screen.lines[5]).toMatch(/^ {2}COULD BE/);
    expect(products()).toContain("AirPlay");
    await run.press("f");
    expect(products()).toEqual(named);
    await quit(run);
  });

  it("shows how a product is known at every width", async () => {
    const run = await officeScreen([80, 24]);
    for (const columns of [40, 48, 60, 72, 99, 150]) {
      await run.resize(columns, 24);
      expect(run.screen.lines[5]).toMatch(/ HOW\b/);
      expect(run.screen.lines[6]).toMatch(/ server-name\*?( |$)/);
    }
    await quit(run);
  });

  it("says that nothing of Apple's has been seen", async () => {
    const bytes = packet().ethernet().ipv4({}).tcp({ destinationPort: 22 }).build();
    const source = new FakeLiveSource(memorySource([{ bytes, time: 0n }]));
    const run = await new LiveRun(["eth0"], {
      interfaces: { eth0: source },
      size: [80, 24],
      env: UTF8,
    }).begun();
    source.release();
    await run.clock.advance(1000);
    expect(run.screen.lines[3]).toMatch(/^No Apple traffic has been seen\.$/);
    expect(run.screen.lines[5]).toBe("No product has been named yet.");
    await quit(run);
  });

  it("shows flows that a port alone allows only on request", async () => {
    const run = await officeScreen([120, 40]);
    const flows = () => run.screen.lines.filter((line) => / port, one of \d+/.test(line)).length;
    await run.press("/", "Software Update", "\r", "\r", "\r");
    expect([run.screen.lines[4], flows()]).toEqual([
      expect.stringMatching(/^Products > Software Update > /),
      0,
    ]);
    await run.press("\x1b", "\x1b", "f", "\r", "\r");
    expect(run.screen.lines[4]).toMatch(/^Products > Software Update \(could be\) > /);
    expect(flows()).toBeGreaterThan(0);
    await quit(run);
  });
});
