import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { put32LittleEndian } from "./byte-order.ts";

const BLOCK_BYTES = 4 << 20;
const RECORD_HEADER_BYTES = 16;
const FIRST_SECOND = 1_700_000_000;
/** Classic pcap, little-endian, microseconds, version 2.4, snaplen 262144, Ethernet. */
const FILE_HEADER = [0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1];

/** Writes a capture file in blocks; it appears at its path only when it is complete. */
export class CaptureWriter {
  /** Buffer for frames, which are written at {@link next}. */
  readonly block = new Uint8Array(BLOCK_BYTES);
  readonly #path: string;
  readonly #file: number;
  readonly #longestRecord: number;
  #used = 0;

  /** @param longestFrame maximum frame length in bytes */
  constructor(path: string, longestFrame: number) {
    this.#path = path;
    this.#longestRecord = RECORD_HEADER_BYTES + longestFrame;
    this.#file = openSync(this.#partial, "w");
    for (const word of FILE_HEADER) this.#put(word);
  }

  /** Offset of the next frame in {@link block}. */
  next(): number {
    if (this.#used + this.#longestRecord > BLOCK_BYTES) this.#flush();
    return this.#used + RECORD_HEADER_BYTES;
  }

  /** Makes the frame of `length` bytes written at {@link next} a record. */
  add(microseconds: number, length: number): void {
    this.#put(FIRST_SECOND + Math.floor(microseconds / 1e6));
    this.#put(Math.floor(microseconds % 1e6));
    this.#put(length);
    this.#put(length);
    this.#used += length;
  }

  finish(): void {
    this.#flush();
    closeSync(this.#file);
    renameSync(this.#partial, this.#path);
  }

  /** Removes the incomplete file. */
  abandon(): void {
    closeSync(this.#file);
    rmSync(this.#partial, { force: true });
  }

  get #partial(): string {
    return `${this.#path}.partial`;
  }

  #put(word: number): void {
    put32LittleEndian(this.block, this.#used, word);
    this.#used += 4;
  }

  #flush(): void {
    for (let at = 0; at < this.#used; ) at += writeSync(this.#file, this.block, at, this.#used - at);
    this.#used = 0;
  }
}
