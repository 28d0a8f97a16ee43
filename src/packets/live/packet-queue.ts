/**
 * Packets waiting to be written, in a ring buffer of fixed size as records of a classic pcap. Packets that do not fit
 * are dropped and counted.
 */

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const VERSION = [2, 4] as const;
const FILE_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;
/** Maximum bytes per write. */
const WRITE_LENGTH = 1 << 18;

/** Writes bytes (borrowed) without waiting; returns how many were accepted, 0 if the reader has no space. */
export type TryWrite = (bytes: Buffer, offset: number, length: number) => number;

/** A capture being written: its file header, then complete records only. */
export class PacketQueue {
  /** Packets dropped for lack of space. */
  dropped = 0;
  readonly #ring: Buffer;
  readonly #snaplen: number;
  readonly #tryWrite: TryWrite;
  readonly #header = Buffer.alloc(RECORD_HEADER_LENGTH);
  #start = 0;
  #length = 0;

  constructor(maxBytes: number, linkType: number, snaplen: number, tryWrite: TryWrite) {
    this.#ring = Buffer.alloc(maxBytes);
    this.#snaplen = snaplen;
    this.#tryWrite = tryWrite;
    const header = Buffer.alloc(FILE_HEADER_LENGTH);
    header.writeUInt32LE(MAGIC_MICROSECONDS, 0);
    header.writeUInt16LE(VERSION[0], 4);
    header.writeUInt16LE(VERSION[1], 6);
    header.writeUInt32LE(snaplen, 16);
    header.writeUInt32LE(linkType, 20);
    this.#put(header, header.length);
  }

  /** Buffered bytes. */
  get length(): number {
    return this.#length;
  }

  /** Appends a copy of `packet[0 .. length - 1]`, truncated to the snaplen; drops and counts it if there is no space. */
  add(packet: Buffer, length: number, seconds: number, microseconds: number): void {
    const captured = Math.min(length, this.#snaplen);
    if (this.#length + RECORD_HEADER_LENGTH + captured > this.#ring.length) {
      this.dropped++;
      return;
    }
    this.#header.writeUInt32LE(seconds, 0);
    this.#header.writeUInt32LE(microseconds, 4);
    this.#header.writeUInt32LE(captured, 8);
    this.#header.writeUInt32LE(length, 12);
    this.#put(this.#header, RECORD_HEADER_LENGTH);
    this.#put(packet, captured);
  }

  /** Writes what the reader accepts; returns whether the buffer is empty. */
  flush(): boolean {
    while (this.#length > 0) {
      const piece = Math.min(this.#length, this.#ring.length - this.#start, WRITE_LENGTH);
      const written = this.#tryWrite(this.#ring, this.#start, piece);
      if (written === 0) return false;
      this.#start = (this.#start + written) % this.#ring.length;
      this.#length -= written;
    }
    return true;
  }

  #put(bytes: Buffer, length: number): void {
    const at = (this.#start + this.#length) % this.#ring.length;
    const untilEnd = Math.min(length, this.#ring.length - at);
    bytes.copy(this.#ring, at, 0, untilEnd);
    if (untilEnd < length) bytes.copy(this.#ring, 0, untilEnd, length);
    this.#length += length;
  }
}
