/**
 * Standard output and standard error, written synchronously. Node's own streams queue what a pipe does not accept yet:
 * a million flows would wait in memory, and a closed reader would be noticed too late.
 */
import { fstatSync, statSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { NotSavedError, type TextOutput } from "./environment.ts";

const RETRY_MS = 2;

/**
 * Whether an open file is a terminal. Node's own check takes a millisecond the first time, longer than all other checks
 * here; the file type rules out most non-terminals first.
 */
export function isTerminal(descriptor: number): boolean {
  if (process.platform === "win32") return isatty(descriptor);
  try {
    const status = fstatSync(descriptor);
    return status.isCharacterDevice() && status.rdev !== statSync("/dev/null").rdev && isatty(descriptor);
  } catch {
    return false;
  }
}

/** Creates the output for file descriptor 1 or 2. */
export function descriptorOutput(descriptor: 1 | 2): TextOutput {
  const isTTY = isTerminal(descriptor);
  let isOpen = true;
  return {
    isTTY,
    get columns() {
      // Node's stream is only asked for its width: creating one for a pipe would leave the pipe non-blocking.
      if (!isTTY) return undefined;
      return (descriptor === 1 ? process.stdout : process.stderr).columns;
    },
    write(piece) {
      try {
        isOpen &&= writeAll(descriptor, Buffer.from(piece), "standard output");
      } catch (error) {
        // Standard error cannot be written, so there is nowhere to report it.
        if (descriptor === 1) throw error;
        isOpen = false;
      }
      return isOpen;
    },
  };
}

/** Writes all of `bytes`, waiting for a slow reader; returns `false` if the reader has closed. */
export function writeAll(descriptor: number, bytes: Uint8Array, name: string): boolean {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EPIPE") return false;
      if (code !== "EAGAIN") throw new NotSavedError(name, reasonOf(error), error);
      // Another program has made the pipe non-blocking, and it is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
  return true;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOENT: "no such folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "is a folder",
  EBADF: "is closed",
  EIO: "the device reports an input/output error",
};

/** Why a write failed, in plain words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
