import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, officeCapture } from "./sample-captures.ts";

let folder: CaptureFolder;
let office: string;

beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
});
afterAll(() => folder.remove());

describe("--output", () => {
  it("writes the file and nothing else, without colours", async () => {
    const file = folder.file("out.txt");
    const result = await runCli(["summarize", office, "--output", file], { columns: 200 });
    expect(result).toEqual({ status: 0, stdout: "", stderr: "" });
    const text = readFileSync(file, "utf8");
    expect(text).toBe((await runCli(["summarize", office])).stdout);
  });

  it("replaces the content of a longer file", async () => {
    const file = folder.put("long.json", "x".repeat(1_000_000));
    await runCli(["summarize", office, "--format", "json", "-o", file]);
    expect(JSON.parse(readFileSync(file, "utf8")).schema).toBe("appleflow/summary@2");
  });

  it("reports that it cannot write before it reads", async () => {
    const file = folder.file("no-folder/out.txt");
    const { status, stderr } = await runCli(["summarize", folder.file("no.pcap"), "--output", file]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: `appleflow: ${file}: no such folder\n` });
    const { stderr: atFolder } = await runCli(["summarize", office, "--output", folder.path]);
    expect(atFolder).toBe(`appleflow: ${folder.path}: is a folder\n`);
  });

  it("never overwrites an input capture", async () => {
    const { status, stderr } = await runCli(["summarize", office, "--output", office]);
    expect(status).toBe(1);
    expect(stderr).toContain("would overwrite a capture");
    expect(readFileSync(office)).toEqual(Buffer.from(officeCapture()));
  });

  it("leaves the old file alone, and creates none, if there is no result", async () => {
    const old = folder.put("old.txt", "old");
    await runCli(["summarize", folder.file("no.pcap"), "--output", old]);
    expect(readFileSync(old, "utf8")).toBe("old");
    const fresh = folder.file("fresh.txt");
    await runCli(["summarize", folder.file("no.pcap"), "--output", fresh]);
    expect(existsSync(fresh)).toBe(false);
  });

  it.runIf(existsSync("/dev/full"))("reports a full disk", async () => {
    const { status, stderr } = await runCli(["summarize", office, "--output", "/dev/full"]);
    expect({ status, stderr }).toEqual({
      status: 6,
      stderr: "appleflow: /dev/full: no space left on the device\n",
    });
  });
});
