/**
 * A history whose writer is killed repeatedly at any time has every stored bucket exactly once, and at most the one being
 * written in addition; every segment is readable.
 */
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { allRows, historyFolder } from "../support/history-rows.ts";
import { rowsOfBucket } from "../support/history-writer.ts";

const RUNS = process.env.APPLEFLOW_TEST_RUNS === "long" ? 200 : 10;
/** Maximum milliseconds from the first bucket of a run to its kill. */
const LONGEST_LIFE = 400;
/** The same from the start of the process. */
const LONGEST_BEGIN = 1500;

const { folder, remove } = historyFolder();
afterAll(remove);

/** Runs a writer from a given bucket on, and kills it; returns the number of the last bucket it has stored. */
async function writeAndDie(first: number): Promise<number> {
  const writer = spawn(
    process.execPath,
    ["--import", "tsx", "test/support/history-writer.ts", folder, String(first)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = new Promise((resolve) => writer.once("close", resolve));
  let said = "";
  const begun = new Promise<void>((resolve) => {
    writer.stdout.on("data", (data) => {
      said += data;
      resolve();
    });
  });
  // One in four may be killed before it has written anything, while it repairs what the previous one left.
  if (Math.random() < 0.25) await pause(Math.random() * LONGEST_BEGIN);
  else {
    await Promise.race([begun, ended]);
    await pause(Math.random() * LONGEST_LIFE);
  }
  writer.kill("SIGKILL");
  await ended;
  return said === "" ? first - 1 : Number(said.trimEnd().split("\n").at(-1));
}

describe("a history whose writer is killed", () => {
  it(`has every stored bucket once, ${RUNS} times`, async () => {
    const kept = new Set<number>();
    /** Buckets that were being written, which may be present. */
    const open = new Set<number>();
    let first = 0;
    for (let run = 0; run < RUNS; run++) {
      const last = await writeAndDie(first);
      for (let number = first; number <= last; number++) kept.add(number);
      open.add(last + 1);
      first = last + 2;
    }
    const rows = await allRows(folder);
    const sent = new Map<string, number>();
    for (const { deviceId, sentBytes } of rows) {
      const key = deviceId ?? "";
      sent.set(key, (sent.get(key) ?? 0) + sentBytes);
    }
    const there = [...kept, ...open].filter((number) => sent.has(`bucket ${number}`));
    const wanted = new Map<string, number>();
    for (const number of there) {
      for (const { deviceId, sentBytes } of rowsOfBucket(number)) {
        const key = deviceId ?? "";
        wanted.set(key, (wanted.get(key) ?? 0) + sentBytes);
      }
    }
    expect([...kept].filter((number) => !sent.has(`bucket ${number}`))).toEqual([]);
    expect(Object.fromEntries(sent)).toEqual(Object.fromEntries(wanted));
    // Hours and days have ended meanwhile, and have been rolled up.
    expect(new Set(rows.map(({ seconds }) => seconds)).size).toBeGreaterThan(1);
    console.info(
      `${RUNS} kills, ${kept.size} buckets kept, ${there.length - kept.size} of those being written`,
    );
  }, 600_000);
});
