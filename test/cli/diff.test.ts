import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SummaryDifference } from "../../src/reports/compare/summary-difference.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, capturesOfFlows, cutCapture, officeCapture } from "./sample-captures.ts";

let folder: CaptureFolder;
let office: string;
let push: string;
let saved: string;

beforeAll(async () => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
  push = folder.put("push.pcap", capturesOfFlows(3));
  saved = folder.file("office.json");
  await runCli(["summarize", office, "--format", "json", "--output", saved]);
});
afterAll(() => folder.remove());

function changesOf(json: string): Record<string, string> {
  const { rows } = JSON.parse(json) as SummaryDifference;
  return Object.fromEntries(rows.map(({ name, change }) => [name, change]));
}

describe("diff", () => {
  it("takes captures and saved summaries alike", async () => {
    for (const before of [office, saved]) {
      const { stdout, stderr, status } = await runCli(["diff", before, push, "--format", "json"]);
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(changesOf(stdout)).toMatchObject({
        "Push notifications": "changed",
        Bonjour: "gone",
      });
    }
    const { stdout } = await runCli(["diff", saved, office, "--format", "json", "--by", "family"]);
    expect(new Set(Object.values(changesOf(stdout)))).toEqual(new Set(["unchanged"]));
    expect(JSON.parse(stdout)).toMatchObject({ schema: "appleflow/diff@1", isDifferent: false, ports: [] });
  });

  it("tells verdicts that changed: calls without media, a name that is blocked", async () => {
    const changesBetween = async (before: string, after: string) => {
      const files = [before, after].map((name) => `fixtures/lab/${name}`);
      const { stdout } = await runCli(["diff", ...files, "--format", "json"]);
      const { rows } = JSON.parse(stdout) as SummaryDifference;
      return new Map(
        rows.map(({ name, change, verdict }) => [name, [change, verdict.before, verdict.after]]),
      );
    };
    const calls = await changesBetween("apple-facetime.pcapng", "fault-udp-one-way.pcapng");
    expect(calls.get("FaceTime")).toEqual(["changed", "works", "one-way"]);
    expect(calls.get("Push notifications")?.slice(1)).toEqual(["works", "works"]);
    const names = await changesBetween("apple-names.pcapng", "fault-name-blocked.pcap");
    expect(names.get("Software Update")).toEqual(["gone", "works", "name-blocked"]);
    expect(names.get("Push notifications")).toEqual(["changed", null, "name-blocked"]);
    const { stdout } = await runCli([
      "diff",
      "fixtures/lab/apple-facetime.pcapng",
      "fixtures/lab/fault-udp-one-way.pcapng",
    ]);
    expect(stdout).toMatch(/^FaceTime +.* works -> one-way /m);
  });

  it("says by its status that something differs, where that is asked for", async () => {
    expect((await runCli(["diff", office, push])).status).toBe(0);
    expect((await runCli(["diff", office, push, "--fail-on-change"])).status).toBe(5);
    expect((await runCli(["diff", saved, office, "--fail-on-change"])).status).toBe(0);
  });

  it("leaves out small changes", async () => {
    const more = folder.put("more.pcap", capturesOfFlows(4));
    const changed = async (percent: string) => {
      const { stdout } = await runCli(["diff", push, more, "--format", "csv", "--min-change", percent]);
      return stdout.match(/^product,.*,changed,/gm)?.length ?? 0;
    };
    expect(await changed("30%")).toBeGreaterThan(0);
    expect(await changed("34")).toBe(0);
    const { stdout, status } = await runCli(["diff", push, more, "--min-change", "34%", "--fail-on-change"]);
    expect(stdout).toMatch(/products? not changed by 34% or more\.\n$/);
    expect(status).toBe(0);
  });

  it("says what could not be read, and compares no part of nothing", async () => {
    const cut = folder.put("cut.pcap", cutCapture());
    const part = await runCli(["diff", cut, push]);
    expect(part.status).toBe(2);
    expect(part.stdout).toContain("not read to its end");
    const cutSaved = folder.file("cut.json");
    await runCli(["summarize", cut, "--format", "json", "--output", cutSaved]);
    const saved = await runCli(["diff", cutSaved, push]);
    expect(saved.status).toBe(2);
    expect(saved.stderr).toBe(
      `appleflow: ${cutSaved}: when it was saved, not all of the capture could be read\n`,
    );
    const mistakes = {
      "no.pcap": "no such file",
      "broken.json": "not JSON: ",
      "other.json": '$.schema is "appleflow/reach@1"; ',
    };
    folder.put("broken.json", '{ "schema": ');
    folder.put("other.json", '{ "schema": "appleflow/reach@1" }');
    for (const [name, message] of Object.entries(mistakes)) {
      const file = folder.file(name);
      for (const args of [
        [push, file],
        [file, push],
      ]) {
        const { stdout, stderr, status } = await runCli(["diff", ...args]);
        expect({ stdout, status }).toEqual({ stdout: "", status: 3 });
        expect(stderr.startsWith(`appleflow: ${file}: ${message}`), stderr).toBe(true);
      }
    }
  });

  it("shows the names of a saved summary escaped", async () => {
    const evil = "=\u001b[31mPush\u202e";
    const text = readFileSync(saved, "utf8").replaceAll(
      "Push notifications",
      JSON.stringify(evil).slice(1, -1),
    );
    const hostile = folder.put("hostile.json", text);
    for (const format of ["table", "json", "csv"]) {
      const { stdout, status } = await runCli(["diff", hostile, office, "--format", format]);
      expect(status).toBe(0);
      expect(stdout).toContain("Push notifications");
      expect(stdout).toMatch(/31mPush(\\u202e)?/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(stdout).not.toMatch(/[\u001b\u202e]|^product,=/m);
    }
  });

  it("writes no more than it read over a file", async () => {
    const target = folder.file("difference.json");
    await runCli(["diff", office, push, "--format", "json", "--output", target]);
    expect(JSON.parse(readFileSync(target, "utf8")).before.name).toBe(office);
    const { status, stderr } = await runCli(["diff", office, push, "--output", push]);
    expect(status).toBe(1);
    expect(stderr).toContain("would overwrite a capture");
    expect((await runCli(["diff", "-", "-"])).stderr).toBe(
      "appleflow: standard input can be read only once\n",
    );
    expect((await runCli(["diff", office, push, "--min-change", "101%"])).status).toBe(1);
  });
});
