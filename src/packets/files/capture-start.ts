/** How a capture begins: enough to put captures in the order of time before they are read. */
import { createHash } from "node:crypto";
import { compareMoments, type Moment, NO_TIME } from "../../net/moment.ts";
import { type BlockPlace, type PacketBlock, PacketColumns } from "../packet-block.ts";
import type { PacketSource } from "../packet-source.ts";
import { SMALL_BUFFER_LENGTH } from "./record-reader.ts";

/** Bytes of the first records that stand for the content of a capture. */
const CONTENT_LENGTH = 1 << 14;

/** What is before all time, and before which a packet without a time comes. */
const NO_MOMENT: Moment = { seconds: 0, nanoseconds: 0 };

export interface CaptureStart {
  /** When its first packet was captured; the beginning of time where that has no time, or where there is none. */
  readonly time: Moment;
  /** A digest of its first records. */
  readonly content: string;
  /** Bytes of the file. */
  readonly length: number;
}

/** A place for a block that is read little by little. Owned by the caller. */
export function smallBlockPlace(): BlockPlace {
  return { columns: new PacketColumns(), buffer: new Uint8Array(SMALL_BUFFER_LENGTH) };
}

/**
 * Reads how a capture begins, mostly of its first 64 KiB, and closes it. Not for a pipe, whose packets would be gone.
 */
export async function readCaptureStart(source: PacketSource): Promise<CaptureStart> {
  const length = source.totalBytes ?? 0;
  for await (const block of source.blocks()) {
    const first = block.offsets[0];
    const end = Math.min(
      first + CONTENT_LENGTH,
      block.offsets[block.count - 1] + block.capturedLengths[block.count - 1],
    );
    const content = createHash("sha256").update(block.bytes.subarray(first, end)).digest("base64");
    const row = rowThatTimes(block, 0);
    const hasTime = block.nanoseconds[row] !== NO_TIME;
    const time = hasTime ? { seconds: block.seconds[row], nanoseconds: block.nanoseconds[row] } : NO_MOMENT;
    return { time, content, length };
  }
  return { time: NO_MOMENT, content: "", length };
}

/**
 * The row of a block (borrowed) by whose time row `i` is to be counted among the packets of other captures: itself, or the one
 * behind it where that is earlier. A packet whose clock was ahead for a moment holds up nothing.
 */
export function rowThatTimes({ seconds, nanoseconds, count }: PacketBlock, i: number): number {
  const next = i + 1;
  if (next === count || nanoseconds[i] === NO_TIME || nanoseconds[next] === NO_TIME) return i;
  return (seconds[next] - seconds[i] || nanoseconds[next] - nanoseconds[i]) < 0 ? next : i;
}

/** Which of two captures comes first where both have a packet of the same time: never by their names. */
export function compareStarts(one: CaptureStart, other: CaptureStart): number {
  const byTime = compareMoments(one.time, other.time);
  if (byTime !== 0) return byTime;
  if (one.content !== other.content) return one.content < other.content ? -1 : 1;
  return one.length - other.length;
}
