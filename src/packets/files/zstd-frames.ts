/**
 * Zstandard (RFC 8878): splits compressed bytes into frames and blocks, so that a decoder gets one block at a time and
 * a frame's memory is bounded.
 *
 *   frame:  | magic | descriptor | window (0-1) | dictionary (0-4) | content size (0-8) | blocks ... | checksum (0, 4) |
 *   block:  | last (1 bit), type (2), size (21) | data: `size` bytes, of type 1 (one byte repeated) 1 |
 */
import { InputError, type InputErrorCode } from "../../errors.ts";
import { readUint32LittleEndian } from "../../net/byte-reads.ts";
import { shellFileName } from "../../shell-word.ts";
import type { ByteSource } from "./byte-source.ts";
import { MAX_BLOCK_LENGTH } from "./zstd-window.ts";

const FRAME_MAGIC = 0xfd2fb528;
/** The low four bits are arbitrary. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_HEADER_LENGTH = 8;

const DESCRIPTOR_OFFSET = 4;
const SINGLE_SEGMENT = 0x20;
/** Descriptor bit: a checksum follows the blocks. */
const CHECKSUM = 0x04;
const RESERVED = 0x08;
const CHECKSUM_LENGTH = 4;
export const BLOCK_HEADER_LENGTH = 3;
/** In the first byte of a block. */
const LAST_BLOCK = 1;
export const RAW_BLOCK = 0;
export const REPEATED_BYTE_BLOCK = 1;
const RESERVED_TYPE = 3;

/** The default limit of `zstd -d`. */
const MAX_WINDOW_LENGTH = 128 << 20;
/** The largest window that `zstd` accepts with options. */
const MOST_WINDOW_OF_ZSTD = 2 ** 31;
const INPUT_LENGTH = 1 << 19;

/** Contents of a frame header. */
export interface ZstdFrame {
  /** Maximum distance of matches. */
  readonly windowLength: number;
  readonly hasChecksum: boolean;
}

/** Part of a frame: its header, one block, or its checksum. */
export interface ZstdPiece {
  /** Borrowed until the next piece. */
  readonly bytes: Uint8Array;
  readonly kind: "header" | "block" | "checksum";
  readonly frame: ZstdFrame;
  /** Whether it is the last piece of the frame. */
  readonly isLast: boolean;
}

interface BlockHeader {
  readonly isLast: boolean;
  readonly type: number;
  /** Bytes of the block, or how often its one byte is repeated. */
  readonly size: number;
}

/** Parses the header of the block in `bytes` (borrowed). */
export function blockHeaderOf(bytes: Uint8Array): BlockHeader {
  const field = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
  return { isLast: (field & LAST_BLOCK) !== 0, type: (field >>> 1) & 3, size: field >>> 3 };
}

/** Returns the maximum output of a piece in bytes. */
export function mostOutputOf({ kind, bytes }: ZstdPiece): number {
  if (kind !== "block") return 0;
  const { type, size } = blockHeaderOf(bytes);
  return type === RAW_BLOCK || type === REPEATED_BYTE_BLOCK ? size : MAX_BLOCK_LENGTH;
}

/** Whether a capture that begins with these bytes (borrowed) is compressed with zstd. */
export function isZstd(first: Uint8Array): boolean {
  if (first.length < 4) return false;
  const magic = readUint32LittleEndian(first, 0);
  return magic === FRAME_MAGIC || (magic & ~0xf) >>> 0 === SKIPPABLE_MAGIC;
}

/** Yields the frames of a source in pieces; skippable frames are omitted. Throws `InputError` if they end early. */
export async function* readZstdFrames(source: ByteSource): AsyncGenerator<ZstdPiece> {
  const input = new ZstdInput(source);
  while (await input.has(1)) {
    await input.need(4);
    const magic = input.uint32(0);
    if (magic === FRAME_MAGIC) yield* readFrame(input);
    else if ((magic & ~0xf) >>> 0 === SKIPPABLE_MAGIC) {
      await input.need(SKIPPABLE_HEADER_LENGTH);
      const length = input.uint32(4);
      input.take(SKIPPABLE_HEADER_LENGTH);
      await input.skip(length);
    } else {
      throw input.error("bad_compression", "the zstd data is damaged: no frame begins");
    }
  }
}

async function* readFrame(input: ZstdInput): AsyncGenerator<ZstdPiece> {
  const frame = await readHeader(input);
  const { windowLength, hasChecksum } = frame;
  yield { bytes: input.take(frame.length), kind: "header", frame, isLast: false };
  for (let isLast = false; !isLast; ) {
    if (!input.sees(BLOCK_HEADER_LENGTH)) await input.need(BLOCK_HEADER_LENGTH);
    const header = blockHeaderOf(input.peek(BLOCK_HEADER_LENGTH));
    const { type, size } = header;
    isLast = header.isLast;
    if (type === RESERVED_TYPE || size > Math.min(MAX_BLOCK_LENGTH, windowLength)) {
      throw input.error(
        "bad_compression",
        `the zstd data is damaged: a block of ${size} bytes, type ${type}`,
      );
    }
    const length = BLOCK_HEADER_LENGTH + (type === REPEATED_BYTE_BLOCK ? 1 : size);
    if (!input.sees(length)) await input.need(length);
    yield { bytes: input.take(length), kind: "block", frame, isLast: isLast && !hasChecksum };
  }
  if (hasChecksum) {
    await input.need(CHECKSUM_LENGTH);
    yield { bytes: input.take(CHECKSUM_LENGTH), kind: "checksum", frame, isLast: true };
  }
}

interface FrameHeader extends ZstdFrame {
  readonly length: number;
}

/** Checks the header of the frame that begins here, without consuming it. */
async function readHeader(input: ZstdInput): Promise<FrameHeader> {
  await input.need(5);
  const descriptor = input.uint8(DESCRIPTOR_OFFSET);
  if ((descriptor & RESERVED) !== 0) {
    throw input.error(
      "bad_compression",
      "the zstd data is damaged: a frame header with its reserved bit set",
    );
  }
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  const dictionaryLength = [0, 1, 2, 4][descriptor & 3];
  const sizeFlag = descriptor >>> 6;
  const sizeLength = sizeFlag === 0 ? Number(isSingleSegment) : 1 << sizeFlag;
  const dictionaryOffset = isSingleSegment ? 5 : 6;
  const sizeOffset = dictionaryOffset + dictionaryLength;
  const length = sizeOffset + sizeLength;
  await input.need(length);
  for (let index = 0; index < dictionaryLength; index++) {
    if (input.uint8(dictionaryOffset + index) !== 0) {
      throw input.error("unsupported_format", "compressed by zstd with a dictionary, which is not supported");
    }
  }
  let windowLength = 0;
  if (isSingleSegment) {
    for (let index = sizeLength - 1; index >= 0; index--) {
      windowLength = windowLength * 256 + input.uint8(sizeOffset + index);
    }
    if (sizeLength === 2) windowLength += 256;
  } else {
    const base = 2 ** (10 + (input.uint8(5) >>> 3));
    windowLength = base + (base / 8) * (input.uint8(5) & 7);
  }
  if (windowLength > MAX_WINDOW_LENGTH) {
    throw input.error(
      "unsupported_format",
      `compressed by zstd with a window of ${windowLength} bytes, the limit is ${MAX_WINDOW_LENGTH}`,
      windowLength <= MOST_WINDOW_OF_ZSTD ? input.adviceToUnpack : "",
    );
  }
  return { length, windowLength, hasChecksum: (descriptor & CHECKSUM) !== 0 };
}

/** The bytes of a source with a lookahead buffer. */
class ZstdInput {
  readonly #source: ByteSource;
  readonly #buffer = new Uint8Array(INPUT_LENGTH);
  #start = 0;
  #end = 0;
  /** Compressed bytes before `#start`. */
  #position = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Whether `count` bytes can be buffered, reading if necessary. */
  async has(count: number): Promise<boolean> {
    while (this.#end - this.#start < count) {
      if (this.#buffer.length - this.#start < count) {
        this.#buffer.copyWithin(0, this.#start, this.#end);
        this.#end -= this.#start;
        this.#start = 0;
      }
      const room = this.#buffer.length - this.#end;
      const read = await this.#source.read(this.#buffer, this.#end, room);
      if (read === 0) return false;
      this.#end += read;
    }
    return true;
  }

  /** Whether `count` bytes are buffered. */
  sees(count: number): boolean {
    return this.#end - this.#start >= count;
  }

  async need(count: number): Promise<void> {
    if (this.sees(count) || (await this.has(count))) return;
    const left = this.#end - this.#start;
    throw this.error("bad_compression", `the zstd data ends early: ${count} bytes are needed, ${left} left`);
  }

  uint8(offset: number): number {
    return this.#buffer[this.#start + offset];
  }

  uint32(offset: number): number {
    return readUint32LittleEndian(this.#buffer, this.#start + offset);
  }

  /** Returns bytes without consuming them; borrowed until more are read. */
  peek(count: number): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#start + count);
  }

  /** Consumes bytes; borrowed until more are read. */
  take(count: number): Uint8Array {
    const bytes = this.peek(count);
    this.#start += count;
    this.#position += count;
    return bytes;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      await this.need(1);
      left -= this.take(Math.min(left, this.#end - this.#start)).length;
    }
  }

  /** Returns advice on a window that only `zstd` itself accepts, with an option. */
  get adviceToUnpack(): string {
    const { name } = this.#source;
    return name === "-" ? "" : `; try: zstd -dc --long=31 ${shellFileName(name)} | appleflow summarize -`;
  }

  error(code: InputErrorCode, text: string, advice = ""): InputError {
    const { name } = this.#source;
    const message = `${name}: ${text}, at compressed byte ${this.#position}${advice}`;
    return new InputError(code, message, { source: name });
  }
}
