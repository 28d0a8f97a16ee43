import { describe, expect, it } from "vitest";
import { readProgramOutput } from "../../../src/packets/live/program-output.ts";

describe("the output of a short program", () => {
  it("is its text and exit status", async () => {
    const output = await readProgramOutput("sh", ["-c", "echo out; echo err >&2; exit 3"], process.env);
    expect(output).toEqual({ status: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("is empty if the program does not exist", async () => {
    const output = await readProgramOutput("no-such-program", [], process.env);
    expect(output).toEqual({ status: null, stdout: "", stderr: "" });
  });

  it("is not waited for beyond the timeout, nor is that of its children", async () => {
    const begin = performance.now();
    const script = "echo out; sleep 15 & wait";
    const { status, stdout } = await readProgramOutput("sh", ["-c", script], process.env, 300);
    expect({ status, stdout }).toEqual({ status: null, stdout: "out\n" });
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
