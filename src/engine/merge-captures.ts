/**
 * Merges captures in the order of time, packet by packet where they overlap (docs/contract.md, "Order of sources"). A capture
 * is opened when the packets of the others have come to its first one: those that do not overlap are read one after the
 * other, each by itself.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { InputError, systemErrorCode } from "../errors.ts";
import type { FilePath } from "../packets/files/byte-source.ts";
import {
  type CaptureStart,
  compareStarts,
  readCaptureStart,
  smallBlockMemory,
} from "../packets/files/capture-start.ts";
import { BUFFER_LENGTH } from "../packets/files/record-reader.ts";
import { type BlockPlace, PacketBlock, PacketColumns } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import { compareTurns, LAST_TURN, MergingSource, type Turn } from "./merging-source.ts";
import type { Session } from "./session.ts";

/**
 * Captures that are open at once, at most: each takes 100 KiB (its buffer of 64 KiB and its columns), what decompresses it
 * comes on top. It is also the number of files that macOS lets a program open by default.
 */
const MAX_OPEN = 256;

/** Descriptors that are left to others where the system allows fewer. */
const SPARE_DESCRIPTORS = 4;

/** Timers and signals get their turn after so many captures of which the start was read. */
const STARTS_PER_TURN = 64;

export interface NamedCapture {
  readonly name: string;
  /** Where it is: the name again, or the bytes of one that is not UTF-8. */
  readonly path: FilePath;
  /** Where it is listed among the sources. */
  readonly position: number;
}

/** Opens a capture that fills `block`. Throws `InputError` where it cannot be read, or should not be any more. */
export type OpenCapture = (capture: NamedCapture, block: PacketBlock) => Promise<PacketSource>;

/**
 * Opens a capture that another thread reads, whose blocks stand in places of their own; null where none should. One at a time.
 * Throws `InputError` as `OpenCapture`.
 */
export type OpenAhead = (capture: NamedCapture) => Promise<PacketSource | null>;

/** How far the reading of captures has come. */
export interface MergeStep {
  /** The source that was read last. */
  readonly source: string;
  /** Bytes taken from all media so far. */
  readonly bytesRead: number;
}

/** A capture that is not open yet; its turn is that of its first packet. */
interface Waiting extends NamedCapture, Turn {}

/**
 * Reads captures (no pipes) into a session, in steps of a block at most. What cannot be read is noted in the session's
 * sources, not thrown. Where the start of a capture cannot be read, nor can the capture.
 */
export async function* mergeCaptures(
  session: Session,
  captures: readonly NamedCapture[],
  open: OpenCapture,
  openAhead: OpenAhead,
): AsyncGenerator<MergeStep> {
  const place = smallBlockMemory();
  const starts: (NamedCapture & { readonly start: CaptureStart })[] = [];
  for (const [i, capture] of captures.entries()) {
    if (i % STARTS_PER_TURN === STARTS_PER_TURN - 1) await nextTurn();
    const start = await startOf(session, capture, place, open);
    if (start !== null) starts.push({ ...capture, start });
  }
  starts.sort((one, other) => compareStarts(one.start, other.start));
  const waiting = starts.map(({ start, ...capture }, rank) => ({ ...capture, ...start.time, rank }));
  yield* new CaptureMerge(session, waiting, place, open, openAhead).run();
}

/** Null where the capture cannot be read, which is noted. */
async function startOf(
  session: Session,
  capture: NamedCapture,
  place: BlockPlace,
  open: OpenCapture,
): Promise<CaptureStart | null> {
  const { name, position } = capture;
  try {
    return await readCaptureStart(await open(capture, new PacketBlock(place)));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    session.sources.fail(name, error, position);
    return null;
  }
}

class CaptureMerge {
  readonly #session: Session;
  /** In the order of their ranks. */
  readonly #captures: readonly Waiting[];
  readonly #openCapture: OpenCapture;
  readonly #openAhead: OpenAhead;
  /** How many of the captures were opened. */
  #opened = 0;
  #open: MergingSource[] = [];
  #mostOpen = MAX_OPEN;
  /** The latest time of a packet that was counted. */
  #latest: Turn = { seconds: 0, nanoseconds: 0, rank: -1 };
  #bytesRead = 0;
  /** For those that are read beside others, and for the one that was read by itself until others began. */
  readonly #places = new Map<MergingSource, BlockPlace>();
  readonly #sparePlaces: BlockPlace[];
  #largePlace: BlockPlace | null = null;

  constructor(
    session: Session,
    captures: readonly Waiting[],
    spare: BlockPlace,
    open: OpenCapture,
    openAhead: OpenAhead,
  ) {
    this.#session = session;
    this.#captures = captures;
    this.#openCapture = open;
    this.#openAhead = openAhead;
    this.#sparePlaces = [spare];
  }

  async *run(): AsyncGenerator<MergeStep> {
    try {
      for (;;) {
        const first = this.#first();
        if (this.#opensNext(first)) {
          const step = await this.#openNext(first);
          if (step !== null) yield step;
          continue;
        }
        if (first === null) return;
        this.#count(first);
        if (!first.isEmpty) continue;
        if (this.#open.length === 1) first.moveBack();
        if (!(await first.refill())) this.#close(first);
        yield this.#step(first.source);
      }
    } finally {
      for (const source of this.#open) await source.abandon();
    }
  }

  /** The open one whose packet comes before those of all others. */
  #first(): MergingSource | null {
    let first: MergingSource | null = null;
    for (const source of this.#open) {
      if (first === null || compareTurns(source, first) < 0) first = source;
    }
    return first;
  }

  /** Whether the next capture begins before the packet whose turn it is, and may be opened. */
  #opensNext(first: MergingSource | null): boolean {
    if (this.#opened === this.#captures.length || this.#open.length >= this.#mostOpen) return false;
    return first === null || compareTurns(this.#captures[this.#opened], first) < 0;
  }

  /** Null where nothing was read. */
  async #openNext(first: MergingSource | null): Promise<MergeStep | null> {
    // It stands where the packets of the other one will be counted.
    if (first?.isPlaced) first.moveAway(this.#largePlaceOf());
    const next = this.#captures[this.#opened];
    const { name, position, rank } = next;
    const place = first === null ? null : (this.#sparePlaces.pop() ?? smallBlockMemory());
    const block = place === null ? this.#session.kernel.createBlock() : new PacketBlock(place);
    let source: PacketSource;
    try {
      const ahead = first === null ? await this.#openAhead(next) : null;
      source = ahead ?? (await this.#openCapture(next, block));
    } catch (error) {
      if (place !== null) this.#sparePlaces.push(place);
      if (!(error instanceof InputError)) throw error;
      if (first !== null && hasNoDescriptor(error)) {
        this.#mostOpen = Math.max(1, this.#open.length - SPARE_DESCRIPTORS);
        return null;
      }
      this.#opened++;
      this.#session.sources.fail(name, error, position);
      return null;
    }
    const isLate = compareTurns(next, this.#latest) < 0;
    this.#opened++;
    const opened = new MergingSource(this.#session, source, block, rank, position);
    opened.isLate = isLate;
    if (place !== null) this.#places.set(opened, place);
    this.#open.push(opened);
    if (!(await opened.refill())) this.#close(opened);
    return this.#step(source);
  }

  /** Counts packets of the source whose turn it is, up to the turn of another one. */
  #count(first: MergingSource): void {
    const isLate = first.isLate && compareTurns(first, this.#latest) < 0;
    const limit = isLate ? this.#latest : this.#limitOf(first);
    let counted = first.countUpTo(limit);
    if (counted === 0) {
      first.moveAway(this.#largePlaceOf());
      counted = first.countUpTo(limit);
    }
    if (isLate) first.totals.noteLate(counted);
    const { latestSeconds, latestNanoseconds } = first;
    const { seconds, nanoseconds } = this.#latest;
    if ((latestSeconds - seconds || latestNanoseconds - nanoseconds) > 0) {
      this.#latest = { seconds: latestSeconds, nanoseconds: latestNanoseconds, rank: -1 };
    }
  }

  /** Whose turn is the next but that of `first`. */
  #limitOf(first: MergingSource): Turn {
    let limit = LAST_TURN;
    for (const source of this.#open) {
      if (source !== first && compareTurns(source, limit) < 0) limit = source;
    }
    if (this.#opened === this.#captures.length || this.#open.length >= this.#mostOpen) return limit;
    const next = this.#captures[this.#opened];
    return compareTurns(next, limit) < 0 ? next : limit;
  }

  #close(source: MergingSource): void {
    this.#open = this.#open.filter((other) => other !== source);
    this.#bytesRead += source.source.bytesRead;
    const place = this.#places.get(source);
    if (place !== undefined) this.#sparePlaces.push(place);
    this.#places.delete(source);
  }

  /** One is enough: who was read by itself has ended, or moved back, before another one is. */
  #largePlaceOf(): BlockPlace {
    this.#largePlace ??= { columns: new PacketColumns(), buffer: new Uint8Array(BUFFER_LENGTH) };
    return this.#largePlace;
  }

  #step({ name }: PacketSource): MergeStep {
    let bytesRead = this.#bytesRead;
    for (const { source } of this.#open) bytesRead += source.bytesRead;
    return { source: name, bytesRead };
  }
}

/** Whether the system lets the program open no more files. */
function hasNoDescriptor({ cause }: InputError): boolean {
  return ["EMFILE", "ENFILE"].includes(systemErrorCode(cause) ?? "");
}
