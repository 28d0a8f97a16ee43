/** Locations of read-ahead blocks in the kernel's memory, numbered from 1. */
import { PacketColumns } from "../packet-block.ts";
import {
  AHEAD_BLOCKS,
  AHEAD_BUFFERS,
  BATCH_CAPACITY,
  BLOCK_ROWS,
  BLOCK_RUNS,
  BLOCK_WORDS,
  OFFSETS_AT,
} from "./layout.ts";

/** Number of read-ahead blocks, and of buffers for their bytes, after the kernel's first one. */
export const BLOCKS = AHEAD_BLOCKS;
export const BUFFERS = AHEAD_BUFFERS;

/** Returns the row of the first record of a read-ahead block. */
export function firstRowOf(blockNumber: number): number {
  return BATCH_CAPACITY + (blockNumber - 1) * BLOCK_ROWS;
}

/** Returns the first run of a read-ahead block. */
export function firstRunOf(blockNumber: number): number {
  return 1 + (blockNumber - 1) * BLOCK_RUNS;
}

/** Returns new views of the columns of a read-ahead block. */
export function columnsOf(memory: SharedArrayBuffer, blockNumber: number): PacketColumns {
  return new PacketColumns(memory, OFFSETS_AT + blockNumber * BLOCK_WORDS * 4);
}
