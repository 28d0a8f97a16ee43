import { mkdirSync } from "node:fs";
import stringWidth from "string-width";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { runCli } from "./run-cli.ts";
import {
  CaptureFolder,
  capturesOfFlows,
  cutCapture,
  mixedCapture,
  officeCapture,
} from "./sample-captures.ts";

let folder: CaptureFolder;
let office: string;
let cut: string;

beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
  cut = folder.put("cut.pcap", cutCapture());
});
afterAll(() => folder.remove());

async function jsonOf(...args: string[]): Promise<Summary> {
  const { stdout } = await runCli(["summarize", ...args, "--format", "json"]);
  return JSON.parse(stdout) as Summary;
}

describe("output formats of summarize", () => {
  it("default to a table", async () => {
    const { status, stdout, stderr } = await runCli(["summarize", office]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("10 packets");
    expect(stdout).toMatch(/^Apple's: [\d.]+ kB of 2\.3 kB \(\d/m);
    // Apple documents the server's address for push; other addresses of its networks name no product.
    expect(stdout).toMatch(/^Push notifications +1\.1 kB +47\.8% +1 +documented-network/m);
    expect(stdout).toMatch(/^80\/tcp http +554 B +23\.9% +1 +address/m);
    expect(stdout).toMatch(/^NOT DECODED {2}/m);
  });

  it("include the whole summary as JSON, the same bytes each time", async () => {
    const first = await runCli(["summarize", office, "--format", "json"]);
    const second = await runCli(["summarize", office, "--format", "json"]);
    expect(first.stdout).toBe(second.stdout);
    expect(first.stdout.endsWith("}\n")).toBe(true);
    const summary = JSON.parse(first.stdout) as Summary;
    expect(summary.schema).toBe("appleflow/summary@2");
    expect(summary.capture.packets).toBe(10);
    expect(summary.packets).toMatchObject({ decoded: 7, otherIp: 1, nonIp: 1, malformed: 1 });
  });

  it("include CSV with a header and a row for each group", async () => {
    const { stdout } = await runCli(["summarize", office, "--format", "csv"]);
    const [header, ...rows] = stdout.trimEnd().split("\n");
    expect(header).toBe(
      "id,class,products,candidates,off_list,hints,label,reason,evidence,transport,ports,service,rows,protocol," +
        "protocol_seen,unverified,elsewhere,names,flows,packets,bytes,bytes_from_originator,bytes_from_responder," +
        "first_seen,last_seen",
    );
    expect(rows).toHaveLength((await jsonOf(office)).groups.length);
    // Some names have commas.
    const cells = rows.map((row) => row.replaceAll(/"[^"]*"/g, "quoted").split(",").length);
    expect(new Set(cells)).toEqual(new Set([header.split(",").length]));
  });

  it("include CSV with a row for each product, by how it is known", async () => {
    const { stdout } = await runCli(["summarize", office, "--format", "csv", "--by", "product"]);
    const [header, ...rows] = stdout.trimEnd().split("\n");
    const columns = header.split(",");
    const bonjour = rows.find((row) => row.startsWith("Bonjour,"))?.split(",") ?? [];
    const cell = (name: string) => bonjour[columns.indexOf(name)];
    expect([cell("kind"), cell("role"), cell("ended")]).toEqual(["apple", "local", ""]);
    expect([cell("identified_bytes"), cell("possible_bytes"), cell("possible_flows")]).toEqual([
      "0",
      "142",
      "1",
    ]);
    expect(cell("ports")).toBe("udp/5353");
  });

  it("include ndjson with one typed object per line, which add up to every byte", async () => {
    const { stdout } = await runCli(["summarize", office, "--format", "ndjson"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(lines.map(({ type }) => type))).toEqual(
      new Set(["capture", "group", "classes", "apple", "notDecoded"]),
    );
    const linesOf = (type: string) => lines.filter((line) => line.type === type);
    const groups = linesOf("group").reduce((sum, { bytes }) => sum + bytes, 0);
    const notDecoded = Object.values<number>(linesOf("notDecoded")[0].bytes).reduce((a, b) => a + b);
    expect(groups + notDecoded).toBe(linesOf("capture")[0].bytes);
  });
});

describe("summarize with --by and --top", () => {
  it.each([
    ["product", "PRODUCT"],
    ["family", "FAMILY"],
    ["service", "SERVICE"],
    ["port", "PORT"],
    ["device", "DEVICE"],
    ["server", "SERVER"],
    ["subnet", "SUBNET"],
  ])("prints a table, CSV and ndjson by %s", async (by, header) => {
    const capture = "fixtures/office-morning.pcapng";
    const table = await runCli(["summarize", capture, "--by", by]);
    expect(table.status).toBe(0);
    expect(table.stdout).toMatch(new RegExp(`^${header} `, "m"));
    const csv = await runCli(["summarize", capture, "--by", by, "--format", "csv", "--top", "2"]);
    expect(csv.stdout.trimEnd().split("\n")).toHaveLength(3);
    const ndjson = await runCli(["summarize", capture, "--by", by, "--format", "ndjson", "--top", "2"]);
    expect(ndjson.stdout.match(new RegExp(`^\\{"type":"${by}"`, "gm"))).toHaveLength(2);
  });

  it("adds up the rows beyond --top", async () => {
    const { groups } = await jsonOf(office);
    const apples = groups.filter((group) => group.class === "apple");
    const { stdout } = await runCli(["summarize", office, "--top", "1"]);
    expect(apples.length).toBeGreaterThan(2);
    expect(stdout).toMatch(new RegExp(`^${apples.length - 1} more +\\d`, "m"));
  });

  it("shortens only the list named by --by in JSON", async () => {
    const whole = await jsonOf(office);
    const groups = await jsonOf(office, "--top", "2");
    expect(groups.groups).toEqual(whole.groups.slice(0, 2));
    expect({ ...groups, groups: [] }).toEqual({ ...whole, groups: [] });
    const products = await jsonOf(office, "--top", "1", "--by", "product");
    expect(products.products).toEqual(whole.products.slice(0, 1));
    expect({ ...products, products: [] }).toEqual({ ...whole, products: [] });
    expect((await jsonOf(office, "--top", "1", "--by", "port")).ports).toHaveLength(1);
    expect((await jsonOf(office, "--top", "1", "--by", "family")).families).toHaveLength(1);
  });

  it("names devices by their own address, not the server's", async () => {
    const { hosts } = await jsonOf(office, "--by", "device", "--domains");
    expect(hosts?.map(({ address }) => address)).toContain("10.0.0.1");
    expect((await jsonOf(office)).hosts).toBeUndefined();
  });

  it("distinguishes ports without a name from ports that are not on the list", async () => {
    const { stdout } = await runCli(["summarize", office, "--by", "port"]);
    expect(stdout).toMatch(/^tcp\/4 +\(not listed\)/m);
    expect(stdout).toMatch(/^udp\/53 +domain/m);
  });
});

describe("the reading options of summarize", () => {
  it("select packets from a start time up to, not including, an end time", async () => {
    const window = ["--from", "2026-01-31T09:00:02.5Z", "--to", "2026-01-31T10:00:04.5+01:00"];
    const { capture } = await jsonOf(office, ...window);
    expect(capture.packets).toBe(2);
    expect(capture.start).toBe("2026-01-31T09:00:02.500000Z");
    expect((await jsonOf(office, "--from", "1769850009")).capture.packets).toBe(1);
    expect((await jsonOf(office, "--to", "2026-01-31")).capture.packets).toBe(0);
  });

  it("select packets that match a filter", async () => {
    expect((await jsonOf(office, "--filter", "host 10.0.0.1")).capture.packets).toBe(2);
  });

  it("end flows by --idle-timeout and --max-flows, and report how many were evicted", async () => {
    const many = folder.put("many.pcap", capturesOfFlows(50));
    expect((await jsonOf(many)).flows).toMatchObject({ total: 50, evicted: 0 });
    const { stdout, stderr, status } = await runCli(["summarize", many, "--max-flows", "10"]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^appleflow: 40 flows were ended early because --max-flows was reached;/);
    expect(stdout).toContain("40 flows ended early");
    expect((await jsonOf(many, "--idle-timeout", "0.5")).flows.total).toBe(50);
  });

  it("read the user's own rows", async () => {
    const ports = folder.put("own.tsv", "port\ttransport\tused_by\n4\tTCP\tOur thing\n");
    const { products } = await jsonOf(office, "--ports", ports, "--no-evidence");
    expect(products.map(({ product }) => product)).toContain("Our thing");
  });

  it("give the same summary with either reader", async () => {
    expect(await jsonOf(office, "--reader", "pcap-parser")).toEqual(await jsonOf(office, "--reader", "fast"));
  });

  it("combine several captures and folders into one summary", async () => {
    const folderPath = folder.file("folder");
    mkdirSync(folderPath);
    folder.put("folder/a.pcap", officeCapture());
    const summary = await jsonOf(office, folderPath);
    expect(summary.capture.packets).toBe(20);
    const { stdout } = await runCli(["summarize", office, office, office, office, "--no-progress"]);
    expect(stdout.replaceAll("\n", " ")).toMatch(/^4 captures: .* and 1 more/);
  });
});

describe("unreadable input of summarize", () => {
  it("is reported with status 2, together with what was read before a truncation", async () => {
    const { status, stdout, stderr } = await runCli(["summarize", cut]);
    expect(status).toBe(2);
    expect(stdout).toContain("9 packets");
    expect(stdout.replaceAll("\n  ", " ")).toContain("Incomplete: 1 of 1 not read to the end:");
    expect(stderr).toMatch(/^appleflow: .*cut\.pcap: .*record 10 at byte \d+ needs \d+ bytes, \d+ left\n$/);
  });

  it("does not stop the other captures, and is named on standard error", async () => {
    const { status, stdout, stderr } = await runCli(["summarize", folder.file("no.pcap"), office]);
    expect(status).toBe(2);
    expect(stdout).toContain("10 packets");
    expect(stderr).toBe(`appleflow: ${folder.file("no.pcap")}: no such file\n`);
  });

  it.each(["table", "json", "csv", "ndjson"])("leads to no %s if nothing could be read", async (format) => {
    const text = folder.put("text.txt", "no capture at all, but long enough to have a header\n");
    const { status, stdout, stderr } = await runCli(["summarize", text, "--format", format]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(/^appleflow: .*text\.txt: /);
  });

  it("includes interfaces with an unknown link type and dropped packets, which are named", async () => {
    const mixed = folder.put("mixed.pcapng", mixedCapture());
    const { status, stdout, stderr } = await runCli(["summarize", mixed]);
    expect(status).toBe(2);
    expect(stderr).toBe(
      `appleflow: ${mixed}: interface 1 (odd0) has unsupported link type USER0 (147): 2 packets not decoded\n`,
    );
    expect(stdout).toMatch(/^NOT DECODED {2}8 B \(\d+\.\d%\): unsupported link type 8 B$/m);
    expect(stdout.replaceAll("\n  ", " ")).toContain("en0 1,234 packets");
  });
});

describe("the table of summarize on a terminal", () => {
  it.each([40, 60, 80, 100, 200])("has no line longer than %d columns", async (columns) => {
    for (const by of [
      "group",
      "product",
      "family",
      "service",
      "port",
      "name",
      "device",
      "server",
      "subnet",
      "vlan",
    ]) {
      const args = ["summarize", office, cut, "--by", by, "--top", "8"];
      const { stdout } = await runCli(args, { columns, env: { NO_COLOR: "1" } });
      const longest = Math.max(...stdout.split("\n").map((line) => stringWidth(line)));
      expect(longest).toBeLessThanOrEqual(columns);
    }
  });

  it("uses additional columns when it is wide", async () => {
    const wide = await runCli(["summarize", office], { columns: 200, env: { NO_COLOR: "1" } });
    expect(wide.stdout).toMatch(/^APPLE'S, IDENTIFIED +BYTES +SHARE +FLOWS +BY$/m);
    const narrow = await runCli(["summarize", office], { columns: 40, env: { NO_COLOR: "1" } });
    expect(narrow.stdout).toMatch(/^APPLE'S, IDENTI… +BYTES +BY$/m);
  });

  it("is coloured on a terminal only, unless the environment says otherwise", async () => {
    const isColoured = async (env: Record<string, string>, columns?: number) => {
      const { stdout } = await runCli(["summarize", office], {
        env,
        ...(columns !== undefined && { columns }),
      });
      return stdout.includes("\x1b[");
    };
    expect(await isColoured({}, 80)).toBe(true);
    expect(await isColoured({})).toBe(false);
    expect(await isColoured({ NO_COLOR: "1" }, 80)).toBe(false);
    expect(await isColoured({ NO_COLOR: "" }, 80)).toBe(true);
    expect(await isColoured({ TERM: "dumb" }, 80)).toBe(false);
    expect(await isColoured({ FORCE_COLOR: "1" })).toBe(true);
    expect(await isColoured({ FORCE_COLOR: "0" }, 80)).toBe(false);
    expect(await isColoured({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });

  it("has the same text with and without colours", async () => {
    const coloured = await runCli(["summarize", office, cut], { columns: 80 });
    const plain = await runCli(["summarize", office, cut], { columns: 80, env: { NO_COLOR: "1" } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(coloured.stdout.replaceAll(/\x1b\[\d+m/g, "")).toBe(plain.stdout);
  });

  it("is drawn with ASCII if the locale is not UTF-8", async () => {
    const { stdout } = await runCli(["summarize", office], {
      columns: 80,
      env: { LANG: "C", NO_COLOR: "1" },
    });
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
    const unicode = await runCli(["summarize", office], { columns: 80, env: { LANG: "de_DE.UTF-8" } });
    expect(unicode.stdout).toContain("█");
  });
});
