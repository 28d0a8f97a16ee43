/**
 * A file that is written beside the one whose place it takes, so that at any moment the name stands for the old contents or
 * for the new ones, whole: a full disk or a killed process leaves the old ones.
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
/** What captures tell of people is for the user only, who may say otherwise by the mode of a file that is there. */
export const NEW_FILE_MODE = 0o600;
const COPY_LENGTH = 1 << 16;

/** What `rename` answers where a name stays with its file: one that is mounted, as into a container, or marked in its folder. */
const NAME_STAYS: readonly string[] = ["EBUSY", "EXDEV", "EPERM"];

/** Files that are being written: none is left behind by a process that ends by itself. */
const unfinished = new Set<string>();

function removeUnfinished(): void {
  for (const name of unfinished) rmSync(name, { force: true });
}

/** New contents of a file. Throws the errors of the file system. */
export class ReplacementFile {
  readonly #target: string;
  readonly #name: string;
  readonly #descriptor: number;
  #isOpen = true;

  /**
   * Creates the file, empty, with the mode and the owner of the one that it replaces: `EPERM` where it cannot have them.
   *
   * @param target No symbolic link.
   * @param old The status of `target`, or null where there is no such file.
   */
  constructor(target: string, old: Stats | null) {
    this.#target = target;
    // Not made of the target's name, which may be as long as names can be.
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

  /** Adds bytes (borrowed for the call). */
  write(bytes: Uint8Array): void {
    writeWhole(this.#descriptor, bytes);
  }

  /** Puts it in the place of the target. */
  finish(): void {
    fsyncSync(this.#descriptor);
    try {
      renameSync(this.#name, this.#target);
    } catch (error) {
      if (!NAME_STAYS.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
      // Only here can the old contents be lost: there is no other way to write such a file.
      copyInto(this.#target, this.#descriptor);
      rmSync(this.#name);
    }
    this.#forget();
  }

  /** Removes it where it was not finished: the target is as it was. May be called more than once. */
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

/** Gives a new file the owner and the mode of another. What is so already is not asked for: not every file system can. */
function takeOver(descriptor: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(descriptor);
  if (own.uid !== uid || own.gid !== gid) fchownSync(descriptor, uid, gid);
  if (own.mode !== mode) fchmodSync(descriptor, mode & PERMISSION_BITS);
}

/** Writes all of `bytes` to a file. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

/** Overwrites a file with all that another one holds. */
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
