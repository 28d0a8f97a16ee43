import { describe, expect, it } from "vitest";
import { OFFICE, officeScreen, quit } from "./office-screen.ts";
import type { LiveRun } from "./run-live.ts";

const ENTER = "\r";
/** Lines of the header. */
const HEAD = 5;

const SIZES = [
  [40, 24],
  [80, 24],
  [120, 30],
  [200, 50],
] as const;

const textOf = (run: LiveRun) => `${run.screen.lines.join("\n")}\n`;

/** Compares the screen with the stored one for its size. */
async function expectGoldens(run: LiveRun, name: string): Promise<void> {
  for (const [columns, rows] of SIZES) {
    await run.resize(columns, rows);
    await expect(textOf(run)).toMatchFileSnapshot(`screens/${name}-${columns}x${rows}.txt`);
  }
}

describe("the live screen at 40, 80, 120 and 200 columns", () => {
  it("shows named products by current traffic, and possible ones on request", async () => {
    const run = await officeScreen(SIZES[0]);
    await expectGoldens(run, "products");
    await run.press("f");
    await expectGoldens(run, "could-be");
    await quit(run);
  });

  it("drills down from a device to its services, their connections and one explanation", async () => {
    const run = await officeScreen(SIZES[0]);
    await run.press("2");
    await expectGoldens(run, "devices");
    await run.press(ENTER);
    await expectGoldens(run, "services");
    await run.press(ENTER, ENTER);
    await expectGoldens(run, "why");
    await quit(run);
  });

  it("shows connections, search results, and services that nobody identified", async () => {
    const run = await officeScreen(SIZES[0]);
    await run.press("3");
    await expectGoldens(run, "connections");
    await run.press("/", "2001:db8:17", ENTER);
    await expectGoldens(run, "search");
    await run.press("4", "s");
    await expectGoldens(run, "others");
    await quit(run);
  });

  it("shows which services answer, by product and by row, and the keys", async () => {
    const run = await officeScreen(SIZES[0], {}, OFFICE);
    await run.press("5");
    await expectGoldens(run, "reach");
    await run.press("f");
    await expectGoldens(run, "reach-rows");
    await run.press("?");
    await expectGoldens(run, "help");
    await quit(run);
  });

  it("falls back to ASCII on terminals without Unicode", async () => {
    const run = await officeScreen(SIZES[0], { env: { LANG: "C", NO_COLOR: "1" } });
    for (const key of ["1", "2", "3", "4", "5", "?"]) {
      await run.press(key);
      for (const [columns, rows] of SIZES) {
        await run.resize(columns, rows);
        expect(textOf(run)).toMatch(/^[\x20-\x7e\n]*$/);
      }
    }
    await quit(run);
  });

  it("never cuts a number, and marks every cut text", async () => {
    const run = await officeScreen(SIZES[0]);
    for (const key of ["1", "2", "3", "4"]) {
      await run.press(key);
      await run.resize(300, 50);
      const words = new Set(run.screen.lines.slice(HEAD, -1).flatMap((line) => line.slice(2).split(/ {2,}/)));
      for (let columns = 40; columns <= 200; columns += 7) {
        await run.resize(columns, 30);
        for (const line of run.screen.lines.slice(HEAD, -1)) {
          expect(line.length).toBeLessThanOrEqual(columns);
          for (const word of line.slice(2).split(/ {2,}/)) {
            if (!/[…▁-█]/.test(word)) expect(words).toContain(word);
          }
        }
      }
    }
    await quit(run);
  });
});
