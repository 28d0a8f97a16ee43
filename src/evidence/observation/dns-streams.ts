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
  forget(entry: number): void {
    if (this.#streams.size === 0) return;
    this.#streams.delete(entry * 2);
    this.#streams.delete(entry * 2 + 1);
  }

  /**
   * Adds the payload of a segment (borrowed for the call), in capture order. `emit` receives each complete message: its
   * position in `bytes`, which may be other bytes than the segment's. Returns whether more is wanted.
   */
  add(entry: number, segment: HandshakeSegment, emit: MessageSink): boolean {
    const { bytes, offset, end, sequence, fromB } = segment;
    const key = entry * 2 + fromB;
    let direction = this.#streams.get(key);
    if (direction === undefined) {
      if (this.#streams.size >= MAX_STREAMS) this.#dropOldest();
      direction = new StreamWithSink();
      this.#streams.set(key, direction);
    }
    direction.emit = emit;
    direction.stream.add(bytes, offset, end, sequence);
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
