/** Invariants of every capture, however broken. */

import { decompressorOf } from "../../src/packets/files/compression.ts";
import type { PacketBlock } from "../../src/packets/packet-block.ts";
import { FLOW_FORMATS, renderFlow } from "../../src/render/render-flows.ts";
import { renderSummary, SUMMARY_FORMATS } from "../../src/render/render-summary.ts";
import type { SourceSummary } from "../../src/reports/capture-summary.ts";
import { conservationProblems } from "../../test/support/conservation.ts";
import { SeededRandom } from "../fixtures/seeded-random.ts";
import { type AnalyzeBytesOptions, type AnalyzedBytes, analyzeBytes } from "./analyze-bytes.ts";
import { layoutOf } from "./capture-layout.ts";
import { hashOf } from "./fuzz-target.ts";
import { AT_ONCE, openMemoryCapture, scattered } from "./memory-capture.ts";

/** One in N analyses is also rendered in all formats. */
const RENDERED = 16;

const FILTERS = [
  "tcp",
  "udp port 5353 or ip6",
  "net 17.0.0.0/8",
  "host 192.0.2.10 or not portrange 1000-60000",
];

/**
 * Runs captures through the whole program as one analysis, twice; returns the problem, or null. Throws if the program throws.
 * The first capture determines the options.
 */
export async function examineCaptures(captures: readonly Uint8Array[]): Promise<string | null> {
  const number = hashOf(captures[0]);
  const random = new SeededRandom(number);
  const options = optionsFor(random);
  const pieces = Array.from({ length: 7 }, () => random.between(1, random.percent(20) ? 40 : 4000));
  const filling = random.pick([0xff, 0x45, 0x00]);
  const inPieces = captures.map((bytes) => async () => {
    // How much of damaged compressed data can be read depends on how it is split.
    const arrival = { pieces: decompressorOf(bytes) !== null ? AT_ONCE.pieces : pieces, filling: 0xff };
    return scattered(await openMemoryCapture("mutant", bytes, arrival), filling);
  });
  // As for files: the kernel decodes the packets in place.
  const atOnce = captures.map(
    (bytes) => (block: PacketBlock) => openMemoryCapture("mutant", bytes, AT_ONCE, block),
  );
  const once = await analyzeBytes(atOnce, options);
  const problems = conservationProblems(once.summary);
  if (problems.length > 0) return problems.join("; ");
  const again = await analyzeBytes(inPieces, options);
  const difference = differenceOf(once, again);
  if (difference !== null) return `depends on pieces, or on bytes behind the end: ${difference}`;
  if (number % RENDERED === 0) await renderAll(once);
  return recordProblem(captures, once, options);
}

function differenceOf(once: object, again: object): string | null {
  const [one, other] = [JSON.stringify(once), JSON.stringify(again)];
  if (one === other) return null;
  let at = 0;
  while (one[at] === other[at]) at++;
  const from = Math.max(0, at - 80);
  return `${one.slice(from, at + 80)} | ${other.slice(from, at + 80)}`;
}

function optionsFor(random: SeededRandom): AnalyzeBytesOptions {
  return {
    idleTimeoutSeconds: random.pick([3600, 3600, 0, 1]),
    maxFlows: random.pick([4096, 4096, 1, 3]),
    ...(random.percent(12) && { filter: random.pick(FILTERS) }),
    ...(random.percent(5) && { from: { seconds: 1_700_000_002, nanoseconds: 0 } }),
    ...(random.percent(5) && { to: { seconds: 1_741_682_000, nanoseconds: 1 } }),
  };
}

function recordProblem(
  captures: readonly Uint8Array[],
  { summary, records }: AnalyzedBytes,
  options: AnalyzeBytesOptions,
): string | null {
  const { sources } = summary.capture;
  const handed = sources.map(({ interfaces, moreInterfaces }) =>
    interfaces.reduce((sum, { packets }) => sum + packets, moreInterfaces?.packets ?? 0),
  );
  const total = handed.reduce((sum, count) => sum + count, 0);
  if (total !== records) return `${total} records read, ${records} handed over`;
  const isFiltered = ["filter", "from", "to"].some((name) => name in options);
  if (!isFiltered && summary.capture.packets !== records) {
    return `${records} records, ${summary.capture.packets} counted`;
  }
  for (const [i, bytes] of captures.entries()) {
    const problem = classicProblem(bytes, sources[i], handed[i]);
    if (problem !== null) return problem;
  }
  return null;
}

/** Whether every available record was read: for a classic capture this can be checked without its parser. */
function classicProblem(bytes: Uint8Array, source: SourceSummary, records: number): string | null {
  if (source.complete !== (source.error === null)) return "complete and an error";
  if (decompressorOf(bytes) !== null || source.format !== "pcap") return null;
  const layout = layoutOf(bytes);
  if (layout === null) return "a classic capture that has no layout";
  const there = layout.parts.filter(({ packet }) => packet !== null).length;
  if (there !== records) return `${there} records in the file, ${records} read`;
  const isWhole = layout.parts.at(-1)?.end === bytes.length;
  return isWhole === source.complete ? null : `complete: ${source.complete}, but whole: ${isWhole}`;
}

async function renderAll({ summary, flows }: AnalyzedBytes): Promise<void> {
  for (const format of SUMMARY_FORMATS) await renderSummary(summary, { format });
  for (const format of FLOW_FORMATS) for (const flow of flows) renderFlow(flow, format);
}
