/** Compressed captures: detected by their first bytes, never by their name, and read decompressed. */
import { InputError } from "../../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { unzstd } from "./unzstd.ts";
import { isZstd } from "./zstd-frames.ts";

/** Reads compressed bytes and yields the decompressed pieces. */
export type Decompressor = (source: ByteSource) => AsyncGenerator<Uint8Array>;

/** Returns the decompressor for a capture that begins with these bytes (borrowed), or null if it is not compressed. */
export function decompressorOf(first: Uint8Array): Decompressor | null {
  if (isGzip(first)) return gunzip;
  return isZstd(first) ? unzstd : null;
}

/**
 * Returns the program that decompresses a capture that begins with these bytes (borrowed), or null if it is not
 * compressed.
 */
export function decompressorCommandOf(first: Uint8Array): string | null {
  if (isGzip(first)) return "gzip";
  return isZstd(first) ? "zstd" : null;
}

/** Returns the contents of `compressed` (owned from now on) as a byte source; its byte counts are those of the medium. */
export function decompressed(compressed: ByteSource, decompressor: Decompressor): ByteSource {
  return new DecompressedSource(compressed, decompressor);
}

/** Decompresses one piece ahead while the previous one is processed. */
class DecompressedSource implements ByteSource {
  readonly #compressed: ByteSource;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #next: Promise<IteratorResult<Uint8Array> | InputError> | null = null;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(compressed: ByteSource, decompressor: Decompressor) {
    this.#compressed = compressed;
    this.#pieces = decompressor(compressed);
  }

  get name(): string {
    return this.#compressed.name;
  }

  get totalBytes(): number | null {
    return this.#compressed.totalBytes;
  }

  get bytesRead(): number {
    return this.#compressed.bytesRead;
  }

  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    while (this.#piece.length === 0) {
      const result = await (this.#next ?? this.#readAhead());
      this.#next = null;
      if (result instanceof InputError) throw result;
      if (result.done) return 0;
      this.#piece = result.value;
      this.#next = this.#readAhead();
    }
    const taken = this.#piece.subarray(0, length);
    into.set(taken, offset);
    this.#piece = this.#piece.subarray(taken.length);
    return taken.length;
  }

  /** Rejects only on bugs: nobody may be waiting for it yet. */
  async #readAhead(): Promise<IteratorResult<Uint8Array> | InputError> {
    try {
      return await this.#pieces.next();
    } catch (error) {
      if (error instanceof InputError) return error;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#compressed.close();
    // Not awaited: a piece may be waiting for a pipe that delivers nothing any more.
    void this.#pieces.return(undefined);
  }
}
