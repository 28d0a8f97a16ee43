/** DNS over TCP: reassembles the messages of each direction of live flows to port 53. */
import { DnsStream } from "../payload/dns-stream.ts";
import type { HandshakeSegment } from "./handshake.ts";

/** Maximum number of directions that are followed; each holds at most one message. */
const MAX_STREAMS = 1024;

export class DnsStreams {
  /** Directions abandoned for lack of room. */
  dropped = 0;
  readonly #streams = new Map<number, StreamWithSink>();

  /** The flow in an entry has ended. */
  forget(record: number): void {
    if (this.#streams.size === 0) return;
    this.#streams.delete(record * 2);
    this.#streams.delete(record * 2 + 1);
  }

  /**
   * Adds the payload of a segment (borrowed for the call), in capture order. `emit` receives each complete message: its
   * position in `bytes`, which may be other bytes than the segment's. Returns whether more is wanted.
   */
  add(record: number, segment: HandshakeSegment, emit: MessageSink): boolean {
    const { bytes, offset, end, sequence, fromB } = segment;
    const key = record * 2 + fromB;
    let entry = this.#streams.get(key);
    if (entry === undefined) {
      if (this.#streams.size >= MAX_STREAMS) this.#dropOldest();
      entry = new StreamWithSink();
      this.#streams.set(key, entry);
    }
    entry.emit = emit;
    entry.stream.add(bytes, offset, end, sequence);
    return true;
  }

  /** Evicts several at once: finding the first entry of a map means stepping over all deleted ones. */
  #dropOldest(): void {
    let count = MAX_STREAMS / 64;
    for (const key of this.#streams.keys()) {
      this.#streams.delete(key);
      this.dropped++;
      if (--count === 0) return;
    }
  }
}

/** Receives a message: `bytes` from `offset` to `end`, borrowed for the call. */
export type MessageSink = (bytes: Uint8Array, offset: number, end: number) => void;

/** A stream whose messages go to the sink of the last segment. */
class StreamWithSink {
  emit: MessageSink | null = null;
  readonly stream = new DnsStream((bytes, offset, end) => this.emit?.(bytes, offset, end));
}
