/** Ethernet frames that tests send past a packet source. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pcap } from "../../../src/testing/builders/capture-builder.ts";
import { packetOf } from "../files/collect-records.ts";

/** Frame lengths: the minimum for Ethernet's header, one that a wire would pad to 60, up to a full frame. */
const LENGTHS = [14, 42, 59, 60, 61, 128, 590, 1514];
/** For local experiments (IEEE 802): nobody answers it. */
const EXPERIMENTAL = [0x88, 0xb5];

/** More frames than a block holds. */
export const FRAMES = Array.from({ length: 1500 }, (_, i) => {
  const frame = packetOf(LENGTHS[i % LENGTHS.length], i);
  frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, ...EXPERIMENTAL]);
  return frame;
});

/** The same in hexadecimal. */
export const FRAME_TEXTS = FRAMES.map((frame) => Buffer.from(frame).toString("hex"));

/** Writes frames as a capture into a folder; returns its path. */
export function writeFrames(folder: string, name: string, frames: readonly Uint8Array[] = FRAMES): string {
  const path = join(folder, name);
  const builder = pcap();
  for (const frame of frames) builder.record(frame);
  writeFileSync(path, builder.build());
  return path;
}
