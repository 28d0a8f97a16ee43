/** Decodes Zstandard frames (RFC 8878) in time and memory bounded by input and output. */
import type { XXHash, XXHashAPI } from "xxhash-wasm";
import { readUint32LittleEndian } from "../../net/byte-reads.ts";
import {
  BLOCK_HEADER_LENGTH,
  blockHeaderOf,
  RAW_BLOCK,
  REPEATED_BYTE_BLOCK,
  type ZstdPiece,
} from "./zstd-frames.ts";
import { ZstdLiterals } from "./zstd-literals.ts";
import { ZstdSequences } from "./zstd-sequences.ts";
import { ZstdWindow } from "./zstd-window.ts";

/** Decodes one frame after another and reuses its buffers. */
export class ZstdDecoder {
  readonly #window = new ZstdWindow();
  readonly #literals = new ZstdLiterals();
  readonly #sequences = new ZstdSequences();
  readonly #hashes: XXHashAPI;
  /** Null: the frame has no checksum. */
  #hash: XXHash<bigint> | null = null;

  constructor(hashes: XXHashAPI) {
    this.#hashes = hashes;
  }

  /** Decodes the next piece (borrowed) of a frame. Returns the output, owned by the caller. Throws on damage. */
  decode(piece: ZstdPiece): Uint8Array | null {
    switch (piece.kind) {
      case "header":
        this.#window.begin(piece.frame.windowLength);
        this.#literals.beginFrame();
        this.#sequences.beginFrame();
        this.#hash = piece.frame.hasChecksum ? this.#hashes.create64() : null;
        return null;
      case "block": {
        this.#window.makeRoom();
        this.#decodeBlock(piece.bytes);
        const decoded = this.#window.take();
        this.#hash?.update(decoded);
        return decoded.length === 0 ? null : decoded;
      }
      case "checksum":
        // The lower 32 bits of XXH64 (section 3.1.1).
        if (Number(BigInt.asUintN(32, this.#hash?.digest() ?? 0n)) === readUint32LittleEndian(piece.bytes, 0))
          return null;
        throw new Error("the checksum of the decompressed data is wrong");
    }
  }

  #decodeBlock(bytes: Uint8Array): void {
    const { type, size } = blockHeaderOf(bytes);
    const window = this.#window;
    if (type === REPEATED_BYTE_BLOCK) {
      window.bytes.fill(bytes[BLOCK_HEADER_LENGTH], window.end, window.end + size);
      window.added(size);
      return;
    }
    const body = bytes.subarray(BLOCK_HEADER_LENGTH);
    if (type === RAW_BLOCK) {
      window.bytes.set(body, window.end);
      window.added(size);
      return;
    }
    const end = this.#literals.read(body, 0);
    this.#sequences.execute(body, end, this.#literals, window);
  }
}
