/** The live screen of the office fixture, some seconds after the start. */
import { expect } from "vitest";
import { namedInterface, officeInterface } from "../support/office-traffic.ts";
import { LiveRun, type LiveRunOptions } from "./run-live.ts";

export const UTF8 = { LANG: "en_US.UTF-8", NO_COLOR: "1" };

/** Packets arrive at 60 per second. */
export const OFFICE = { open: officeInterface, seconds: 10 };
const OFFICE_AND_NAMES = { open: namedInterface, seconds: 13 };

/** The office traffic, and servers with names, on a terminal of the given size. */
export async function officeScreen(
  size: readonly [number, number],
  options: Partial<LiveRunOptions> = {},
  { open, seconds } = OFFICE_AND_NAMES,
) {
  const source = await open({ drops: { droppedByKernel: 12, droppedByUs: 3 } });
  const run = new LiveRun(["eth0"], { interfaces: { eth0: source }, size, env: UTF8, ...options });
  await run.begun();
  for (let second = 0; second < seconds; second++) {
    await run.clock.advance(900);
    source.release(1);
    await run.clock.advance(100);
  }
  return run;
}

/** Ends the run as Ctrl-C does. */
export async function quit(run: LiveRun): Promise<void> {
  await run.press("\x03");
  expect(await run.status).toBe(0);
}
