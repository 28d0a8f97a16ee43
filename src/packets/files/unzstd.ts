/**
 * Zstandard, one block at a time: by `node:zlib` where it can (Node 22.15 and later), else by the package fzstd, and the
 * checksum by xxhash-wasm. Both packages are loaded for the first compressed capture.
 */
import { once } from "node:events";
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import type { XXHashAPI } from "xxhash-wasm";
import { InputError } from "../../errors.ts";
import { readUint32LittleEndian } from "../../net/byte-reads.ts";
import type { ByteSource } from "./byte-source.ts";
import { LAST_BLOCK, readZstdFrames, withoutChecksum, type ZstdPiece } from "./zstd-frames.ts";

/** Decodes one frame. Both methods give what has been decoded, the caller's to keep, and throw what is wrong. */
interface FrameDecoder {
  /** `piece` is borrowed. */
  push(piece: ZstdPiece): Promise<Uint8Array[]> | Uint8Array[];
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
    for await (const piece of readZstdFrames(source)) {
      if (piece.kind === "header") {
        decoder.close();
        decoder = createDecoder();
      }
      let pieces: Uint8Array[];
      try {
        pieces = await decoder.push(piece);
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
  const [fzstd, { default: loadHashes }] = await Promise.all([import("fzstd"), import("xxhash-wasm")]);
  return packageDecoder(fzstd, await loadHashes());
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
    async push({ bytes, isLast }) {
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

/** Checks the checksum (the lower 32 bits of XXH64, RFC 8878, section 3.1.1), which fzstd does not. It copies a whole window per block, so that large windows are slow. */
function packageDecoder({ Decompress }: typeof import("fzstd"), { create64 }: XXHashAPI): CreateDecoder {
  return () => {
    const hash = create64();
    let pieces: Uint8Array[] = [];
    let header: Uint8Array = new Uint8Array(0);
    const stream = new Decompress((piece) => {
      if (piece.length === 0) return;
      hash.update(piece);
      pieces.push(piece);
    });
    return {
      push({ kind, bytes }) {
        pieces = [];
        if (kind === "header") {
          header = withoutChecksum(bytes);
        } else if (kind === "block") {
          // It wants the header and the first block in one piece, and to be told which block is the last.
          stream.push(header.length > 0 ? joined(header, bytes) : bytes, (bytes[0] & LAST_BLOCK) !== 0);
          header = new Uint8Array(0);
        } else if (Number(BigInt.asUintN(32, hash.digest())) !== readUint32LittleEndian(bytes, 0)) {
          throw new Error("what was decompressed does not have the checksum that it should have");
        }
        return pieces;
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
