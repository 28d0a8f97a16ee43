/** The error for an impossible record is the same, in whatever pieces a capture arrives. */
import { expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { AT_ONCE, openMemoryCapture } from "../../scripts/fuzz/memory-capture.ts";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { pcap } from "../../src/testing/builders/capture-builder.ts";

const SOUND = pcap().record(new Uint8Array(60)).build();
/** A record of 0xffffffff bytes. */
const IMPOSSIBLE = new Uint8Array(16).fill(0xff);
const CHANGED = new Uint8Array(Buffer.from("bytes\r\n".repeat(20)));

async function errorsOf(bytes: Uint8Array): Promise<(string | undefined)[]> {
  const arrivals = [AT_ONCE, { pieces: [1], filling: 0 }, { pieces: [97], filling: 0x0a }];
  const errors = arrivals.map(async (arrival) => {
    const { summary } = await analyzeBytes([(block) => openMemoryCapture("x", bytes, arrival, block)]);
    return summary.capture.sources[0].error?.message;
  });
  return Promise.all(errors);
}

it.each([
  ["changed line ends", CHANGED, "; its line ends were changed"],
  ["no cause if some line ends are unchanged", concatBytes(CHANGED, [0x0a]), "the limit is 262144"],
  [
    "no cause if too few line ends are seen",
    concatBytes(new Uint8Array(20_000), CHANGED),
    "the limit is 262144",
  ],
])("the error for damage read in pieces reports %s", async (_, behind, words) => {
  const [atOnce, ...others] = await errorsOf(concatBytes(SOUND, IMPOSSIBLE, behind));
  expect(atOnce).toContain("record 2 at byte 100 says it has 4294967295 bytes");
  expect(atOnce).toContain(words);
  if (words.startsWith("the limit")) expect(atOnce).toMatch(/the limit is 262144$/);
  expect(others).toEqual([atOnce, atOnce]);
});
