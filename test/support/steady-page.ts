/**
 * The page of a monitor on a test clock: five minutes of two fixtures, with the same numbers and times on every run. For
 * pictures of it, and for tests that need a page with something of everything.
 */
import { loadAdvice } from "../../src/knowledge/advice/load-advice.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { LivePage } from "../../src/web/live-page.ts";
import { type PageFiles, readPageFiles } from "../../src/web/page-files.ts";
import { appleList, appleRules } from "./analyze.ts";
import { FakeLiveSource } from "./fake-live-source.ts";
import { type MemoryRecord, memorySource, readRecords } from "./memory-source.ts";
import { IDLE, RunningMonitor } from "./running-monitor.ts";

const FIXTURES = ["fixtures/phone-morning.pcapng", "fixtures/office-morning.pcapng"];
const SECONDS = 290;
const NANOSECONDS = 1e9;
/** Packets of five seconds arrive at once. */
const STEP = 5;
/** 2026-01-31T09:30:00Z, the start of the clock. */
const BEGUN = BigInt(Date.UTC(2026, 0, 31, 9, 30)) * 1_000_000n;

/** A page that stays the same until it is closed. */
export interface SteadyPage {
  readonly url: string;
  close(): Promise<void>;
}

/** The displayed report. */
export interface SteadyOptions {
  readonly fixtures?: readonly string[];
  /** The part of the five minutes that has passed. */
  readonly seconds?: number;
  /** Files that replace those of the page. */
  readonly files?: PageFiles;
}

/** Serves it. */
export async function steadyPage({
  fixtures = FIXTURES,
  seconds = SECONDS,
  files = readPageFiles(),
}: SteadyOptions = {}): Promise<SteadyPage> {
  const parts = await Promise.all(fixtures.map(stretched));
  const records = parts.flat().sort((a, b) => Number((a.time ?? 0n) - (b.time ?? 0n)));
  const sizes = Array.from({ length: SECONDS / STEP }, (_, i) => records.filter(isOfStep(i)).length);
  const packets = memorySource(records, { blockSizes: sizes.filter((size) => size > 0), timeDigits: 6 });
  const source = new FakeLiveSource(packets, { name: "en0" });
  const advice = loadAdvice();
  const reading = { services: appleList, rules: appleRules, idleTimeoutSeconds: IDLE };
  const address = { host: "127.0.0.1", port: 0 };
  const page = await LivePage.open({ address, files, token: null, advice }, reading, null);
  const running = new RunningMonitor([source], {
    watchesReach: true,
    tellsDevices: true,
    onInterval: (report, view) => page.show(report, view),
  });
  const steps = sizes.slice(0, seconds / STEP);
  for (const [i, size] of steps.entries()) {
    if (size > 0) source.release(1);
    // It stops while the last packets still count as current traffic.
    await running.clock.advance(i === steps.length - 1 ? 1000 : STEP * 1000);
  }
  return {
    url: page.url,
    close: async () => {
      await running.end();
      page.close();
    },
  };
}

/** The packets of a fixture, spread over the five minutes. */
async function stretched(file: string): Promise<MemoryRecord[]> {
  const records = await readRecords(await openCapture(file));
  const times = records.map(({ time }) => Number((time ?? 0n) / 1000n));
  const first = Math.min(...times);
  const span = Math.max(...times) - first;
  return records.map((record, i) => {
    const part = (times[i] - first) / span;
    return { ...record, linkType: 1, time: BEGUN + BigInt(Math.floor(part * (SECONDS - 1) * NANOSECONDS)) };
  });
}

function isOfStep(step: number): (record: MemoryRecord) => boolean {
  return ({ time }) => {
    const second = Number(((time ?? 0n) - BEGUN) / BigInt(NANOSECONDS));
    return Math.floor(second / STEP) === step;
  };
}
