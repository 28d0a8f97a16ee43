/** `--history` and `appleflow history`: captures and live traffic are stored by the minute. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allRows, historyFolder } from "../support/history-rows.ts";
import { OFFICE_FILE, officeInterface } from "../support/office-traffic.ts";
import { runCli } from "./run-cli.ts";
import { LiveRun } from "./run-live.ts";

const PHONE = "fixtures/phone-morning.pcapng";

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = historyFolder());
});
afterEach(() => remove());

async function bytesOf(...captures: readonly string[]): Promise<number> {
  const { stdout } = await runCli(["summarize", ...captures, "--format", "json"]);
  return JSON.parse(stdout).capture.bytes;
}

async function keptBytes(): Promise<number> {
  return (await allRows(folder)).reduce((sum, { sentBytes }) => sum + sentBytes, 0);
}

describe("summarize --history", () => {
  it("adds captures once, and still prints the report each time", async () => {
    const { stdout } = await runCli(["summarize", PHONE]);
    for (let times = 0; times < 2; times++) {
      expect(await runCli(["summarize", PHONE, "--history", folder])).toEqual({
        status: 0,
        stdout,
        stderr: "",
      });
    }
    expect(await keptBytes()).toBe(await bytesOf(PHONE));
    expect(await runCli(["summarize", OFFICE_FILE, "--history", folder, "--sensor", "office"])).toMatchObject(
      { status: 0 },
    );
    expect(await keptBytes()).toBe((await bytesOf(PHONE)) + (await bytesOf(OFFICE_FILE)));
  });

  it("exits with 6 if only some captures of an earlier import are given", async () => {
    await runCli(["summarize", PHONE, OFFICE_FILE, "--history", folder]);
    const again = await runCli(["summarize", PHONE, "--history", folder]);
    expect(again.status).toBe(6);
    expect(again.stdout).not.toBe("");
    expect(again.stderr).toMatch(
      /already has phone-morning\.pcapng, imported together with office-morning\.pcapng/,
    );
  });

  it("exits with 6 if the folder is not a folder", async () => {
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, "");
    const result = await runCli(["summarize", PHONE, "--history", folder]);
    expect(result.status).toBe(6);
    expect(result.stderr).toContain("not added to the history");
  });

  it("refuses options that select part of a capture or rename its contents", async () => {
    for (const options of [
      ["--filter", "port 443"],
      ["--device", "iPhone"],
      ["--anonymise"],
      ["--every", "1m"],
    ]) {
      const result = await runCli(["summarize", PHONE, "--history", folder, ...options]);
      expect(result).toMatchObject({ status: 1, stdout: "" });
    }
    expect((await runCli(["summarize", PHONE, "--sensor", "x"])).stderr).toContain(
      "--sensor needs --history",
    );
    expect((await runCli(["summarize", PHONE, "--history", folder, "--sensor", "../x"])).status).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("history", () => {
  it("prints the same numbers as a table, as JSON and as CSV", async () => {
    await runCli(["summarize", PHONE, "--history", folder]);
    const table = await runCli(["history", folder]);
    expect(table).toMatchObject({ status: 0, stderr: "" });
    expect(table.stdout).toMatch(
      /^PRODUCT +BYTES +SENT +RECEIVED\s*\niCloud Key Value Store +81\.7 kB +18\.0 kB +63\.7 kB/,
    );
    const json = JSON.parse((await runCli(["history", folder, "--format", "json"])).stdout);
    expect(json).toMatchObject({
      schema: "appleflow/history@1",
      by: "product",
      everySeconds: 60,
      sensors: ["captures"],
    });
    const sum = (rows: readonly { readonly bytes: number }[]) =>
      rows.reduce((total, { bytes }) => total + bytes, 0);
    expect(sum(json.rows)).toBe(await bytesOf(PHONE));
    for (const row of json.rows) expect(sum(row.buckets), row.name).toBe(row.bytes);
    const csv = (await runCli(["history", folder, "--format", "csv"])).stdout.trimEnd().split("\n");
    expect(csv[0]).toBe("start,product,class,bytes,sent,received,packets,flows,retold_bytes");
    expect(csv.length - 1).toBe(
      json.rows.flatMap((row: { readonly buckets: unknown[] }) => row.buckets).length,
    );
  });

  it("has the devices, families and services of the summary", async () => {
    await runCli(["summarize", PHONE, "--history", folder]);
    const summary = JSON.parse((await runCli(["summarize", PHONE, "--format", "json"])).stdout);
    const rowsBy = async (by: string) =>
      JSON.parse((await runCli(["history", folder, "--by", by, "--format", "json"])).stdout).rows;
    const devices: { readonly deviceId: string; readonly sent: number; readonly received: number }[] =
      await rowsBy("device");
    for (const device of summary.devices) {
      const row = devices.find(({ deviceId }) => deviceId === device.id);
      expect([row?.sent, row?.received]).toEqual([device.sent, device.received]);
    }
    for (const by of ["family", "service"]) {
      const rows: { readonly bytes: number }[] = await rowsBy(by);
      expect(rows.reduce((total, { bytes }) => total + bytes, 0)).toBe(summary.capture.bytes);
    }
  });

  it("reports an empty history, an unknown product and a missing folder", async () => {
    await runCli(["summarize", PHONE, "--history", folder]);
    for (const unknown of ["device", "sensor"]) {
      expect(await runCli(["history", folder, `--${unknown}`, "nobody\u001b"])).toEqual({
        status: 1,
        stdout: "",
        stderr: `appleflow: ${folder}: no ${unknown} is called "nobody\\x1b"; --by ${unknown} lists them\n`,
      });
    }
    // A known name without data in that range.
    const { rows } = JSON.parse(
      (await runCli(["history", folder, "--by", "device", "--format", "json"])).stdout,
    );
    expect(
      await runCli(["history", folder, "--to", "2001-01-01T00:00Z", "--device", rows[0].deviceId]),
    ).toEqual({
      status: 0,
      stdout: "The history has no such traffic.\n",
      stderr: "",
    });
    const product = await runCli(["history", folder, "--product", "Facetiem"]);
    expect(product).toMatchObject({ status: 1, stdout: "" });
    const nowhere = await runCli(["history", join(folder, "nowhere")]);
    expect(nowhere.status).toBe(1);
    expect(nowhere.stderr).toContain("nowhere: no such file");
  });
});

describe("history of a time range, and of a sensor", () => {
  /** The fixtures are of one day; the office has a sensor name of its own. */
  async function record(): Promise<void> {
    await runCli(["summarize", PHONE, "--history", folder]);
    await runCli(["summarize", OFFICE_FILE, "--history", folder, "--sensor", "office"]);
  }

  async function answer(...options: readonly string[]) {
    const { status, stdout, stderr } = await runCli(["history", folder, "--format", "json", ...options]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { rows, ...document } = JSON.parse(stdout);
    const bytes = rows.reduce((sum: number, row: { readonly bytes: number }) => sum + row.bytes, 0);
    return { ...document, bytes, names: rows.map(({ name }: { readonly name: string }) => name) };
  }

  it("splits at a time into two parts that add up to the whole", async () => {
    await record();
    const { bytes, start, end } = await answer("--by", "sensor");
    const middle = new Date((Date.parse(start) + Date.parse(end)) / 2).toISOString().slice(0, 17);
    const [before, after] = [await answer("--to", `${middle}00Z`), await answer("--from", `${middle}00Z`)];
    expect(before.bytes).toBeGreaterThan(0);
    expect(after.bytes).toBeGreaterThan(0);
    expect(before.bytes + after.bytes).toBe(bytes);
    expect(Date.parse(after.start)).toBeGreaterThanOrEqual(Date.parse(`${middle}00Z`));
    // A fraction of a second rounds up to the next second.
    expect((await answer("--from", `${middle}00.000000001Z`)).bytes).toBe(
      (await answer("--from", `${middle}01Z`)).bytes,
    );
  });

  it("has a row for each sensor, and can be limited to one of them", async () => {
    await record();
    const all = await answer("--by", "sensor");
    expect(all.names.toSorted()).toEqual(["captures", "office"]);
    const office = await answer("--sensor", "office");
    expect(office).toMatchObject({
      sensor: "office",
      sensors: ["office"],
      bytes: await bytesOf(OFFICE_FILE),
    });
    const csv = (await runCli(["history", folder, "--by", "sensor", "--format", "csv"])).stdout.split("\n");
    expect(csv[0]).toBe("start,sensor,bytes,sent,received,packets,flows,retold_bytes");
  });

  it.each([
    [["--since", "7d", "--from", "2026-01-01"], "--since and --from cannot be combined"],
    [["--from", "2026-01-02T00:00Z", "--to", "2026-01-02T00:00Z"], "--from must be before --to"],
    [["--from", "yesterday"], "It needs a time such as"],
    [["--since", "36501d"], "It needs a duration from 1s to 36,500d: 30m, 12h, 7d or 730d."],
    [["--since", "a while"], "It needs a duration from 1s to 36,500d"],
  ])("refuses %j", async (options, message) => {
    const { status, stdout, stderr } = await runCli(["history", folder, ...options]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("accepts a range of years, and reports that a time without a zone was read as UTC", async () => {
    await record();
    expect((await answer("--since", "3650d")).bytes).toBe((await answer()).bytes);
    const { stderr } = await runCli(["history", folder, "--from", "2001-01-01"]);
    expect(stderr).toBe("appleflow: --from 2001-01-01: no time zone given, read as UTC\n");
  });
});

describe("live --history", () => {
  it("stores a minute ten seconds after it ends, and closes its hours at exit", async () => {
    const source = await officeInterface();
    const run = await new LiveRun(["eth0", "--history", folder, "--sensor", "lab"], {
      interfaces: { eth0: source },
    }).begun();
    source.release();
    // The clock is at the beginning of a minute; the packets are from earlier minutes.
    await run.clock.advance(9_900);
    expect(await keptBytes()).toBe(0);
    await run.clock.advance(200);
    expect(await keptBytes()).toBe(await bytesOf(OFFICE_FILE));
    await run.signal("SIGINT");
    expect(await run.status).toBe(0);
    expect(await keptBytes()).toBe(await bytesOf(OFFICE_FILE));
    expect(readFileSync(join(folder, "lab.open.ndjson"), "utf8")).not.toContain('"rows"');
    const rows = await allRows(folder);
    expect(new Set(rows.map(({ sensor }) => sensor))).toEqual(new Set(["lab"]));
  });

  it("continues if hours cannot be closed, says so once, and exits with 6", async () => {
    const source = await officeInterface();
    const run = await new LiveRun(["eth0", "--history", folder, "--sensor", "lab"], {
      interfaces: { eth0: source },
    }).begun();
    source.release();
    await run.clock.advance(1000);
    for (const row of await officeDays()) writeFileSync(join(folder, row), "in the way");
    await run.signal("SIGINT");
    expect(await run.status).toBe(6);
    expect(run.stderr).toMatch(/its last hours are not closed/);
    expect(await keptBytesOfOpenFile()).toBe(await bytesOf(OFFICE_FILE));
  });

  it("is refused with --anonymise, and its options are refused without it", async () => {
    for (const args of [
      ["--sensor", "x"],
      ["--keep", "minute:1"],
      ["--history", folder, "--anonymise"],
    ]) {
      const run = new LiveRun(["eth0", ...args], { interfaces: {} });
      expect(await run.status).toBe(1);
    }
    for (const keep of ["minute:0", "hour:3,minute:4", "day:1", "week:3", "minute:1,minute:1"]) {
      expect(
        await new LiveRun(["eth0", "--history", folder, "--keep", keep], { interfaces: {} }).status,
      ).toBe(1);
    }
  });
});

/** The day folders that contain the office traffic. */
async function officeDays(): Promise<string[]> {
  const { stdout } = await runCli(["summarize", OFFICE_FILE, "--format", "json"]);
  const { start, end } = JSON.parse(stdout).capture;
  return [...new Set([start, end])].map((time: string) => `day=${time.slice(0, 10)}`);
}

async function keptBytesOfOpenFile(): Promise<number> {
  for (const name of readdirSync(folder).filter((one) => one.startsWith("day="))) {
    expect(readFileSync(join(folder, name), "utf8")).toBe("in the way");
  }
  const lines = readFileSync(join(folder, "lab.open.ndjson"), "utf8").trimEnd().split("\n");
  const batches: { readonly rows: readonly { readonly sentBytes: number }[] }[] = lines.map((line) =>
    JSON.parse(line),
  );
  return batches.flatMap(({ rows }) => rows).reduce((sum, { sentBytes }) => sum + sentBytes, 0);
}
