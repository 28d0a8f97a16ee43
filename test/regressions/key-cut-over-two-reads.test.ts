/** Over a slow line, the sequence of a key arrives in two reads. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { ESCAPE_WAIT_MS } from "../../src/cli/screen/live-keys.ts";
import { startLive } from "../cli/run-live.ts";

it.each([
  ["after its escape byte", "\x1b", "[B"],
  ["after its bracket", "\x1b[", "B"],
])("an arrow key cut %s moves the selection, and is not read as Escape and letters", async (_, ...pieces) => {
  const { run, source } = await startLive(["eth0"], { size: [80, 24], env: { NO_COLOR: "1" } });
  source.release();
  await run.clock.advance(1000);
  // Products that only a port allows, of which the capture has many.
  await run.press("f");
  const chosen = () => run.screen.lines.findIndex((line) => line.startsWith(">"));
  await run.press("/", "a", "\r");
  const first = chosen();
  const searched = run.screen.lines[4];
  expect(searched).toContain("/a   by");
  await run.send(...pieces);
  await pause(2 * ESCAPE_WAIT_MS);
  await run.clock.advance(100);
  expect(chosen()).toBeGreaterThan(first);
  expect(run.screen.lines[4]).toBe(searched);
  await run.press("q");
  expect(await run.status).toBe(0);
});
