/** Zstandard, one block at a time: by `node:zlib` where it can (Node 22.15 and later), else by the package fzstd. */
import { once } from "node:events";
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { InputError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { readZstdFrames } from "./zstd-frames.ts";

/** Decodes one frame. Both methods give what has been decoded, the caller's to keep, and throw what is wrong. */
interface FrameDecoder {
  /** `bytes` (borrowed) are the frame's header, one whole block, or its checksum. */
  push(bytes: Uint8Array, isLast: boolean): Promise<Uint8Array[]> | Uint8Array[];
  close(): void;
}

/**
 * The pieces of what `source` holds, each the caller's to keep. All that came before damage or an early end is given
 * before the `InputError` is thrown.
 */
export async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  const createDecoder = await loadDecoder();
  let decoder = createDecoder();
  try {
    for await (const { bytes, isFrameStart, isFrameEnd } of readZstdFrames(source)) {
      if (isFrameStart) {
        decoder.close();
        decoder = createDecoder();
      }
      let pieces: Uint8Array[];
      try {
        pieces = await decoder.push(bytes, isFrameEnd);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        const message = `the zstd data is damaged before compressed byte ${source.bytesRead}: ${reason}`;
        throw new InputError("bad_compression", `${source.name}: ${message}`, { source: source.name }, cause);
      }
      yield* pieces;
    }
  } finally {
    decoder.close();
  }
}

type CreateDecoder = () => FrameDecoder;

async function loadDecoder(): Promise<CreateDecoder> {
  // Not in the types of Node 20.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (createZstdDecompress !== undefined) return () => nativeDecoder(createZstdDecompress());
  return packageDecoder(await import("fzstd"));
}

/**
 * One stream for one frame: the stream ends with its first frame. Always flowing, since what a paused stream holds
 * when it fails would be lost.
 */
function nativeDecoder(stream: Transform): FrameDecoder {
  let pieces: Uint8Array[] = [];
  let failure: Error | null = null;
  stream.on("data", (piece: Uint8Array) => pieces.push(piece));
  stream.on("error", (error) => {
    failure = error;
  });
  const closed = once(stream, "close").catch(() => undefined);
  return {
    async push(bytes, isLast) {
      const written = new Promise<void>((resolve) => {
        stream.write(bytes, () => resolve());
      });
      await Promise.race([written, closed]);
      if (isLast && failure === null) {
        stream.end();
        await closed;
      }
      if (failure !== null) throw failure;
      const decoded = pieces;
      pieces = [];
      return decoded;
    },
    close() {
      stream.destroy();
    },
  };
}

/** fzstd does not check checksums; it copies a whole window per block, so that large windows are slow. */
function packageDecoder({ Decompress }: typeof import("fzstd")): CreateDecoder {
  return () => {
    let pieces: Uint8Array[] = [];
    let header: Uint8Array | null = null;
    const stream = new Decompress((piece) => {
      if (piece.length > 0) pieces.push(piece);
    });
    return {
      push(bytes, isLast) {
        // It wants the header and the first block in one piece.
        if (header === null) {
          header = Uint8Array.from(bytes);
          return [];
        }
        stream.push(header.length > 0 ? joined(header, bytes) : bytes, isLast);
        header = new Uint8Array(0);
        const decoded = pieces;
        pieces = [];
        return decoded;
      },
      close() {},
    };
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
