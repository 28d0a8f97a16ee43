/**
 * The first datagrams of a QUIC connection until the client's hello is complete: it may be split into many frames, in any
 * order, over several packets and datagrams; after a Retry or the server's answer the client uses another destination id, and
 * after a version change other keys (RFC 9000, 7.2; RFC 9001, 5.2; RFC 9368).
 */
import { readCryptoFrames } from "../payload/quic-crypto-frames.ts";
import { InitialKeys, openInitial } from "../payload/quic-initial.ts";
import {
  MIN_INITIAL_DATAGRAM_LENGTH,
  type QuicPacket,
  QuicPacketKind,
  type QuicVersion,
  readQuicPacket,
} from "../payload/quic-packets.ts";
import { readClientHello } from "../payload/tls-client-hello.ts";
import type { HandshakeNames, HandshakeSegment, PendingHandshake } from "./handshake.ts";
import { namesOfClientHello } from "./handshake-names.ts";
import { StreamStart } from "./stream-start.ts";

/** Maximum number of datagrams examined per direction: those of a hello split into 64, each sent twice. */
const MAX_DATAGRAMS = 128;
/** Maximum number of packets per datagram: Initial, 0-RTT and Handshake, and one more. */
const MAX_PACKETS = 4;
/** The minimum length of a client's randomly chosen first destination id (RFC 9000, 7.2). */
const MIN_FIRST_DESTINATION_LENGTH = 8;
/** Maximum number of failed attempts to decrypt a packet per connection; each takes about 20 us. */
const MAX_FAILURES = 8;

/** A destination id that the client used first, and its keys for the version last used with it. */
interface Origin {
  readonly destination: Uint8Array;
  readonly version: QuicVersion;
  readonly keys: InitialKeys;
}

/** Holds at most as much as `StreamStart`. */
export class QuicHandshake implements PendingHandshake {
  private readonly stream = new StreamStart();
  private readonly datagrams = [0, 0];
  private failures = 0;
  /**
   * By sending side: whether a first packet could not be decrypted, so its keys do not fit, nor do those of later packets.
   */
  private readonly unopened = [false, false];
  /** Destination id of the first packet that was decrypted, and the side that sent it. */
  private origin: Origin | null = null;
  private client = -1;

  get heldBytes(): number {
    return this.stream.heldBytes;
  }

  add(segment: HandshakeSegment): HandshakeNames | "more" | null {
    const { bytes, offset, end, fromB } = segment;
    if (this.client >= 0 && this.client !== fromB) return "more";
    if (end - offset >= MIN_INITIAL_DATAGRAM_LENGTH) {
      if (this.addPackets(bytes, offset, end, fromB)) {
        this.client = fromB;
        const hello = readClientHello(this.stream.bytes, 0, this.stream.length);
        if (hello === null) return null;
        if (hello.isWhole) return namesOfClientHello(hello, "quic");
      }
      if (this.failures >= MAX_FAILURES) return this.finish();
    }
    return ++this.datagrams[fromB] < MAX_DATAGRAMS ? "more" : this.finish();
  }

  finish(): HandshakeNames | null {
    const hello = readClientHello(this.stream.bytes, 0, this.stream.length);
    return hello === null ? null : namesOfClientHello(hello, "quic");
  }

  /** Extracts the parts of the hello from a datagram. Returns whether one of its packets was decrypted. */
  private addPackets(bytes: Uint8Array, offset: number, end: number, side: number): boolean {
    if (this.origin === null && this.unopened[side]) {
      this.failures++;
      return false;
    }
    let cursor = offset;
    let isOpened = false;
    for (let count = 0; count < MAX_PACKETS; count++) {
      const packet = readQuicPacket(bytes, cursor, end);
      if (packet === null) break;
      if (packet.kind === QuicPacketKind.INITIAL) {
        const frames = this.open(bytes, packet);
        if (frames !== null) {
          isOpened = true;
          readCryptoFrames(frames, (position, from, to) => {
            this.stream.add(position, frames, from, to);
          });
        } else if (this.origin === null) {
          this.unopened[side] = true;
          break;
        }
      }
      cursor = packet.end;
    }
    return isOpened;
  }

  /** Tries the packet's own destination id first, which fits at the beginning and after a Retry. */
  private open(bytes: Uint8Array, packet: QuicPacket): Uint8Array | null {
    const destination = new Uint8Array(bytes.subarray(packet.destinationOffset, packet.destinationEnd));
    const { origin } = this;
    if (origin === null && destination.length < MIN_FIRST_DESTINATION_LENGTH) return null;
    if (origin === null || !isSame(destination, origin.destination)) {
      const frames = this.tryOpen(bytes, packet, destination);
      if (frames !== null || origin === null) return frames;
    }
    return this.tryOpen(bytes, packet, origin.destination);
  }

  private tryOpen(bytes: Uint8Array, packet: QuicPacket, destination: Uint8Array): Uint8Array | null {
    const { version } = packet;
    const { origin } = this;
    const isKnown = origin?.version === version && isSame(destination, origin.destination);
    const keys = isKnown ? origin.keys : new InitialKeys(version, destination);
    const frames = openInitial(bytes, packet, keys);
    if (frames === null) this.failures++;
    else if (!isKnown) this.origin = { destination, version, keys };
    return frames;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
