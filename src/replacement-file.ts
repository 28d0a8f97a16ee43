/**
 * A file that is written next to the one it replaces. At any moment the name refers to the complete old or the complete
 * new contents; a full disk or a killed process leaves the old ones.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

const PERMISSION_BITS = 0o7777;
/** Only the user may read what captures reveal about people; the mode of an existing file overrides this. */
export const NEW_FILE_MODE = 0o600;
const COPY_LENGTH = 1 << 16;

/** Errors of `rename` for a file that cannot be renamed over: mounted, as into a container, or flagged in its folder. */
const NAME_STAYS: readonly string[] = ["EBUSY", "EXDEV", "EPERM"];

/** Files being written; removed when the process exits by itself. */
const unfinished = new Set<string>();

function removeUnfinished(): void {
  for (const name of unfinished) rmSync(name, { force: true });
}

/** New contents for a file. Throws file system errors. */
export class ReplacementFile {
  readonly #target: string;
  readonly #name: string;
  readonly #descriptor: number;
  #isOpen = true;

  /**
   * Creates the file, empty, with the mode and owner of the one it replaces. Throws `EPERM` if it cannot set them.
   *
   * @param target Not a symbolic link.
   * @param old Status of `target`, or null if it does not exist.
   */
  constructor(target: string, old: Stats | null) {
    this.#target = target;
    // Not derived from the target's name, which may already have the maximum length.
    this.#name = join(dirname(target), `.appleflow-${randomBytes(8).toString("hex")}.tmp`);
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
    this.#descriptor = openSync(this.#name, flags, NEW_FILE_MODE);
    if (unfinished.size === 0) process.on("exit", removeUnfinished);
    unfinished.add(this.#name);
    try {
      if (old !== null) takeOver(this.#descriptor, old);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Appends bytes (borrowed for the call). */
  write(bytes: Uint8Array): void {
    writeWhole(this.#descriptor, bytes);
  }

  /** Moves the file over the target. */
  finish(): void {
    fsyncSync(this.#descriptor);
    try {
      renameSync(this.#name, this.#target);
    } catch (error) {
      if (!NAME_STAYS.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
      // The only point where the old contents can be lost: such a file cannot be written in any other way.
      copyInto(this.#target, this.#descriptor);
      rmSync(this.#name);
    }
    this.#forget();
  }

  /** Removes the file unless it is finished, leaving the target unchanged. May be called more than once. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
    if (!unfinished.has(this.#name)) return;
    rmSync(this.#name, { force: true });
    this.#forget();
  }

  #forget(): void {
    unfinished.delete(this.#name);
    if (unfinished.size === 0) process.off("exit", removeUnfinished);
  }
}

/**
 * Copies the owner and mode of an existing file to a new one. Skips what already matches: not every file system
 * supports changing it.
 */
function takeOver(descriptor: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(descriptor);
  if (own.uid !== uid || own.gid !== gid) fchownSync(descriptor, uid, gid);
  if (own.mode !== mode) fchmodSync(descriptor, mode & PERMISSION_BITS);
}

/** Writes all of `bytes` to a file. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

/** Overwrites a file with the contents of another. */
function copyInto(target: string, source: number): void {
  const descriptor = openSync(target, constants.O_WRONLY);
  try {
    ftruncateSync(descriptor);
    const chunk = Buffer.alloc(COPY_LENGTH);
    for (let position = 0; ; ) {
      const length = readSync(source, chunk, 0, COPY_LENGTH, position);
      if (length === 0) break;
      writeWhole(descriptor, chunk.subarray(0, length));
      position += length;
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
