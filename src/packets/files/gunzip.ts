/** gzip (RFC 1952), including several concatenated members, by `node:zlib`. */
import { createGunzip, type Gunzip } from "node:zlib";
import { InputError } from "../../errors.ts";
import type { ByteSource } from "./byte-source.ts";

/** Deflate expands a byte to at most 1032: a malicious piece stays below 33 MiB. */
const COMPRESSED_LENGTH = 1 << 15;
/** zlib's output per step; with damaged data, the last step is lost. */
const OUTPUT_LENGTH = 1 << 15;

/** Whether a capture that begins with these bytes (borrowed) is compressed with gzip. */
export function isGzip(first: Uint8Array): boolean {
  return first.length >= 2 && first[0] === 0x1f && first[1] === 0x8b;
}

/**
 * Yields the decompressed pieces of `source`, owned by the caller. Everything before damage or an early end is yielded
 * before the `InputError` `bad_compression` is thrown.
 */
export async function* gunzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: OUTPUT_LENGTH });
  const input = new Uint8Array(COMPRESSED_LENGTH);
  // Never paused: a paused stream would lose its buffer on failure. Writing waits instead.
  let pieces: Uint8Array[] = [];
  let failure: Error | null = null;
  stream.on("data", (piece: Uint8Array) => pieces.push(piece));
  stream.on("error", (error) => {
    failure = error;
  });
  const ended = new Promise((resolve) => {
    for (const event of ["end", "error", "close"]) stream.once(event, resolve);
  });
  try {
    for (;;) {
      const count = await source.read(input, 0, input.length);
      if (count === 0) break;
      await Promise.race([write(stream, input.subarray(0, count)), ended]);
      yield* pieces;
      pieces = [];
      if (failure !== null || stream.readableEnded) break;
    }
    // Ended separately: if told of the end together with truncated last bytes, zlib drops what it made of them.
    if (!stream.readableEnded) {
      stream.end();
      await ended;
      yield* pieces;
    }
  } finally {
    stream.destroy();
  }
  if (failure !== null) throw gzipError(source, failure);
}

function write(stream: Gunzip, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(bytes, () => resolve());
  });
}

function gzipError(source: ByteSource, cause: Error): InputError {
  const isTruncated = (cause as NodeJS.ErrnoException).code === "Z_BUF_ERROR";
  const message = isTruncated
    ? `the gzip data ends early, at compressed byte ${source.bytesRead}`
    : `the gzip data is damaged before compressed byte ${source.bytesRead}: ${cause.message}`;
  return new InputError("bad_compression", `${source.name}: ${message}`, { source: source.name }, cause);
}
