/**
 * Standard output and standard error, written synchronously. Node's own streams queue what a pipe does not take yet:
 * a million flows would wait in memory, and a reader that has gone would be heard of too late.
 */
import { fstatSync, statSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { NotSavedError, type TextOutput } from "./environment.ts";

const RETRY_MS = 2;

/**
 * Whether an open file is a terminal. Node's own question takes a millisecond the first time, more than all else that is asked
 * here; most of what is no terminal shows it by its kind.
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

/** The output of file descriptor 1 or 2. */
export function descriptorOutput(descriptor: 1 | 2): TextOutput {
  const isTTY = isTerminal(descriptor);
  let isOpen = true;
  return {
    isTTY,
    get columns() {
      // Node's stream is asked for its width only: making one of a pipe would leave the pipe non-blocking.
      if (!isTTY) return undefined;
      return (descriptor === 1 ? process.stdout : process.stderr).columns;
    },
    write(piece) {
      try {
        isOpen &&= writeAll(descriptor, Buffer.from(piece), "standard output");
      } catch (error) {
        // Nobody is left to hear that standard error cannot be written.
        if (descriptor === 1) throw error;
        isOpen = false;
      }
      return isOpen;
    },
  };
}

/** Writes all of `bytes`, waiting where the other end is slow; `false` when there is no other end any more. */
export function writeAll(descriptor: number, bytes: Uint8Array, name: string): boolean {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EPIPE") return false;
      if (code !== "EAGAIN") throw new NotSavedError(name, reasonOf(error), error);
      // A pipe that another program has made non-blocking, and that is full.
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

/** Why something could not be written, in plain words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
