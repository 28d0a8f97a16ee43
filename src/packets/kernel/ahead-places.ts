/** Locations of read-ahead blocks in the kernel's memory, numbered from 1. */
import { PacketColumns } from "../packet-block.ts";
import {
  AHEAD_BUFFERS,
  AHEAD_PLACES,
  BATCH_CAPACITY,
  OFFSETS_AT,
  PLACE_ROWS,
  PLACE_RUNS,
  PLACE_WORDS,
} from "./layout.ts";

/** Number of read-ahead blocks, and of buffers for their bytes, after the kernel's first one. */
export const PLACES = AHEAD_PLACES;
export const BUFFERS = AHEAD_BUFFERS;

/** Returns the row of the first record of a read-ahead block. */
export function firstRowOf(place: number): number {
  return BATCH_CAPACITY + (place - 1) * PLACE_ROWS;
}

/** Returns the first run of a read-ahead block. */
export function firstRunOf(place: number): number {
  return 1 + (place - 1) * PLACE_RUNS;
}

/** Returns new views of the columns of a read-ahead block. */
export function columnsOf(memory: SharedArrayBuffer, place: number): PacketColumns {
  return new PacketColumns(memory, OFFSETS_AT + place * PLACE_WORDS * 4);
}
