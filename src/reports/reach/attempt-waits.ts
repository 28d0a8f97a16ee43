/**
 * Since when live flows have been waiting for an answer, and in which source: three words per flow entry, beside
 * `AttemptColumns`.
 */
import { Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { type Moment, NO_TIME } from "../../net/moment.ts";
import { TCP_RST, TCP_SYN } from "../../net/tcp-flags.ts";

const WORDS = 3;
/** Words of an entry. */
const Word = {
  /** Time of the first TCP payload or of the second UDP packet: seconds (0: never) and nanoseconds. */
  REQUEST_SECONDS: 0,
  REQUEST_NANOSECONDS: 1,
  /** Number of the source of the last packet plus 1; 0: no packet was seen. */
  SOURCE: 2,
} as const;

export class AttemptWaits {
  /** Number of the source being read (`RecordedSources.open`). */
  source = 0;
  readonly #words: Int32Array;

  /** For entries 1 to `capacity`; only entries in use cost memory. */
  constructor(capacity: number) {
    this.#words = new Int32Array((capacity + 1) * WORDS);
  }

  /** A packet of the flow in an entry; borrowed for the call. */
  update(record: number, packet: PacketRow): void {
    const words = this.#words;
    const base = record * WORDS;
    const { seconds } = packet;
    const isKnown = words[base + Word.REQUEST_SECONDS] !== 0 || seconds === NO_TIME;
    if (!isKnown && isDue(packet, words[base + Word.SOURCE] === 0)) {
      words[base + Word.REQUEST_SECONDS] = seconds;
      words[base + Word.REQUEST_NANOSECONDS] = packet.nanoseconds;
    }
    words[base + Word.SOURCE] = this.source + 1;
  }

  /** Number of the source of the last packet. */
  sourceOf(record: number): number {
    return this.#words[record * WORDS + Word.SOURCE] - 1;
  }

  /**
   * Time since which an answer is due, if not since the first packet: a connection may be opened long before it is used, and
   * one datagram may get lost. Null without payload (TCP), a second packet (UDP), or a time.
   */
  requestTime(record: number): Moment | null {
    const base = record * WORDS;
    const seconds = this.#words[base + Word.REQUEST_SECONDS] >>> 0;
    return seconds === 0 ? null : { seconds, nanoseconds: this.#words[base + Word.REQUEST_NANOSECONDS] };
  }

  /** The flow in an entry has ended. */
  forget(record: number): void {
    this.#words.fill(0, record * WORDS, (record + 1) * WORDS);
  }
}

/**
 * Whether an answer is due and its absence is significant: for payload after a handshake, and for all datagrams but the
 * first.
 */
function isDue(packet: PacketRow, isFirst: boolean): boolean {
  if (packet.transport === Transport.UDP) return !isFirst;
  return (packet.tcpFlags & (TCP_SYN | TCP_RST)) === 0 && packet.hasPayload;
}
