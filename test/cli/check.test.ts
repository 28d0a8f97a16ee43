import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, capturesOfFlows, cutCapture, officeCapture } from "./sample-captures.ts";

let folder: CaptureFolder;
let office: string;
/** A capture that names products. */
let names: string;
let expected: string;

beforeAll(async () => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
  names = folder.put("names.pcapng", readFileSync("fixtures/lab/apple-names.pcapng"));
  expected = folder.file("expected.json");
  expect(await runCli(["check", names, expected, "--update"])).toEqual({
    status: 0,
    stdout: "",
    stderr: "",
  });
});
afterAll(() => folder.remove());

describe("check", () => {
  it("passes on the capture that the file was written from", async () => {
    const { status, stdout, stderr } = await runCli(["check", names, expected]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/names\.pcapng: as expected, \d{2,} checked\n$/);
    const saved = folder.file("names.json");
    await runCli(["summarize", names, "--format", "json", "--output", saved]);
    const { stdout: problems, status: savedStatus } = await runCli(["check", saved, expected]);
    expect(savedStatus).toBe(5);
    const lines = problems.trimEnd().split("\n").slice(1, -1);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(/verdict needs [a-z-]+, only a capture has verdicts$/);
  });

  it("writes the same file again, byte for byte", async () => {
    const again = folder.file("again.json");
    await runCli(["check", names, again, "--update"]);
    expect(readFileSync(again)).toEqual(readFileSync(expected));
    expect(readFileSync(again, "utf8")).toMatch(/^\{\n {2}"schema": "appleflow\/expected@2",\n/);
  });

  it("leaves products that only a port allows out of the file", async () => {
    const file = folder.file("office-expected.json");
    await runCli(["check", "fixtures/office-morning.pcapng", file, "--update"]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ products: {}, otherProducts: false });
  });

  it("refuses options that conflict with --update, and leaves the file unchanged", async () => {
    const before = readFileSync(expected);
    const output = folder.file("output.json");
    for (const [option, value] of [
      ["--output", output],
      ["--tolerance", "5%"],
      ["--slack", "5"],
      ["--format", "tap"],
    ]) {
      const { status, stdout, stderr } = await runCli(["check", office, expected, "--update", option, value]);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^appleflow: --update .*: ${option} cannot be combined with it\n$`));
    }
    expect(existsSync(output)).toBe(false);
    expect(readFileSync(expected)).toEqual(before);
  });

  it("prints the differences, most important first, and how to accept them, with status 5", async () => {
    const push = folder.put("push it.pcap", capturesOfFlows(3));
    const { status, stdout, stderr } = await runCli(["check", push, expected]);
    expect({ status, stderr }).toEqual({ status: 5, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^\S+push it\.pcap: \d+ of \d+ differ$/);
    expect(lines[1]).toMatch(/^ {2}.+ {2}verdict needs works, the capture shows never-tried$/);
    expect(stdout).toMatch(/^ {2}iCloud +has no evidence in the capture; a port allows it for 162 bytes$/m);
    expect(lines.at(-1)).toBe(
      `To accept what the capture shows: appleflow check '${push}' ${expected} --update`,
    );
  });

  it("writes numbers again if the file had some", async () => {
    const numbers = folder.file("numbers.json");
    await runCli(["check", names, numbers, "--update", "--numbers"]);
    expect((await runCli(["check", names, numbers])).status).toBe(0);
    const { stdout } = await runCli(["check", office, numbers]);
    expect(stdout).toContain("--update --numbers\n");
    const { status, stderr } = await runCli(["check", names, numbers, "--numbers"]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "appleflow: --numbers needs --update\n",
    });
  });

  it("compares the verdict of a product, even one without traffic", async () => {
    const blocked = "fixtures/lab/fault-name-blocked.pcap";
    const file = folder.file("blocked.json");
    await runCli(["check", blocked, file, "--update"]);
    expect(JSON.parse(readFileSync(file, "utf8")).products["Push notifications"]).toEqual({
      verdict: "name-blocked",
    });
    expect((await runCli(["check", blocked, file])).status).toBe(0);
    const wanted = { "Push notifications": { verdict: "works" }, FaceTime: { verdict: "never-tried" } };
    const works = folder.put(
      "works.json",
      JSON.stringify({ schema: "appleflow/expected@2", products: wanted }),
    );
    expect(await runCli(["check", blocked, works])).toEqual({
      status: 5,
      stdout:
        `${blocked}: 1 of 2 differ\n` +
        "  Push notifications  verdict needs works, the capture shows name-blocked\n" +
        `To accept what the capture shows: appleflow check ${blocked} ${works} --update\n`,
      stderr: "",
    });
  });

  it("allows a tolerance for numbers", async () => {
    const near = folder.put("near.json", '{"schema":"appleflow/expected@2","capture":{"packets":11}}');
    expect((await runCli(["check", office, near])).status).toBe(5);
    expect((await runCli(["check", office, near, "--tolerance", "10%"])).status).toBe(0);
  });

  it("exits with 2 for an incomplete capture, unless the file expects that", async () => {
    const cut = folder.put("cut.pcap", cutCapture());
    const vague = folder.put("vague.json", '{"schema":"appleflow/expected@2"}');
    const { status, stderr } = await runCli(["check", cut, vague]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^appleflow: .*record 10/);
    const known = folder.put("known.json", '{"schema":"appleflow/expected@2","capture":{"complete":false}}');
    expect((await runCli(["check", cut, known])).status).toBe(0);
    expect((await runCli(["check", cut, expected])).status).toBe(5);
  });

  it("writes nothing if nothing could be read, and never overwrites the capture", async () => {
    const target = folder.file("nothing.json");
    const { status, stdout } = await runCli(["check", folder.file("no.pcap"), target, "--update"]);
    expect({ status, stdout, exists: existsSync(target) }).toEqual({ status: 3, stdout: "", exists: false });
    expect((await runCli(["check", folder.file("no.pcap"), expected])).status).toBe(3);
    expect((await runCli(["check", office, office, "--update"])).status).toBe(1);
    expect(readFileSync(office)).toEqual(Buffer.from(officeCapture()));
  });

  it("refuses a file of version 1 and prints the command that rewrites it", async () => {
    const old = folder.put("old one.json", '{"schema":"appleflow/expected@1"}');
    expect(await runCli(["check", office, old])).toEqual({
      status: 1,
      stdout: "",
      stderr:
        `appleflow: ${old}: $.schema is "appleflow/expected@1", the format of an older version. Replace CAPTURE ` +
        "with its capture, and keep a copy of limits set by hand: " +
        `appleflow check CAPTURE '${old}' --update\n`,
    });
  });

  it("reports where the mistake in the file is before it reads the capture", async () => {
    const wrong = folder.put("wrong.json", '{"schema":"appleflow/expected@2","absent":["Fruit"]}');
    for (const [file, message] of [
      [wrong, '$.absent[0] is not known: no product is called "Fruit" ("appleflow products" lists them)'],
      [folder.file("none.json"), "no such file"],
    ]) {
      const { status, stdout, stderr } = await runCli(["check", folder.file("no.pcap"), file]);
      expect({ status, stdout, stderr }).toEqual({
        status: 1,
        stdout: "",
        stderr: `appleflow: ${file}: ${message}\n`,
      });
    }
  });
});
