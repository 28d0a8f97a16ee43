/** Rendered answers of a history: equal rows are combined, and hostile names have no effect. */
import { describe, expect, it } from "vitest";
import { type HistoryFormat, writeHistory } from "../../src/render/render-history.ts";
import {
  type HistoryAnswer,
  type HistoryCell,
  type HistoryGrouping,
  WHOLE_HISTORY,
} from "../../src/reports/history/history-report.ts";

const HOUR = 3600;
/** 2026-11-30T09:00:00Z */
const NINE = Date.UTC(2026, 10, 30, 9) / 1000;

function cell(hour: number, bytes: number, fields: Partial<HistoryCell>): HistoryCell {
  return {
    start: NINE + hour * HOUR,
    class: null,
    products: [],
    families: [],
    transport: null,
    ports: null,
    service: null,
    protocol: null,
    party: null,
    deviceId: null,
    deviceName: null,
    deviceAddress: null,
    sensor: null,
    bytes,
    sent: bytes,
    received: 0,
    packets: 1,
    flows: 1,
    retoldBytes: 0,
    ...fields,
  };
}

async function render(
  by: HistoryGrouping,
  cells: readonly HistoryCell[],
  format: HistoryFormat = "table",
  top?: number,
): Promise<string> {
  const question = { ...WHOLE_HISTORY, by, everySeconds: null };
  const answer: HistoryAnswer = {
    question,
    everySeconds: HOUR,
    start: NINE,
    end: NINE + 3 * HOUR,
    sensors: ["lab", "west"],
    cells,
  };
  let text = "";
  const style = { width: 80, colors: false, ascii: false };
  await writeHistory(answer, { format, style, ...(top !== undefined && { top }) }, (piece) => {
    text += piece;
  });
  return text;
}

describe("a history as a table", () => {
  it("has a row for a device under its latest name", async () => {
    const device = { party: "device", deviceId: "d1", deviceAddress: "10.0.0.7" } as const;
    const text = await render("device", [
      cell(1, 2000, { ...device, deviceName: "Annas-iPhone.local" }),
      cell(0, 4000, device),
      cell(2, 1000, { ...device, deviceName: "Anna" }),
      cell(0, 500, { party: "outside" }),
      cell(0, 300, {}),
    ]);
    expect(text).toBe(
      [
        "DEVICE           BYTES    SENT  RECEIVED",
        "Anna            7.0 kB  7.0 kB       0 B  █▄▂",
        "(outside)        500 B   500 B       0 B  █",
        "(of no device)   300 B   300 B       0 B  █",
        "A bar is 1 h, from 2026-11-30T09:00:00Z to 2026-11-30T12:00:00Z. 2 sensors.",
        "Sent and received: by that device; what two devices sent each other is in both",
        "rows.",
        "",
      ].join("\n"),
    );
  });

  it("explains sent and received, and reports a time without traffic", async () => {
    const text = await render("product", [cell(0, 100, { products: ["Maps"] })]);
    expect(text.replace(/\s+/g, " ")).toContain(
      "Sent and received: by devices of the local network; what they sent each other is in both columns.",
    );
    const question = { ...WHOLE_HISTORY, by: "product", everySeconds: null } as const;
    const nothing = { question, everySeconds: HOUR, start: null, end: null, sensors: [], cells: [] };
    const style = { width: 120, colors: false, ascii: false };
    const texts: string[] = [];
    const say = (choice: Partial<HistoryAnswer["question"]>) =>
      writeHistory(
        { ...nothing, question: { ...question, ...choice } },
        { format: "table", style },
        (piece) => texts.push(piece),
      );
    await say({});
    await say({ from: NINE, to: NINE + HOUR });
    await say({ product: "Maps", sensor: "lab", from: NINE });
    expect(texts).toEqual([
      "The history has no traffic.\n",
      "The history has no traffic from 2026-11-30T09:00:00Z to 2026-11-30T10:00:00Z.\n",
      "The history has no traffic of Maps by sensor lab from 2026-11-30T09:00:00Z on.\n",
    ]);
  });

  it("lists named products first, and mentions reattributed bytes", async () => {
    const text = await render("product", [
      cell(0, 9000, { class: "listed", retoldBytes: 800 }),
      cell(0, 100, { class: "identified", products: ["Maps"], families: ["Siri, search and Maps"] }),
      cell(1, 200, { class: "identified", products: ["Maps"], families: ["Siri, search and Maps"] }),
      cell(0, 50, { class: "not-decoded" }),
      cell(0, 60, { class: "others" }),
    ]);
    const names = text.split("\n").map((line) => line.split("  ")[0]);
    expect(names.slice(1, 5)).toEqual([
      "Maps",
      "(listed ports, nothing says whose)",
      "(no room to tell)",
      "(not decoded)",
    ]);
    expect(text).toContain("800 B were counted while their flows were live, and later evidence");
  });

  it("has a row for each sensor", async () => {
    const text = await render("sensor", [cell(0, 100, { sensor: "lab" }), cell(1, 300, { sensor: "west" })]);
    expect(text.split("\n").slice(0, 3)).toEqual([
      "SENSOR  BYTES   SENT  RECEIVED",
      "west    300 B  300 B       0 B   █",
      "lab     100 B  100 B       0 B  █",
    ]);
  });

  it("combines the rows beyond the limit into one", async () => {
    const cells = [1, 2, 3, 4, 5].map((number) =>
      cell(0, number * 100, { class: "identified", products: [`Product ${number}`], families: ["F"] }),
    );
    const lines = (await render("product", cells, "table", 2)).split("\n");
    expect(lines.slice(1, 4).map((line) => line.slice(0, 9))).toEqual([
      "Product 5",
      "Product 4",
      "(3 more) ",
    ]);
    expect(lines[3]).toContain("600 B");
  });

  it("escapes device names in every format", async () => {
    const hostile = cell(0, 1, { party: "device", deviceId: "d1", deviceName: "=cmd|'\u001b[2J\u202e\nx" });
    for (const format of ["table", "json", "csv"] as const) {
      const text = await render("device", [hostile], format);
      for (const character of ["\u001b", "\u202e"]) expect(text).not.toContain(character);
    }
    expect(await render("device", [hostile], "csv")).toContain(",'=cmd|'");
  });
});
