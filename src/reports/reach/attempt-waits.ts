/** Since when live flows wait for an answer, and in which source: three words for each record, beside `AttemptColumns`. */
import { Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { type Moment, NO_TIME } from "../../net/moment.ts";
import { TCP_RST, TCP_SYN } from "../../net/tcp-flags.ts";

const WORDS = 3;
/** Words of a record. */
const Word = {
  /** When the first payload of TCP came, or the second packet of UDP: seconds (0: never) and nanoseconds. */
  REQUEST_SECONDS: 0,
  REQUEST_NANOSECONDS: 1,
  /** One more than the number of the source that the last packet came from; 0: no packet was seen. */
  SOURCE: 2,
} as const;

export class AttemptWaits {
  /** The number of the source whose packets are seen (`RecordedSources.open`). */
  source = 0;
  readonly #words: Int32Array;

  /** For records 1 to `capacity`; costs memory only for those that are used. */
  constructor(capacity: number) {
    this.#words = new Int32Array((capacity + 1) * WORDS);
  }

  /** A packet of the flow in a record; borrowed for the call. */
  see(record: number, packet: PacketRow): void {
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

  /** The number of the source that the last packet came from. */
  sourceOf(record: number): number {
    return this.#words[record * WORDS + Word.SOURCE] - 1;
  }

  /**
   * Since when an answer is due, if not since the first packet: a connection may be opened long before it is used, and
   * one datagram may get lost. Null where there was no payload (TCP), no second packet (UDP), or no time.
   */
  requestTime(record: number): Moment | null {
    const base = record * WORDS;
    const seconds = this.#words[base + Word.REQUEST_SECONDS] >>> 0;
    return seconds === 0 ? null : { seconds, nanoseconds: this.#words[base + Word.REQUEST_NANOSECONDS] };
  }

  /** The flow in a record has ended. */
  forget(record: number): void {
    this.#words.fill(0, record * WORDS, (record + 1) * WORDS);
  }
}

/** Whether an answer is due, and its absence means something: to payload behind a handshake, to all but the first datagram. */
function isDue(packet: PacketRow, isFirst: boolean): boolean {
  if (packet.transport === Transport.UDP) return !isFirst;
  return (packet.tcpFlags & (TCP_SYN | TCP_RST)) === 0 && packet.hasPayload;
}
