/** `appleflow ship` without a server. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { CaptureFolder } from "./sample-captures.ts";

describe("appleflow ship", () => {
  it.each([
    [["ship", "x", "clickhouse://h/d", "--interval", "5"], "--interval needs --follow"],
    [["ship", "x", "clickhouse://h/d", "--keep", "0"], "It needs a whole number from 1 to 36,500."],
    [["ship", "x", "clickhouse://h/d", "--max-spool", "0"], "It needs a whole number from 1 to"],
    [["ship", "x", "clickhouse://h/d", "--password-file", "no-such-file"], "no-such-file: no such file"],
    [["ship", "x"], "missing required argument 'url'"],
    [["history", "x", "--password-file", "y"], "--password-file needs clickhouse://"],
  ])("refuses %j", async (args, message) => {
    const { status, stdout, stderr } = await runCli(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("warns that a password is sent in clear text, and whose, before it sends it", async () => {
    const folder = new CaptureFolder();
    const password = join(folder.path, "password");
    writeFileSync(password, "secret\n");
    const nowhere = join(folder.path, "nowhere");
    const warning = /^appleflow: clickhouse:\/\/192\.0\.2\.1:8123\/d: the password goes there in clear text/;
    const ship = (url: string) => runCli(["ship", nowhere, url, "--password-file", password]);
    expect((await ship("clickhouse://u@192.0.2.1/d")).stderr).toMatch(warning);
    for (const url of ["clickhouses://u@192.0.2.1/d", "clickhouse://u@127.0.0.1/d"])
      expect((await ship(url)).stderr).toBe(`appleflow: ${nowhere}: no such file\n`);
    folder.remove();
  });
});
