/** Times have the digits of every interface, in whatever pieces a capture comes: also of one described after the last packet. */
import { expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { AT_ONCE, openMemoryCapture } from "../../scripts/fuzz/memory-capture.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";

it("shows times alike at once and byte by byte", async () => {
  const bytes = pcapng()
    .section()
    .interface({ timeResolution: 6 })
    .packet(packet().ethernet().ipv4().udp().build())
    .interface({ timeResolution: 9 })
    .build();
  const starts = [AT_ONCE, { pieces: [1], filling: 0 }].map(async (arrival) => {
    const { summary } = await analyzeBytes([(place) => openMemoryCapture("x", bytes, arrival, place)]);
    return summary.capture.start;
  });
  const [atOnce, inPieces] = await Promise.all(starts);
  expect(atOnce).toMatch(/\.\d{9}Z$/);
  expect(inPieces).toBe(atOnce);
});
