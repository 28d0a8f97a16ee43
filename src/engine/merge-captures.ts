/**
 * Merges captures in order of time, packet by packet where they overlap (docs/contract.md, "Order of sources"). A capture
 * is opened when the packets of the others have reached its first one: captures that do not overlap are read one after the
 * other, each by itself.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { InputError, systemErrorCode } from "../errors.ts";
import type { FilePath } from "../packets/files/byte-source.ts";
import {
  type CaptureStart,
  compareStarts,
  readCaptureStart,
  smallBlockPlace,
} from "../packets/files/capture-start.ts";
import { BUFFER_LENGTH } from "../packets/files/record-reader.ts";
import { type BlockPlace, PacketBlock, PacketColumns } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import { compareTurns, LAST_TURN, MergingSource, type Turn } from "./merging-source.ts";
import type { Session } from "./session.ts";

/**
 * Maximum number of open captures: each takes 100 KiB (its buffer of 64 KiB and its columns), plus memory for
 * decompression. It is also the default limit of open files on macOS.
 */
const MAX_OPEN = 256;

/** Descriptors reserved for others if the system allows fewer. */
const SPARE_DESCRIPTORS = 4;

/** Timers and signals run after this many captures whose start was read. */
const STARTS_PER_TURN = 64;

export interface NamedCapture {
  readonly name: string;
  /** Its path: the name again, or the bytes of one that is not UTF-8. */
  readonly path: FilePath;
  /** Its position among the sources. */
  readonly position: number;
}

/** Opens a capture that fills `block`. Throws `InputError` if it cannot be read, or must not be any more. */
export type OpenCapture = (capture: NamedCapture, block: PacketBlock) => Promise<PacketSource>;

/**
 * Opens a capture that another thread reads, whose blocks are in buffers of their own; null if it should not. One at a time.
 * Throws `InputError` like `OpenCapture`.
 */
export type OpenAhead = (capture: NamedCapture) => Promise<PacketSource | null>;

/** Progress of reading captures. */
export interface MergeStep {
  /** The source read last. */
  readonly source: string;
  /** Bytes read from all media so far. */
  readonly bytesRead: number;
}

/** A capture that is not open yet, ordered by its first packet. */
interface Waiting extends NamedCapture, Turn {}

/**
 * Reads captures (no pipes) into a session, in steps of at most a block. Read errors are recorded in the session's
 * sources, not thrown. If the start of a capture cannot be read, neither can the rest.
 */
export async function* mergeCaptures(
  session: Session,
  captures: readonly NamedCapture[],
  open: OpenCapture,
  openAhead: OpenAhead,
): AsyncGenerator<MergeStep> {
  const place = smallBlockPlace();
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

/** Null if the capture cannot be read, which is recorded. */
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
  /** In order of rank. */
  readonly #captures: readonly Waiting[];
  readonly #openCapture: OpenCapture;
  readonly #openAhead: OpenAhead;
  /** How many of the captures were opened. */
  #opened = 0;
  #open: MergingSource[] = [];
  #mostOpen = MAX_OPEN;
  /** The latest time of a counted packet. */
  #latest: Turn = { seconds: 0, nanoseconds: 0, rank: -1 };
  #bytesRead = 0;
  /** Buffers of sources that are read alongside others, and of the one that was read by itself until others began. */
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

  /** The open one whose packet comes first. */
  #first(): MergingSource | null {
    let first: MergingSource | null = null;
    for (const source of this.#open) {
      if (first === null || compareTurns(source, first) < 0) first = source;
    }
    return first;
  }

  /** Whether the next capture begins before the next packet, and may be opened. */
  #opensNext(first: MergingSource | null): boolean {
    if (this.#opened === this.#captures.length || this.#open.length >= this.#mostOpen) return false;
    return first === null || compareTurns(this.#captures[this.#opened], first) < 0;
  }

  /** Null if nothing was read. */
  async #openNext(first: MergingSource | null): Promise<MergeStep | null> {
    // It is in the buffer where the packets of the other one will be counted.
    if (first?.isPlaced) first.moveAway(this.#largePlaceOf());
    const next = this.#captures[this.#opened];
    const { name, position, rank } = next;
    const place = first === null ? null : (this.#sparePlaces.pop() ?? smallBlockPlace());
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

  /** Counts packets of the current source, up to the first packet of another one. */
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

  /** The earliest next packet except that of `first`. */
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

  /** One is enough: the one that was read by itself has ended, or moved back, before another one is. */
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

/** Whether the system refuses to open more files. */
function hasNoDescriptor({ cause }: InputError): boolean {
  return ["EMFILE", "ENFILE"].includes(systemErrorCode(cause) ?? "");
}
