/**
 * Zstandard: large frames by `node:zlib` if available (Node 22.15 and later), all others by the built-in decoder. The
 * cost of a frame or block is proportional to its input or output: a Node stream is created only for large frames, and
 * fed many blocks at once.
 */
import { once } from "node:events";
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { InputError } from "../../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { ZstdDecoder } from "./zstd-decoder.ts";
import { maxOutputOf, readZstdFrames, type ZstdPiece } from "./zstd-frames.ts";

/** Bytes, compressed or decompressed, of frame pieces that are decoded together. */
const BATCH_LENGTH = 1 << 16;
const BATCH_OUTPUT_LENGTH = 1 << 22;
/** Length to which small decompressed pieces are joined. */
const OUTPUT_LENGTH = 1 << 17;

/** Decodes pieces of frames, in order. If it throws, `decoded` contains everything before the damage. */
interface FrameDecoder {
  /** Owned by the caller, who removes them. */
  readonly decoded: Uint8Array[];
  /** `piece` is borrowed. */
  push(piece: ZstdPiece): Promise<void> | void;
  /** Decodes the buffered pieces although their frame continues. */
  flush(): Promise<void> | void;
  close(): void;
}

/**
 * Yields the decompressed pieces of `source`, owned by the caller. Everything before damage or an early end is yielded
 * before the `InputError` is thrown.
 */
export async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  const decoder = await createDecoder();
  const { decoded } = decoder;
  let length = 0;
  let counted = 0;
  try {
    for await (const piece of readZstdFrames(source)) {
      const isPending = decoder.push(piece);
      if (isPending !== undefined) await isPending;
      for (; counted < decoded.length; counted++) length += decoded[counted].length;
      if (length < OUTPUT_LENGTH) continue;
      yield* joined(decoded.splice(0), length);
      length = 0;
      counted = 0;
    }
    yield* joined(decoded.splice(0));
  } catch (cause) {
    if (cause instanceof InputError) await flushed(decoder);
    yield* joined(decoded.splice(0));
    if (cause instanceof InputError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the zstd data is damaged before compressed byte ${source.bytesRead}: ${reason}`;
    throw new InputError("bad_compression", `${source.name}: ${message}`, { source: source.name }, cause);
  } finally {
    decoder.close();
  }
}

/**
 * Decodes what came before damage that has been reported. That may be damaged as well: then `decoded` contains what
 * precedes it.
 */
async function flushed(decoder: FrameDecoder): Promise<void> {
  try {
    await decoder.flush();
  } catch {
    // The input's own error is the one to report.
  }
}

/** Returns `pieces` unchanged, or joined if they are small. */
function joined(pieces: Uint8Array[], length = OUTPUT_LENGTH): Uint8Array[] {
  return pieces.length * OUTPUT_LENGTH <= length * 2 ? pieces : [Buffer.concat(pieces)];
}

async function createDecoder(): Promise<FrameDecoder> {
  const { default: loadHashes } = await import("xxhash-wasm");
  const own = new ZstdDecoder(await loadHashes());
  // Missing from the types of Node 20.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  return createZstdDecompress === undefined
    ? new JsDecoder(own)
    : new MixedDecoder(own, createZstdDecompress);
}

class JsDecoder implements FrameDecoder {
  readonly decoded: Uint8Array[] = [];
  readonly #decoder: ZstdDecoder;

  constructor(decoder: ZstdDecoder) {
    this.#decoder = decoder;
  }

  push(piece: ZstdPiece): void {
    const bytes = this.#decoder.decode(piece);
    if (bytes !== null) this.decoded.push(bytes);
  }

  flush(): void {}

  close(): void {}
}

/** Decodes frames that fit in one batch with `own`, and larger ones with a Node stream, batch by batch. */
class MixedDecoder implements FrameDecoder {
  readonly decoded: Uint8Array[] = [];
  readonly #own: ZstdDecoder;
  readonly #createStream: () => Transform;
  #stream: NativeStream | null = null;
  #batch: ZstdPiece[] = [];
  #length = 0;
  #outputLength = 0;

  constructor(own: ZstdDecoder, createStream: () => Transform) {
    this.#own = own;
    this.#createStream = createStream;
  }

  push(piece: ZstdPiece): Promise<void> | void {
    this.#batch.push({ ...piece, bytes: Uint8Array.from(piece.bytes) });
    this.#length += piece.bytes.length;
    this.#outputLength += maxOutputOf(piece);
    const isFull = this.#length >= BATCH_LENGTH || this.#outputLength >= BATCH_OUTPUT_LENGTH;
    if (!isFull && !piece.isLast) return;
    if (this.#stream === null && piece.isLast) return this.flush();
    this.#stream ??= new NativeStream(this.#createStream(), this.decoded);
    const written = this.#stream.write(joinedBytes(this.#takeBatch()), piece.isLast);
    if (piece.isLast) this.#stream = null;
    return written;
  }

  flush(): Promise<void> | void {
    if (this.#batch.length === 0) return;
    if (this.#stream !== null) return this.#stream.write(joinedBytes(this.#takeBatch()), false);
    for (const piece of this.#takeBatch()) {
      const bytes = this.#own.decode(piece);
      if (bytes !== null) this.decoded.push(bytes);
    }
  }

  #takeBatch(): ZstdPiece[] {
    const batch = this.#batch;
    this.#batch = [];
    this.#length = 0;
    this.#outputLength = 0;
    return batch;
  }

  close(): void {
    this.#stream?.destroy();
  }
}

/**
 * A Node stream for one frame: it ends with its first frame. Never paused, since a paused stream would lose its buffer
 * on failure.
 */
class NativeStream {
  readonly #stream: Transform;
  readonly #closed: Promise<unknown>;
  #failure: Error | null = null;

  constructor(stream: Transform, decoded: Uint8Array[]) {
    this.#stream = stream;
    stream.on("data", (piece: Uint8Array) => decoded.push(piece));
    stream.on("error", (error) => {
      this.#failure = error;
    });
    this.#closed = once(stream, "close").catch(() => undefined);
  }

  async write(bytes: Uint8Array, isLast: boolean): Promise<void> {
    const written = new Promise<void>((resolve) => {
      this.#stream.write(bytes, () => resolve());
    });
    await Promise.race([written, this.#closed]);
    if (isLast && this.#failure === null) {
      this.#stream.end();
      await this.#closed;
    }
    if (this.#failure !== null) throw this.#failure;
  }

  destroy(): void {
    this.#stream.destroy();
  }
}

function joinedBytes(pieces: readonly ZstdPiece[]): Uint8Array {
  return Buffer.concat(pieces.map(({ bytes }) => bytes));
}
