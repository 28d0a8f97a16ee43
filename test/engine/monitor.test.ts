import { describe, expect, it } from "vitest";
import { monitor } from "../../src/engine/monitor.ts";
import { reach } from "../../src/engine/reach.ts";
import { summarize } from "../../src/engine/summarize.ts";
import { InputError } from "../../src/errors.ts";
import type { ReachTarget } from "../../src/reports/reach/reach-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { appleList, appleRules } from "../support/analyze.ts";
import { FakeLiveSource } from "../support/fake-live-source.ts";
import { ManualClock, settle } from "../support/manual-clock.ts";
import { memorySource } from "../support/memory-source.ts";
import { OFFICE_BLOCK, OFFICE_FILE, officeInterface } from "../support/office-traffic.ts";
import { IDLE, RunningMonitor } from "../support/running-monitor.ts";

/** Everything except what only a file has for its source: names and drops per interface. */
function totalsOf({ capture, ...rest }: Summary) {
  const sources = capture.sources.map(({ name: _, format: __, interfaces, ...source }) => ({
    ...source,
    interfaces: interfaces.map(({ name: ___, dropped: ____, ...described }) => described),
  }));
  return { ...rest, capture: { ...capture, sources } };
}

function summarizeFile(file: string, filter?: string): Promise<Summary> {
  const options = { services: appleList, rules: appleRules, idleTimeoutSeconds: IDLE, maxFlows: 2000 };
  return summarize([file], { ...options, ...(filter !== undefined && { filter }) });
}

/** `count` meaningless packets of 60 bytes each. */
function plainSource(count: number, blockSize: number, name: string): FakeLiveSource {
  const record = { bytes: new Uint8Array(60), time: 0n };
  return new FakeLiveSource(memorySource(new Array(count).fill(record), { blockSizes: [blockSize] }), {
    name,
  });
}

describe("monitor", () => {
  it("ends with the summary of the same packets in a file", async () => {
    const source = await officeInterface();
    const running = new RunningMonitor([source]);
    source.release();
    await running.clock.advance(2500);
    const summary = await running.end();
    expect(totalsOf(summary)).toEqual(totalsOf(await summarizeFile(OFFICE_FILE)));
    expect(source.stops).toBeGreaterThan(0);
  });

  it("reports each interval, including live flows and interfaces", async () => {
    const source = plainSource(30, 10, "eth0");
    const running = new RunningMonitor([source]);
    source.release(1);
    await running.clock.advance(1000);
    source.release(2);
    await running.clock.advance(1000);
    await running.clock.advance(1000);
    await running.end();
    expect(running.reports.map(({ packetsPerSecond }) => packetsPerSecond)).toEqual([10, 20, 0, 0]);
    expect(running.reports.map(({ bytesPerSecond }) => bytesPerSecond)).toEqual([600, 1200, 0, 0]);
    expect(running.reports.map(({ elapsedSeconds }) => elapsedSeconds)).toEqual([1, 2, 3, 3]);
    expect(running.reports.map(({ isLast }) => isLast)).toEqual([false, false, false, true]);
    expect(running.reports[0].time).toBe("2026-01-31T09:30:01.000Z");
    const [described] = running.reports[0].summary.capture.sources;
    expect(described.interfaces).toMatchObject([{ linkType: "ETHERNET", packets: 10 }]);
    expect(described.complete).toBe(true);
  });

  it("includes live flows in each report, as the final summary will", async () => {
    const source = await officeInterface();
    const running = new RunningMonitor([source]);
    source.release();
    await running.clock.advance(1000);
    const [report] = running.reports;
    expect(report.liveFlows).toBeGreaterThan(50);
    const summary = await running.end();
    expect(report.summary.products).toEqual(summary.products);
    expect(report.summary.flows).toEqual(summary.flows);
  });

  it("reads several interfaces at once, and adds up their drops", async () => {
    const one = plainSource(20, 10, "eth0");
    const other = plainSource(7, 7, "eth1");
    one.drops = { droppedByKernel: 5, droppedByInterface: 1, droppedByUs: 2 };
    other.drops = { droppedByKernel: 3, droppedByInterface: 0, droppedByUs: 0 };
    const running = new RunningMonitor([one, other]);
    one.release(1);
    other.release();
    await running.clock.advance(1000);
    one.release(1);
    other.drops = { droppedByKernel: null, droppedByInterface: null, droppedByUs: 4 };
    const summary = await running.end();
    expect(running.reports[0]).toMatchObject({
      received: 17,
      droppedByKernel: 8,
      droppedByInterface: 1,
      droppedByUs: 2,
      interfaces: [
        { name: "eth0", backend: "tcpdump" },
        { name: "eth1", backend: "tcpdump" },
      ],
    });
    // A counter that one of them lacks is unknown for all.
    expect(running.reports[1]).toMatchObject({ received: 27, droppedByKernel: null, droppedByUs: 6 });
    expect(summary.capture.sources.map(({ name, packets }) => [name, packets])).toEqual([
      ["eth0", 20],
      ["eth1", 7],
    ]);
  });

  it("ends after exactly the requested number of packets, over all interfaces", async () => {
    const one = plainSource(1000, 10, "eth0");
    const other = plainSource(1000, 7, "eth1");
    const running = new RunningMonitor([one, other], { maxPackets: 25 });
    one.release(1);
    other.release(1);
    await settle();
    one.release();
    const summary = await running.summary;
    expect(summary.capture.packets).toBe(25);
    expect(other.stops).toBeGreaterThan(0);
  });

  it("ends after the requested time, with one last report", async () => {
    const source = plainSource(10, 10, "eth0");
    const running = new RunningMonitor([source], { durationSeconds: 2.5 });
    source.release();
    await running.clock.advance(10_000);
    await running.summary;
    expect(running.reports.map(({ elapsedSeconds }) => elapsedSeconds)).toEqual([1, 2, 2.5]);
  });

  it("counts what a filter matches, as for a file", async () => {
    const filter = "tcp port 443 and not host 192.168.20.31";
    const source = await officeInterface();
    const running = new RunningMonitor([source], { filter });
    source.release();
    await running.clock.advance(1000);
    const summary = await running.end();
    const expected = await summarizeFile(OFFICE_FILE, filter);
    expect(expected.capture.packets).toBeGreaterThan(10);
    expect(summary.products).toEqual(expected.products);
    expect(summary.packets).toEqual(expected.packets);
    expect(running.reports.at(-1)?.received).toBe(595);
  });

  it("extends an interval to ten times the duration of its report", async () => {
    const source = plainSource(10, 10, "eth0");
    const clock = new ManualClock();
    const at: number[] = [];
    const ending = new AbortController();
    const summary = monitor([source], {
      services: appleList,
      rules: null,
      maxFlows: 10,
      clock,
      signal: ending.signal,
      onInterval: () => {
        at.push(clock.now());
        if (at.length === 2) clock.spend(400);
      },
    });
    await clock.advance(9000);
    ending.abort();
    await summary;
    // The second report took 0.4 s, so the third comes 4 s later; then one per second again.
    expect(at.slice(0, 5)).toEqual([1000, 2000, 6000, 7000, 8000]);
  });

  it("continues without a lost interface, and reports it at the end", async () => {
    const fails = new InputError("interface_gone", "eth1: the interface is gone", { source: "eth1" });
    const lost = new FakeLiveSource(memorySource([{ bytes: new Uint8Array(60), time: 0n }]), {
      name: "eth1",
      fails,
    });
    const source = plainSource(20, 10, "eth0");
    const running = new RunningMonitor([source, lost]);
    lost.release();
    source.release(1);
    await running.clock.advance(2000);
    source.release();
    await running.clock.advance(1000);
    const summary = await running.end();
    expect(running.reports).toHaveLength(4);
    expect(summary.capture.sources).toMatchObject([
      { name: "eth0", packets: 20, complete: true },
      { name: "eth1", packets: 1, complete: false, error: { code: "interface_gone" } },
    ]);
  });

  it("ends when no interface is left", async () => {
    const fails = new InputError("interface_gone", "eth0: the interface is gone", { source: "eth0" });
    const source = new FakeLiveSource(memorySource([]), { fails });
    source.release();
    const summary = await new RunningMonitor([source]).summary;
    expect(summary.capture.sources[0].error?.code).toBe("interface_gone");
  });

  it("names the interfaces that could not be opened", async () => {
    const error = new InputError("no_such_interface", "eth9: there is no such interface", { source: "eth9" });
    const source = plainSource(10, 10, "eth0");
    const running = new RunningMonitor([source], { failures: [{ name: "eth9", error }] });
    source.release();
    await settle();
    const summary = await running.end();
    expect(summary.capture.sources.map(({ name, complete }) => [name, complete])).toEqual([
      ["eth9", false],
      ["eth0", true],
    ]);
  });

  it.each([
    ["a report", { onInterval: () => failure() }],
    ["the sink", { sink: { write: () => failure(), flush: () => {} } }],
    ["the options", { filter: "port nonsense" }],
  ])("stops its interfaces when %s fails", async (_, options) => {
    const source = plainSource(10, 10, "eth0");
    const running = new RunningMonitor([source], options);
    source.release();
    await running.clock.advance(1000);
    await expect(running.summary).rejects.toThrow();
    expect(source.stops).toBeGreaterThan(0);
  });

  it("reads nothing if aborted before it begins", async () => {
    const source = plainSource(10, 10, "eth0");
    const signal = AbortSignal.abort();
    const running = new RunningMonitor([source], { signal });
    expect((await running.summary).capture.packets).toBe(0);
  });

  it("reports which services answer, if asked to watch", async () => {
    const source = await officeInterface();
    const running = new RunningMonitor([source], { watchesReach: true });
    source.release();
    await running.clock.advance(1000);
    const live = await running.view?.reach();
    const { report } = await reach([OFFICE_FILE], { idleTimeoutSeconds: IDLE });
    // Attempts from the last seconds may still be answered.
    const end = new Date(Date.parse(report.capture.end ?? "") - 4000).toISOString();
    const isSettled = ({ firstSeen }: ReachTarget) => (firstSeen ?? "") < end;
    expect(report.targets.filter(isSettled).length).toBeGreaterThan(20);
    expect(live?.targets.filter(isSettled)).toEqual(report.targets.filter(isSettled));
    await running.end();
    expect(await running.view?.reach()).toBeNull();

    const other = await officeInterface();
    const unwatched = new RunningMonitor([other]);
    other.release();
    await unwatched.clock.advance(1000);
    expect(await unwatched.view?.reach()).toBeNull();
    await unwatched.end();
  });

  it("counts packets while it determines which services answer", async () => {
    const source = await officeInterface();
    const running = new RunningMonitor([source], { watchesReach: true });
    source.release(5);
    await running.clock.advance(1000);
    expect(running.reports[0].summary.capture.packets).toBe(5 * OFFICE_BLOCK);
    const looking = running.view?.reach();
    source.release();
    expect((await looking)?.capture.packets).toBe(595);
    await running.end();
  });
});

function failure(): never {
  throw new Error("no more");
}
