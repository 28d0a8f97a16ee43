import { type Endpoint, type FlowName, type Packet, segmentSize, TCP } from "./frames.ts";
import type { Office } from "./office.ts";

/** Segments of one side that the other acknowledges together (RFC 9293, 3.8.6.3). */
const SEGMENTS_PER_ACK = 2;
/** Gap between segments of one burst, in microseconds. */
const SEGMENT_GAP = [10, 120] as const;
const ROUND_TRIP = [4_000, 60_000] as const;
const NOTHING = new Uint8Array(0);

/** A TCP connection as captured near its client: tracks both sides' sequence numbers, and the time. */
export class TcpTalk {
  /** Microseconds since the beginning of the capture. */
  now: number;
  readonly #office: Office;
  readonly #client: Endpoint;
  readonly #server: Endpoint;
  readonly #roundTrip: number;
  #clientNext: number;
  #serverNext: number;
  #isNew = true;

  constructor(office: Office, client: Endpoint, server: Endpoint, start: number) {
    this.#office = office;
    this.#client = client;
    this.#server = server;
    this.now = start;
    this.#roundTrip = office.pause(...ROUND_TRIP);
    this.#clientNext = office.random.uint32();
    this.#serverNext = office.random.uint32();
  }

  *open(): Generator<Packet> {
    yield this.#packet(true, TCP.syn, NOTHING);
    this.now += this.#roundTrip;
    yield this.#packet(false, TCP.syn | TCP.ack, NOTHING);
    this.now += this.#office.pause(...SEGMENT_GAP);
    yield this.#packet(true, TCP.ack, NOTHING);
  }

  /** Sends bytes in as many segments as needed; the other side acknowledges every second one and the last. */
  *send(fromClient: boolean, bytes: Uint8Array, named: FlowName | null = null): Generator<Packet> {
    const size = segmentSize(this.#client);
    let unacknowledged = 0;
    for (let at = 0; at < bytes.length; at += size) {
      const isLast = at + size >= bytes.length;
      this.now += this.#office.pause(...SEGMENT_GAP);
      const flags = isLast ? TCP.ack | TCP.push : TCP.ack;
      yield this.#packet(fromClient, flags, bytes.subarray(at, at + size), isLast ? named : null);
      if (++unacknowledged < SEGMENTS_PER_ACK && !isLast) continue;
      unacknowledged = 0;
      this.now += fromClient ? this.#roundTrip : this.#office.pause(...SEGMENT_GAP);
      yield this.#packet(!fromClient, TCP.ack, NOTHING);
    }
  }

  *close(): Generator<Packet> {
    this.now += this.#office.pause(1_000, 2_000_000);
    yield this.#packet(true, TCP.fin | TCP.ack, NOTHING);
    this.now += this.#roundTrip;
    yield this.#packet(false, TCP.fin | TCP.ack, NOTHING);
    this.now += this.#office.pause(...SEGMENT_GAP);
    yield this.#packet(true, TCP.ack, NOTHING);
  }

  #packet(fromClient: boolean, flags: number, payload: Uint8Array, named: FlowName | null = null): Packet {
    const sequence = fromClient ? this.#clientNext : this.#serverNext;
    const other = fromClient ? this.#serverNext : this.#clientNext;
    const next = (sequence + payload.length + ((flags & (TCP.syn | TCP.fin)) === 0 ? 0 : 1)) >>> 0;
    if (fromClient) this.#clientNext = next;
    else this.#serverNext = next;
    const opensFlow = this.#isNew;
    this.#isNew = false;
    return {
      microseconds: this.now,
      from: fromClient ? this.#client : this.#server,
      to: fromClient ? this.#server : this.#client,
      tcp: { sequence, acknowledged: (flags & TCP.ack) === 0 ? 0 : other, flags },
      payload,
      opensFlow,
      named,
    };
  }
}
