import { expect, it } from "vitest";
import { SourceList } from "../../src/engine/source-list.ts";
import { InputError } from "../../src/errors.ts";
import { LinkType } from "../../src/net/link-types.ts";
import { isReadWhole, sourceCount } from "../../src/reports/completeness.ts";
import { summarizeCapture } from "../../src/reports/source-totals.ts";
import { TunnelTotals } from "../../src/reports/tunnel-totals.ts";
import { memorySource } from "../support/memory-source.ts";

const DIGITS = 0;

/** Reads a source of `packets` packets of 100 bytes, the first `seconds` after 1970. */
function readInto(list: SourceList, position: number, packets: number, seconds: number): void {
  const source = memorySource([], { name: `capture-${position}` });
  const totals = list.open(source, position);
  for (let i = 0; i < packets; i++) totals.add(100, seconds + i, 0);
  list.close(source, totals);
}

function captureOf(list: SourceList) {
  return summarizeCapture(list.list(), list.more, new TunnelTotals(), DIGITS);
}

it("sources beyond the listed ones are summed, in whatever order they end", () => {
  const list = new SourceList([], 2);
  for (const position of [3, 0, 2, 1]) readInto(list, position, position + 1, 1000 + 100 * position);
  list.fail("gone.pcap", new InputError("cannot_open", "gone.pcap: no such file", {}));
  const capture = captureOf(list);
  expect(capture.sources.map(({ name }) => name)).toEqual(["capture-0", "capture-1"]);
  expect(capture.moreSources).toEqual({
    sources: 3,
    packets: 7,
    bytes: 700,
    incomplete: 1,
    unsupported: 0,
    dropped: null,
  });
  expect([capture.packets, capture.bytes]).toEqual([10, 1000]);
  expect([capture.start, capture.end]).toEqual(["1970-01-01T00:16:40Z", "1970-01-01T00:21:43Z"]);
  expect(sourceCount(capture)).toBe(5);
  expect(isReadWhole(capture)).toBe(false);
});

it("a summary has no sum of further sources if all are listed", () => {
  const list = new SourceList([], 2);
  readInto(list, 0, 1, 1000);
  const capture = captureOf(list);
  expect(capture).not.toHaveProperty("moreSources");
  expect(sourceCount(capture)).toBe(1);
  expect(isReadWhole(capture)).toBe(true);
});

it("a source beyond the listed ones is counted while it is read", () => {
  const list = new SourceList([], 1);
  readInto(list, 0, 1, 1000);
  const totals = list.open(memorySource([], { name: "later" }), 1);
  totals.add(100, 1001, 0);
  expect(captureOf(list).packets).toBe(2);
});

it("a hundred interfaces are listed for each of the first hundred sources, then ten", () => {
  const list = new SourceList([]);
  const read = (position: number) => {
    const source = memorySource([], { name: `capture-${position}` });
    const [face] = [{ name: "en0", linkType: LinkType.ETHERNET, packets: 1, dropped: 2 }];
    for (let i = 0; i < 150; i++) (source.interfaces as unknown[]).push({ ...face, timeDigits: 6 });
    list.close(source, list.open(source, position));
  };
  for (let position = 0; position <= 100; position++) read(position);
  const { sources } = captureOf(list);
  expect(sources[99].interfaces).toHaveLength(100);
  expect(sources[100].interfaces).toHaveLength(10);
  expect(sources[100].moreInterfaces).toMatchObject({ interfaces: 140, packets: 140, dropped: 280 });
});
