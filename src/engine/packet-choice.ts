/** Removes packets from a block that do not count: outside the time window, or not matched by the filter. */
import { compileFilter } from "../filter/compile-filter.ts";
import type { PacketFilter } from "../filter/packet-filter.ts";
import { type Moment, NO_TIME } from "../net/moment.ts";
import { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { decodePacket } from "../packets/decode/packet-decoder.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { ReadingOptions } from "./reading-options.ts";

export class PacketChoice {
  /** Records outside the window, and records inside it that the filter does not match. */
  outsideTime = 0;
  filtered = 0;
  readonly #isInWindow: RowTest | null;
  readonly #isMatched: RowTest | null;

  private constructor(isInWindow: RowTest | null, isMatched: RowTest | null) {
    this.#isInWindow = isInWindow;
    this.#isMatched = isMatched;
  }

  /** The choice for the options; null if every packet counts. Throws `InputError` for an invalid filter. */
  static of({ from, to, filter, outer }: ReadingOptions): PacketChoice | null {
    if (from === undefined && to === undefined && filter === undefined) return null;
    return new PacketChoice(
      from === undefined && to === undefined ? null : windowTest(from, to),
      filter === undefined ? null : filterTest(compileFilter(filter), !outer),
    );
  }

  /** Changes a block in place. */
  apply(block: PacketBlock): void {
    let kept = 0;
    for (let i = 0; i < block.count; i++) {
      if (this.#isInWindow?.(block, i) === false) {
        this.outsideTime += 1;
        continue;
      }
      if (this.#isMatched?.(block, i) === false) {
        this.filtered += 1;
        continue;
      }
      if (kept < i) block.moveRow(i, kept);
      kept++;
    }
    block.count = kept;
  }
}

type RowTest = (block: PacketBlock, i: number) => boolean;

/** Packets without a time count as outside. */
function windowTest(from: Moment | undefined, to: Moment | undefined): RowTest {
  return ({ seconds, nanoseconds }, i) => {
    if (nanoseconds[i] === NO_TIME) return false;
    if (from !== undefined && (seconds[i] - from.seconds || nanoseconds[i] - from.nanoseconds) < 0)
      return false;
    return to === undefined || (seconds[i] - to.seconds || nanoseconds[i] - to.nanoseconds) < 0;
  };
}

function filterTest(filter: PacketFilter, entersTunnels: boolean): RowTest {
  const packet = new DecodedPacket(entersTunnels);
  return ({ bytes, interfaces, offsets, capturedLengths, originalLengths, interfaceIds }, i) => {
    const { linkType, fcsLength } = interfaces[interfaceIds[i]];
    const length = originalLengths[i];
    decodePacket(linkType, bytes, offsets[i], capturedLengths[i], length, fcsLength, packet);
    return filter(bytes, packet, length);
  };
}
