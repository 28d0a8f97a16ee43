/** What the tests of live capture share: what is sent, and what must be there to capture by each backend. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { probeCap } from "../../../src/capture/live/cap-program.ts";
import type { BackendName } from "../../../src/capture/live/live-source.ts";
import { pcap } from "../../support/capture-builder.ts";
import { whyNoNamespace } from "../../support/namespace.ts";
import { packetOf } from "../collect-records.ts";
import type { CaptureOutcome } from "./capture-host.ts";

/** Bytes of frames: the least that Ethernet's header needs, what a wire would pad to 60, and up to a full one. */
const LENGTHS = [14, 42, 59, 60, 61, 128, 590, 1514];
/** For local experiments (IEEE 802): nobody answers it. */
const EXPERIMENTAL = [0x88, 0xb5];

/** Options of tcpreplay for a rate that loses nothing anywhere. */
export const PACE = ["--pps", "20000"];

/** More frames than a block holds. */
export const FRAMES = Array.from({ length: 1500 }, (_, i) => {
  const frame = packetOf(LENGTHS[i % LENGTHS.length], i);
  frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, ...EXPERIMENTAL]);
  return frame;
});

/** The same in hexadecimal. */
export const FRAME_TEXTS = FRAMES.map((frame) => Buffer.from(frame).toString("hex"));

/** Writes frames as a capture into a folder; its path. */
export function writeFrames(folder: string, name: string, frames: readonly Uint8Array[] = FRAMES): string {
  const path = join(folder, name);
  const builder = pcap();
  for (const frame of frames) builder.record(frame);
  writeFileSync(path, builder.build());
  return path;
}

/** The packets of a capture in hexadecimal. */
export function textOf({ collected }: CaptureOutcome): string[] {
  return collected?.records.map(({ packet }) => packet) ?? [];
}

/** Whether a backend cannot be tested here; says why on standard output. */
export async function findMissing(subject: string): Promise<(backend: BackendName) => boolean> {
  const reason = whyNoNamespace();
  const hasCap = (await probeCap([], process.env)).isBuilt;
  if (reason !== null) console.info(`skipped: ${subject}: ${reason}`);
  else if (!hasCap) console.info(`skipped: ${subject} by cap: the package is not built`);
  return (backend) => reason !== null || (backend === "cap" && !hasCap);
}
