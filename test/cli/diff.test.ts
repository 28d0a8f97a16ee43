import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SummaryDifference } from "../../src/reports/compare/summary-difference.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, capturesOfFlows, cutCapture, officeCapture } from "./sample-captures.ts";

/** The first names more than five products; in the second some of the same names are blocked. */
const NAMES = "fixtures/lab/apple-names.pcapng";
const BLOCKED = "fixtures/lab/fault-name-blocked.pcap";

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
  it("accepts captures and saved summaries alike", async () => {
    const namesSaved = folder.file("names.json");
    await runCli(["summarize", NAMES, "--format", "json", "--output", namesSaved]);
    for (const before of [NAMES, namesSaved]) {
      const { stdout, stderr, status } = await runCli(["diff", before, BLOCKED, "--format", "json"]);
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(changesOf(stdout)).toMatchObject({
        "Captive portal check": "gone",
        "iTunes Store": "changed",
      });
    }
    const { stdout } = await runCli(["diff", namesSaved, NAMES, "--format", "json", "--by", "family"]);
    expect(new Set(Object.values(changesOf(stdout)))).toEqual(new Set(["unchanged"]));
    expect(JSON.parse(stdout)).toMatchObject({ schema: "appleflow/diff@2", isDifferent: false, ports: [] });
  });

  it("refuses a summary of version 1 and prints the command that rewrites it", async () => {
    const old = folder.put("old one.json", '{ "schema": "appleflow/summary@1", "products": [] }');
    const { stdout, stderr, status } = await runCli(["diff", old, office]);
    expect({ stdout, status }).toEqual({ stdout: "", status: 3 });
    expect(stderr).toBe(
      `appleflow: ${old}: $.schema is "appleflow/summary@1", the format of an older version. Replace CAPTURE with the ` +
        `capture it was made from: appleflow summarize CAPTURE --format json --output '${old}'\n`,
    );
  });

  it("reports changed verdicts, such as names that are now blocked", async () => {
    const { stdout } = await runCli(["diff", NAMES, BLOCKED, "--format", "json"]);
    const { rows } = JSON.parse(stdout) as SummaryDifference;
    const names = new Map(
      rows.map(({ name, change, verdict }) => [name, [change, verdict.before, verdict.after]]),
    );
    expect(names.get("Software Update")).toEqual(["gone", "works", "name-blocked"]);
    expect(names.get("Push notifications")).toEqual(["changed", null, "name-blocked"]);
    expect(names.get("iTunes Store")).toEqual(["changed", "works", "works"]);
    const table = (await runCli(["diff", NAMES, BLOCKED])).stdout;
    expect(table).toMatch(/^STOPPED WORKING {2}Software Update +works -> name-blocked +server-name$/m);
    expect(table).toMatch(/^FAILS +Push notifications +never-tried -> name-blocked +DNS$/m);
    expect(table).not.toMatch(/^LESS/m);
    const all = (await runCli(["diff", NAMES, BLOCKED, "--all"])).stdout;
    expect(all).toMatch(/^LESS +iTunes Store +-47\.3% \(7\.9 kB -> 4\.1 kB\) +server-name\*$/m);
  });

  it("shows unchanged products, possible products and ports with --all only", async () => {
    const possible = folder.put("possible.pcap", capturesOfFlows(3));
    const { stdout } = await runCli(["diff", NAMES, possible]);
    expect(stdout).toMatch(/^GONE +iCloud +3\.1 kB +server-name\*$/m);
    expect(stdout).toMatch(/^\d+ products only possible\. --all shows them\.$/m);
    expect(stdout).toMatch(/^Ports: 1 new, \d+ gone\. --all names them\.$/m);
    expect(stdout).not.toContain("FaceTime");
    const all = (await runCli(["diff", NAMES, possible, "--all"])).stdout;
    expect(all).toMatch(/^ONLY POSSIBLE: [\s\S]*^FaceTime +0 B +\d+ B +\+\d+ B$/m);
    expect(all).toMatch(/^tcp\/5223 +\(no name\) +appeared +3 /m);
    expect(all).not.toContain("--all");
    const same = await runCli(["diff", NAMES, NAMES]);
    expect(same.stdout).toMatch(/^12 products as before\. --all shows them\.$/m);
    const sameAll = await runCli(["diff", NAMES, NAMES, "--all"]);
    expect(sameAll.stdout).toMatch(/^AS BEFORE +iCloud +3\.1 kB +server-name\*$/m);
  });

  it("returns status 5 for a difference only with --fail-on", async () => {
    expect((await runCli(["diff", office, push])).status).toBe(0);
    const statusOf = async (before: string, after: string) => {
      const runs = ["verdict", "product", "any"].map((what) =>
        runCli(["diff", before, after, "--fail-on", what]),
      );
      return (await Promise.all(runs)).map(({ status }) => status);
    };
    // More of the same traffic; a blocked name; an unblocked name together with a new product.
    const more = folder.put("more.pcap", capturesOfFlows(4));
    expect(await statusOf(push, more)).toEqual([0, 0, 5]);
    expect(await statusOf(NAMES, BLOCKED)).toEqual([5, 5, 5]);
    expect(await statusOf(BLOCKED, NAMES)).toEqual([0, 5, 5]);
    expect(await statusOf(saved, office)).toEqual([0, 0, 0]);
  });

  it("shows the requested number of rows, and how many more there are", async () => {
    const { stdout } = await runCli(["diff", NAMES, BLOCKED, "--top", "2"]);
    expect(stdout.match(/^(STOPPED WORKING|FAILS|NEW|GONE|MUCH)/gm)).toHaveLength(2);
    expect(stdout).toMatch(/^\d+ more changed, beyond --top\.$/m);
    expect(await runCli(["diff", NAMES, BLOCKED, "--top", "2", "--format", "csv"])).toMatchObject({
      status: 1,
      stderr: "appleflow: --top applies to the table only: csv has all rows\n",
    });
  });

  it("omits changes below --min-change", async () => {
    const changed = async (percent: string) => {
      const { stdout } = await runCli(["diff", NAMES, BLOCKED, "--format", "csv", "--min-change", percent]);
      return stdout.match(/^product,.*,changed,/gm)?.length ?? 0;
    };
    // The four products of iCloud's gateway grew by a fifth, the stores shrank to half.
    expect(await changed("20%")).toBe((await changed("21")) + 4);
    const [three, four] = [3, 4].map((count) => folder.put(`flows-${count}.pcap`, capturesOfFlows(count)));
    const least = (percent: string) =>
      runCli(["diff", three, four, "--min-change", percent, "--fail-on", "any"]);
    expect((await least("33%")).status).toBe(5);
    expect((await least("34%")).status).toBe(0);
    const { stdout } = await runCli(["diff", NAMES, BLOCKED, "--min-change", "50%"]);
    expect(stdout).toMatch(/^10 products as before or changed by less than 50%\. --all shows them\.$/m);
  });

  it("reports unreadable input, and compares nothing if one side is missing", async () => {
    const cut = folder.put("cut.pcap", cutCapture());
    const part = await runCli(["diff", cut, push]);
    expect(part.status).toBe(2);
    expect(part.stdout).toContain("not read to its end");
    const cutSaved = folder.file("cut.json");
    await runCli(["summarize", cut, "--format", "json", "--output", cutSaved]);
    const saved = await runCli(["diff", cutSaved, push]);
    expect(saved.status).toBe(2);
    expect(saved.stderr).toBe(
      `appleflow: ${cutSaved}: it was saved when only part of the capture could be read\n`,
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

  it("escapes the names in a saved summary", async () => {
    const evil = "=\u001b[31mCloud\u202e";
    const namesSaved = folder.file("evil-names.json");
    await runCli(["summarize", NAMES, "--format", "json", "--output", namesSaved]);
    const text = readFileSync(namesSaved, "utf8").replaceAll('"Captive portal check"', JSON.stringify(evil));
    const hostile = folder.put("hostile.json", text);
    for (const format of ["table", "json", "csv"]) {
      const { stdout, status } = await runCli(["diff", hostile, NAMES, "--format", format]);
      expect(status).toBe(0);
      expect(stdout).toContain("Captive portal check");
      expect(stdout).toMatch(/31mCloud\\u202e/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(stdout).not.toMatch(/[\u001b\u202e]|^product,=/m);
    }
  });

  it("never overwrites an input with its output", async () => {
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
