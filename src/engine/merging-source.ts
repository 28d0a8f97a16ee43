/** One of several merged captures: its packets that wait, and which of them precede those of others. */
import { NO_TIME } from "../net/moment.ts";
import { rowThatTimes } from "../packets/files/capture-start.ts";
import type { BlockPlace, PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { SourceTotals } from "../reports/source-totals.ts";
import type { Session } from "./session.ts";

/** A moment, and the rank that orders equal moments: lower first. */
export interface Turn {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly rank: number;
}

/** After all packets. */
export const LAST_TURN: Turn = { seconds: NO_TIME, nanoseconds: NO_TIME, rank: Number.POSITIVE_INFINITY };

/** Negative if `one` precedes `other`. */
export function compareTurns(one: Turn, other: Turn): number {
  return one.seconds - other.seconds || one.nanoseconds - other.nanoseconds || one.rank - other.rank;
}

/** Bytes that a source must have left to be worth moving to the buffer that needs no copying. */
const WORTH_MOVING = 1 << 20;

export class MergingSource implements Turn {
  /** When its next packet is due. */
  seconds = 0;
  nanoseconds = 0;
  /** The latest time of its counted packets. */
  latestSeconds = 0;
  latestNanoseconds = 0;
  /** Its first packet was due before it could be opened. */
  isLate = false;
  readonly source: PacketSource;
  readonly rank: number;
  readonly totals: SourceTotals;
  readonly #session: Session;
  readonly #blocks: AsyncIterator<PacketBlock>;
  /** The block that the source fills, if it fills no block of its own. */
  readonly #given: PacketBlock;
  #block: PacketBlock;
  /** Block of its packets that are copied to be counted. */
  #run: PacketBlock | null = null;
  #row = 0;
  #count = 0;

  /**
   * @param given the block with which the source was opened
   * @param position position of the source in the list
   */
  constructor(session: Session, source: PacketSource, given: PacketBlock, rank: number, position: number) {
    this.source = source;
    this.rank = rank;
    this.totals = session.sources.open(source, position);
    this.#session = session;
    this.#blocks = source.blocks()[Symbol.asyncIterator]();
    this.#given = given;
    this.#block = given;
  }

  /** Whether its block is the buffer where packets are counted: then no other source's may be. */
  get isPlaced(): boolean {
    return this.#block.buffer === this.#session.kernel.place.buffer;
  }

  /** Whether all packets that were read are counted. */
  get isEmpty(): boolean {
    return this.#row === this.#count;
  }

  /** Continues reading, when it is empty. Returns false if nothing is left: the source has been closed. */
  async refill(): Promise<boolean> {
    const next = await this.#blocks.next();
    if (next.done) {
      this.#session.sources.close(this.source, this.totals);
      return false;
    }
    this.#block = next.value;
    this.#row = 0;
    this.#count = next.value.count;
    this.#session.sources.note(this.source, next.value, this.totals);
    this.#setTurn();
    return true;
  }

  /** Stops reading before the end. */
  async abandon(): Promise<void> {
    await this.#blocks.return?.();
  }

  /** Vacates the buffer where packets are counted. */
  moveAway(place: BlockPlace): void {
    this.#block.moveTo(place);
  }

  /** Moves, when it is empty, to the buffer where its packets need no copying, unless little of it is left. */
  moveBack(): void {
    const { totalBytes, bytesRead } = this.source;
    if (this.#block !== this.#given || this.isPlaced) return;
    if (totalBytes === null || totalBytes - bytesRead < WORTH_MOVING) return;
    this.#block.count = 0;
    this.#block.moveTo(this.#session.kernel.place);
  }

  /**
   * Counts its packets up to the first one after `limit`, at least one, and returns how many. A block that would
   * have to be counted in parts is not touched if it `isPlaced`: 0.
   */
  countUpTo(limit: Turn): number {
    const first = this.#row;
    const end = limit.seconds === NO_TIME ? this.#count : this.#endOfRun(limit);
    const isWhole = first === 0 && end === this.#count;
    if (this.isPlaced && !isWhole) return 0;
    this.#row = end;
    this.#noteLatest(rowThatTimes(this.#block, end - 1));
    if (isWhole && this.#session.kernel.holds(this.#block.bytes))
      this.#session.count(this.#block, this.totals);
    else {
      this.#run ??= this.#session.kernel.createBlock(this.#block);
      this.#session.countRun(this.#block, first, end, this.#run, this.totals);
    }
    if (end < this.#count) this.#setTurn();
    return end - first;
  }

  #endOfRun(limit: Turn): number {
    const count = this.#count;
    let end = this.#row + 1;
    while (
      end < count &&
      (this.#comesBefore(limit, end) || (end + 1 < count && this.#comesBefore(limit, end + 1)))
    )
      end++;
    return end;
  }

  /** By its own time; a packet without a time follows the previous one. */
  #comesBefore(limit: Turn, row: number): boolean {
    const nanoseconds = this.#block.nanoseconds[row];
    if (nanoseconds === NO_TIME) return true;
    const order = this.#block.seconds[row] - limit.seconds || nanoseconds - limit.nanoseconds;
    return order < 0 || (order === 0 && this.rank < limit.rank);
  }

  #noteLatest(row: number): void {
    const seconds = this.#block.seconds[row];
    const nanoseconds = this.#block.nanoseconds[row];
    if (nanoseconds === NO_TIME) return;
    if ((seconds - this.latestSeconds || nanoseconds - this.latestNanoseconds) <= 0) return;
    this.latestSeconds = seconds;
    this.latestNanoseconds = nanoseconds;
  }

  /** A packet without a time is counted immediately. */
  #setTurn(): void {
    const block = this.#block;
    const row = rowThatTimes(block, this.#row);
    const hasTime = block.nanoseconds[row] !== NO_TIME;
    this.seconds = hasTime ? block.seconds[row] : 0;
    this.nanoseconds = hasTime ? block.nanoseconds[row] : 0;
  }
}
