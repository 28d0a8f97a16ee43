/** An interface of the current section of a pcapng: what the parser must remember to read its packets. */

import type { CaptureInterface } from "./packet-block.ts";
import {
  BLOCK_TRAILER_LENGTH,
  INTERFACE_OPTIONS_OFFSET,
  LINK_TYPE_OFFSET,
  SNAPLEN_OFFSET,
} from "./pcapng-blocks.ts";
import { readInterfaceOptions } from "./pcapng-options.ts";
import { MICROSECOND_RESOLUTION, TickClock } from "./timestamps.ts";

/** One Interface Description Block. */
export interface SectionInterface {
  /** Its index in the block's `interfaces`, which go on over all sections. */
  readonly id: number;
  /** The entry there, whose counters go on. */
  readonly described: CaptureInterface;
  /** Bytes that it captures of a packet at most; 0 = no limit. Believed only where nothing else tells (simple). */
  readonly snaplen: number;
  readonly clock: TickClock;
  /** Drops told by a statistics block replace those added up from packets: they count the same ones. */
  hasStatistics: boolean;
}

/**
 * Reads a whole Interface Description Block of `length` bytes at `offset` of `bytes` (borrowed). An option that
 * runs past the end of the block is damage: its length is returned instead.
 *
 * @param id What `SectionInterface.id` becomes.
 */
export function readInterface(
  bytes: Uint8Array,
  offset: number,
  length: number,
  littleEndian: boolean,
  id: number,
): SectionInterface | number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const options = readInterfaceOptions(
    bytes,
    offset + INTERFACE_OPTIONS_OFFSET,
    offset + length - BLOCK_TRAILER_LENGTH,
    littleEndian,
  );
  if (options.overlongOption !== null) return options.overlongOption;
  const clock = new TickClock(options.timeResolution ?? MICROSECOND_RESOLUTION, options.timeOffset);
  return {
    id,
    described: {
      linkType: view.getUint16(offset + LINK_TYPE_OFFSET, littleEndian),
      name: options.name,
      fcsLength: options.fcsLength,
      timeDigits: clock.digits,
      packets: 0,
      dropped: null,
    },
    snaplen: view.getUint32(offset + SNAPLEN_OFFSET, littleEndian),
    clock,
    hasStatistics: false,
  };
}
