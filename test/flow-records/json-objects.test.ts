/** JSON logs with free layout: in a list, on several lines, or all on one. */
import { expect, it } from "vitest";
import { MAX_LINE_LENGTH } from "../../src/flow-records/log-lines.ts";
import { flowsIn, jsonLines, readLogText } from "../support/flow-logs.ts";

const record = {
  type: "FLOW",
  first: "2026-01-31T09:00:00.000",
  last: "2026-01-31T09:00:01.500",
  in_packets: "3",
  in_bytes: 180,
  proto: 6,
  tcp_flags: "......S.",
  src_port: 50000,
  dst_port: 5223,
  src4_addr: "192.0.2.7",
  dst4_addr: "17.57.144.10",
  label: 'a "brace" } { in text',
};

it("objects of a JSON list are found in any layout", async () => {
  for (const text of [
    JSON.stringify([record, record]),
    JSON.stringify([record, record], null, "\t"),
    jsonLines(record, record),
    `${JSON.stringify(record, null, 2)}\n${JSON.stringify(record, null, 2)}\n`,
  ]) {
    const { entries, message } = await readLogText(text);
    expect(message).toBeNull();
    expect(flowsIn(entries).map(({ record: { originator } }) => originator.packets)).toEqual([3, 3]);
  }
  const { entries, message } = await readLogText(JSON.stringify([record, record], null, 1).slice(0, -40));
  expect(flowsIn(entries)).toHaveLength(1);
  expect(message).toBe("line 16 begins an object that does not end; the rest of the log is skipped");
});

it("a JSON list on one line is read, however long it is", async () => {
  const count = 8000;
  const text = JSON.stringify(new Array(count).fill(record));
  expect(text.length).toBeGreaterThan(MAX_LINE_LENGTH);
  const { entries, message } = await readLogText(text);
  expect([entries.length, message]).toEqual([count, null]);
});

it("an overlong object of a JSON list is skipped, and no other", async () => {
  const padding = " ".repeat(2 * MAX_LINE_LENGTH);
  const long = { ...record, label: padding };
  const { entries, message } =
    await readLogText(`[${jsonLines(record).trim()},${padding}${jsonLines(record)},${padding}
${JSON.stringify(long)},${JSON.stringify(record)}]`);
  expect(entries).toHaveLength(3);
  expect(message).toBe(`line 3 is longer than ${MAX_LINE_LENGTH} bytes; the line is skipped`);
});

it("an extra brace in a JSON list is reported, and the rest is left out", async () => {
  const one = JSON.stringify(record);
  const { entries, message } = await readLogText(`[${one},\n{"type":1},\n{${one},\n${one}]`);
  expect(entries).toHaveLength(1);
  expect(message).toBe("line 3 begins an object that does not end; the rest of the log is skipped");
  const bad = await readLogText(`[${one},\n{"type":},\n{${one},\n${one}]`);
  expect(bad.message).toBe(
    "line 2 is not JSON; the line is skipped; line 3 begins an object that does not end; the rest of the log is skipped",
  );
});

it("a quotation mark between objects of a JSON list does not begin a string", async () => {
  const one = JSON.stringify(record);
  expect((await readLogText(`[${one}, " , ${one}, ${one}]`)).entries).toHaveLength(3);
});
