/** Where blocks stand in the kernel's memory that another thread reads ahead: places numbered from 1. */
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

/** How many places there are; and how many buffers for the bytes of their blocks, behind the first of the kernel's. */
export const PLACES = AHEAD_PLACES;
export const BUFFERS = AHEAD_BUFFERS;

/** The row of the first record of a place. */
export function firstRowOf(place: number): number {
  return BATCH_CAPACITY + (place - 1) * PLACE_ROWS;
}

/** The first run of a place. */
export function firstRunOf(place: number): number {
  return 1 + (place - 1) * PLACE_RUNS;
}

/** The columns of a place: new views. */
export function columnsOf(memory: SharedArrayBuffer, place: number): PacketColumns {
  return new PacketColumns(memory, OFFSETS_AT + place * PLACE_WORDS * 4);
}
