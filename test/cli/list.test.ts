import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { PortsAnswer, ProductRecord, RowRecord } from "../../src/knowledge/port-list/list-records.ts";
import { runCli } from "./run-cli.ts";

describe("ports", () => {
  it("prints all rows of the list as JSON, cells verbatim", async () => {
    const { status, stdout } = await runCli(["ports", "--format", "json"]);
    expect(status).toBe(0);
    const rows = JSON.parse(stdout) as RowRecord[];
    expect(rows).toHaveLength(130);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual([
        "port",
        "transport",
        "protocolName",
        "rfc",
        "serviceName",
        "usedBy",
        "products",
        "match",
      ]);
    }
    expect(rows).toContainEqual({
      port: "3478–3497",
      transport: "UDP",
      protocolName: "—",
      rfc: "—",
      serviceName: "nat-stun-port - ipether232port",
      usedBy: "FaceTime, Game Center",
      products: ["FaceTime", "Game Center"],
      match: "specific",
    });
  });

  it.each([
    ["5223", ["5223"]],
    ["53/udp", ["53"]],
    ["tcp/443", ["443"]],
    ["3478-3497", ["3478–3497"]],
    ["apns", []],
  ])("finds the rows for %s", async (query, expected) => {
    const { stdout } = await runCli(["ports", query, "--format", "json"]);
    expect((JSON.parse(stdout) as PortsAnswer).rows.map(({ port }) => port)).toEqual(
      expect.arrayContaining(expected),
    );
  });

  it("answers that the list does not have a port, which is no error", async () => {
    const table = await runCli(["ports", "4"]);
    expect(table).toEqual({ status: 0, stdout: "", stderr: "appleflow: no row of the list matches 4\n" });
    const { status, stdout } = await runCli(["ports", "4", "--format", "json"]);
    expect({ status, answer: JSON.parse(stdout) }).toEqual({ status: 0, answer: { rows: [], offList: [] } });
  });

  it.each([
    ["62078", "Wi-Fi Sync", "62078", "TCP"],
    ["7000/tcp", "AirPlay", "7000", "TCP"],
    ["2197", "Push notifications", "2197", "TCP"],
    ["443/udp", "iCloud Private Relay", "443", "UDP"],
    ["319", "AirPlay", "319–320", "UDP"],
    ["wi-fi sync", "Wi-Fi Sync", "62078", "TCP"],
  ])("reports for %s what the list omits: %s needs it", async (query, product, port, transport) => {
    const json = await runCli(["ports", query, "--format", "json"]);
    expect(json.status).toBe(0);
    const { offList } = JSON.parse(json.stdout) as PortsAnswer;
    expect(offList).toContainEqual(expect.objectContaining({ product, port, transport }));
    for (const one of offList) {
      expect(Object.keys(one)).toEqual(["product", "port", "transport", "directions", "reason"]);
      expect(one.reason).not.toBe("");
    }
    const table = await runCli(["ports", query], { columns: 100, env: { NO_COLOR: "1" } });
    expect(table.status).toBe(0);
    expect(table.stdout).toMatch(
      new RegExp(`^ALSO NEEDED, THOUGH NOT ON THE LIST\n(.*\n)*${port} +${transport} +`, "m"),
    );
  });

  it("excludes other transports and ports from what the list omits", async () => {
    const offList = async (query: string) =>
      (JSON.parse((await runCli(["ports", query, "--format", "json"])).stdout) as PortsAnswer).offList;
    expect(await offList("62078/udp")).toEqual([]);
    expect(await offList("62077")).toEqual([]);
  });

  it("marks only wide rows as no evidence", async () => {
    const stdout = async (query: string) => (await runCli(["ports", query])).stdout.replaceAll("\n", " ");
    expect(await stdout("62078")).toContain("is no evidence");
    expect(await stdout("5223")).not.toContain("is no evidence");
  });

  it("suggests a similar name", async () => {
    expect(await runCli(["ports", "Facetme"])).toEqual({
      status: 1,
      stdout: "",
      stderr: "appleflow: no row of the list matches Facetme; did you mean FaceTime?\n",
    });
    expect((await runCli(["products", "i message"])).stderr).toContain("did you mean iMessage");
  });

  it("treats an unknown name as a mistake", async () => {
    const { status, stdout, stderr } = await runCli(["ports", "no such\x1b[m", "--format", "json"]);
    expect({ status, answer: JSON.parse(stdout) }).toEqual({ status: 1, answer: { rows: [], offList: [] } });
    expect(stderr).toBe("appleflow: no row of the list matches no such\\x1b[m\n");
  });
});

describe("products", () => {
  it("prints all products as JSON, each with its rows", async () => {
    const { status, stdout } = await runCli(["products", "--format", "json"]);
    expect(status).toBe(0);
    const products = JSON.parse(stdout) as ProductRecord[];
    for (const product of products) {
      expect(Object.keys(product)).toEqual([
        "product",
        "kind",
        "role",
        "family",
        "begun",
        "ended",
        "aliases",
        "rows",
      ]);
      expect(product.rows.length).toBeGreaterThan(0);
      for (const row of product.rows) expect(Object.keys(row)).toEqual(["port", "transport", "qualifier"]);
    }
    const names = products.map(({ product }) => product);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("FaceTime");
  });

  it("finds products that are not on the list, and says so", async () => {
    const { stdout } = await runCli(["products", "private relay", "--format", "json"]);
    expect(JSON.parse(stdout)).toEqual([
      {
        product: "iCloud Private Relay",
        kind: "apple",
        role: "service",
        family: "iCloud",
        begun: "2021-09-20",
        ended: null,
        aliases: ["Private Relay"],
        rows: [],
      },
    ]);
    const table = await runCli(["products", "airdrop"]);
    expect(table.stdout).toMatch(/^AirDrop +File sharing +not on the list$/m);
  });

  it("reports how and when a product ended", async () => {
    const { stdout } = await runCli(["products", "NetBoot", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject([{ ended: { date: "2022-04-21", how: "withdrawn" } }]);
    expect((await runCli(["products", "NetBoot"])).stdout).toMatch(
      /^NetBoot +macOS Server, withdrawn 2022 /m,
    );
    expect((await runCli(["products", "iTunes U"])).stdout).toContain("Stores and media, closed 2021");
  });

  it("finds a product by any of its names", async () => {
    const { stdout } = await runCli(["products", "BACK TO MY MAC", "--format", "json"]);
    expect((JSON.parse(stdout) as ProductRecord[]).map(({ product }) => product)).toEqual(["Back to My Mac"]);
    const table = await runCli(["products", "FaceTime"]);
    expect(table.stdout).toMatch(/^FaceTime +Messages and FaceTime +80\/tcp, 443\/tcp, /m);
  });

  it("reports an unknown product", async () => {
    const { status, stderr } = await runCli(["products", "no such"]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'appleflow: no product is called "no such"; appleflow products lists them\n',
    });
  });
});

/** Returns the letters of a text in order: equal for the same cells, however they are wrapped. */
function lettersOf(text: string): string {
  return [...text.replaceAll(/\s/g, "")].sort().join("");
}

describe("tables of the list", () => {
  it.each([40, 60, 80, 200])("fit %d columns without losing content", async (columns) => {
    for (const command of ["ports", "products"]) {
      const { stdout } = await runCli([command], { columns, env: { NO_COLOR: "1" } });
      const longest = Math.max(...stdout.split("\n").map((line) => stringWidth(line)));
      expect(longest).toBeLessThanOrEqual(columns);
      const whole = await runCli([command], { columns: 1000, env: { NO_COLOR: "1" } });
      expect(lettersOf(stdout) === lettersOf(whole.stdout)).toBe(true);
    }
  });

  it("are coloured on a terminal only", async () => {
    expect((await runCli(["ports", "5223"], { columns: 80 })).stdout).toContain("\x1b[1m");
    expect((await runCli(["ports", "5223"])).stdout).not.toContain("\x1b");
  });
});
