/** The beginning of a capture: enough to sort captures by time before they are read. */
import { createHash } from "node:crypto";
import { compareMoments, type Moment, NO_TIME } from "../../net/moment.ts";
import { type BlockPlace, type PacketBlock, PacketColumns } from "../packet-block.ts";
import type { PacketSource } from "../packet-source.ts";
import { SMALL_BUFFER_LENGTH } from "./record-reader.ts";

/** Bytes of the first records that identify a capture's content. */
const CONTENT_LENGTH = 1 << 14;

/** Before every valid time; captures without a time sort first. */
const NO_MOMENT: Moment = { seconds: 0, nanoseconds: 0 };

export interface CaptureStart {
  /** Time of its first packet; the earliest time if that has none, or if there is no packet. */
  readonly time: Moment;
  /** A digest of its first records. */
  readonly content: string;
  /** Size of the file in bytes. */
  readonly length: number;
}

/** Returns a buffer for a block that is read in small pieces. Owned by the caller. */
export function smallBlockMemory(): BlockPlace {
  return { columns: new PacketColumns(), buffer: new Uint8Array(SMALL_BUFFER_LENGTH) };
}

/**
 * Reads the beginning of a capture, mostly its first 64 KiB, and closes it. Not for a pipe, whose packets would be
 * lost.
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
    const row = orderingRow(block, 0);
    const hasTime = block.nanoseconds[row] !== NO_TIME;
    const time = hasTime ? { seconds: block.seconds[row], nanoseconds: block.nanoseconds[row] } : NO_MOMENT;
    return { time, content, length };
  }
  return { time: NO_MOMENT, content: "", length };
}

/**
 * Returns the row of a block (borrowed) whose time orders row `i` among packets of other captures: `i`, or the next row
 * if that is earlier. A packet whose clock was briefly ahead thus delays nothing.
 */
export function orderingRow({ seconds, nanoseconds, count }: PacketBlock, i: number): number {
  const next = i + 1;
  if (next === count || nanoseconds[i] === NO_TIME || nanoseconds[next] === NO_TIME) return i;
  return (seconds[next] - seconds[i] || nanoseconds[next] - nanoseconds[i]) < 0 ? next : i;
}

/** Orders two captures, also if their first packets have the same time: never by name. */
export function compareStarts(one: CaptureStart, other: CaptureStart): number {
  const order = compareMoments(one.time, other.time);
  if (order !== 0) return order;
  if (one.content !== other.content) return one.content < other.content ? -1 : 1;
  return one.length - other.length;
}
