import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";

const MODULE = new URL("../../src/cli/line-output.ts", import.meta.url).href;

/** Writes 100 lines of 10 kB, one every 20 ms, and a last one; reports the outcome of each on standard error. */
const WRITER = `
  const { standardLines } = await import(process.argv[1]);
  const lines = standardLines();
  const outcomes = [];
  for (let i = 0; i < 100; i++) {
    outcomes.push(lines.write(JSON.stringify({ i, text: "x".repeat(10_000) }) + "\\n"));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const begin = performance.now();
  await lines.finish(JSON.stringify({ i: "last" }) + "\\n");
  console.error(JSON.stringify({ outcomes, finishedMs: performance.now() - begin }));
`;

function startWriter() {
  const args = ["--import", "tsx", "--input-type=module", "-e", WRITER, MODULE];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  child.stderr.on("data", (chunk: Buffer) => {
    told += chunk.toString();
  });
  const outcomes = async () => {
    const [status] = await once(child, "close");
    expect(status).toBe(0);
    return JSON.parse(told) as { outcomes: string[]; finishedMs: number };
  };
  return { child, outcomes };
}

describe("output lines written to a pipe", () => {
  it("are dropped whole, never cut, while the reader is stopped", async () => {
    const { child, outcomes } = startWriter();
    let text = "";
    const ended = outcomes();
    child.stdout.pause();
    // Long enough to fill a pipe of 64 KiB, but not until the end of the lines.
    await once(child.stdout, "readable");
    await pause(700);
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    const { outcomes: found } = await ended;
    const taken = found.flatMap((outcome, i) => (outcome === "taken" ? [i] : []));
    expect(found.filter((outcome) => outcome === "busy").length).toBeGreaterThan(5);
    expect(taken.length).toBeGreaterThan(10);
    const read = text.split("\n");
    expect(read.pop()).toBe("");
    expect(read.map((line) => JSON.parse(line).i)).toEqual([...taken, "last"]);
  });

  it("do not keep the program alive if its reader never continues", async () => {
    const { child, outcomes } = startWriter();
    child.stdout.pause();
    child.once("exit", () => child.stdout.destroy());
    const { outcomes: found, finishedMs } = await outcomes();
    expect(found.at(-1)).toBe("busy");
    expect(finishedMs).toBeGreaterThan(900);
  });

  it("report that the reader has closed the pipe", async () => {
    const { child, outcomes } = startWriter();
    child.stdout.once("data", () => child.stdout.destroy());
    const { outcomes: found, finishedMs } = await outcomes();
    expect([found[0], found.at(-1)]).toEqual(["taken", "gone"]);
    expect(finishedMs).toBeLessThan(900);
  });
});
