/** A window or filter without packets gave zeros and no message. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder, officeCapture } from "../cli/sample-captures.ts";

let folder: CaptureFolder;
let office: string;
beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
});
afterAll(() => folder.remove());

const SPAN = "the capture spans 2026-01-31T09:00:00.500000Z to 2026-01-31T09:00:09.500000Z";

it.each([
  [["--from", "2030-01-01T00:00Z"], "is in that window"],
  [["--to", "2026-01-31T09:00:00Z"], "is in that window"],
  [["--filter", "port 9"], "matches the filter"],
  [["--from", "2026-01-31T09:00Z", "--filter", "port 9"], "in that window matches the filter"],
])("an empty selection by %j is reported", async (options, what) => {
  for (const command of ["summarize", "flows", "reach"]) {
    const { status, stderr } = await runCli([command, office, ...options]);
    expect(status).toBe(0);
    expect(stderr).toBe(`appleflow: no packet of ${office} ${what}; ${SPAN}\n`);
  }
});

it("an empty selection over several captures reports their number", async () => {
  const { stderr } = await runCli(["summarize", office, office, "--filter", "port 9"]);
  expect(stderr).toBe(`appleflow: no packet of the 2 captures matches the filter; ${SPAN}\n`);
});

it("no empty selection is reported if a packet is left, or none was read", async () => {
  expect((await runCli(["summarize", office, "--filter", "port 53"])).stderr).toBe("");
  const empty = folder.put("empty.pcap", officeCapture().subarray(0, 24));
  expect((await runCli(["summarize", empty, "--filter", "port 53"])).stderr).toBe("");
});

it("an empty selection is included in the JSON with what was read", async () => {
  const { stdout } = await runCli(["summarize", office, "--filter", "port 53", "--format", "json"]);
  expect(JSON.parse(stdout).capture).toMatchObject({
    packets: 1,
    beforeChoice: { packets: 10, start: "2026-01-31T09:00:00.500000Z", end: "2026-01-31T09:00:09.500000Z" },
  });
});

it("a time without a zone is reported with the zone used", async () => {
  const { stderr } = await runCli(["flows", office, "--from", "2026-01-31T09:00", "--to", "2026-02-01"]);
  expect(stderr).toBe(
    "appleflow: --from 2026-01-31T09:00 and --to 2026-02-01: no time zone given, read as UTC\n",
  );
  expect((await runCli(["flows", office, "--from", "2026-01-31T09:00Z"])).stderr).toBe("");
});
