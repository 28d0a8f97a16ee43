/** Reads text files named by the user and those in `data/`, up to a maximum size. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isatty } from "node:tty";
import { InputError, reasonOf, systemErrorCode } from "./errors.ts";

const MEBIBYTE = 1 << 20;
/** Limit for files of rules, rows or expectations; this project's own are a tenth of it. */
const MOST_BYTES = 16 << 20;
const CHUNK_LENGTH = MEBIBYTE;

/**
 * Returns the text of a file or pipe.
 *
 * @param source name of the file, for error messages only
 * @param mostBytes longer files are not read
 * @throws InputError `cannot_open`
 */
export function readTextFile(file: URL | string, source: string, mostBytes = MOST_BYTES): string {
  const fail = (reason: string, cause?: unknown) =>
    new InputError("cannot_open", `${source}: ${reason}`, { source }, cause);
  const tooLong = () => fail(`longer than ${mostBytes / MEBIBYTE} MiB, the limit for such a file`);
  try {
    const descriptor = openSync(file, "r");
    try {
      const status = fstatSync(descriptor);
      if (status.isCharacterDevice() && isatty(descriptor)) throw fail("is a terminal");
      if (status.size > mostBytes) throw tooLong();
      const bytes = readAll(descriptor, status.size === 0 ? CHUNK_LENGTH : status.size + 1, mostBytes);
      if (bytes === null) throw tooLong();
      return bytes.toString("utf8");
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw error instanceof InputError ? error : fail(reasonOf(error), error);
  }
}

/**
 * Returns null if the file has more than `mostBytes`: a device may never end. `firstLength` is one byte more than
 * expected, so that one chunk suffices and no more memory is allocated.
 */
function readAll(descriptor: number, firstLength: number, mostBytes: number): Buffer | null {
  const chunks: Buffer[] = [];
  let free = Buffer.alloc(0);
  for (let length = 0; length <= mostBytes; ) {
    if (free.length === 0) {
      const wanted = length === 0 ? firstLength : CHUNK_LENGTH;
      free = Buffer.allocUnsafe(Math.min(wanted, mostBytes + 1 - length));
    }
    const read = readSome(descriptor, free);
    if (read === 0) return Buffer.concat(chunks);
    chunks.push(free.subarray(0, read));
    free = free.subarray(read);
    length += read;
  }
  return null;
}

const RETRY_MS = 5;

function readSome(descriptor: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, into);
    } catch (error) {
      if (systemErrorCode(error) !== "EAGAIN") throw error;
      // An empty pipe that another program has made non-blocking.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
