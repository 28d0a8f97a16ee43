/**
 * A capture file while it is written: beside its place, as `NAME.part`, until it is whole. What stood in its place stays
 * until then, and a killed process leaves the packets that it saved.
 */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  fsync,
  ftruncateSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { systemErrorCode } from "../../errors.ts";
import { fileTarget } from "../../file-target.ts";

/** Behind the name of a file that is not whole yet. */
export const PART_ENDING = ".part";
/** What people said to each other is for the user only. */
const FILE_MODE = 0o600;
/** Unfinished files of earlier runs that may be in the way. */
const MOST_PARTS = 1000;

const syncFile = promisify(fsync);

/** Throws the errors of the file system, from its constructor and all methods. */
export class SavedFile {
  /** Bytes that are in it. */
  length = 0;
  /** What it is called until it is whole. */
  readonly currentName: string;
  readonly #descriptor: number;
  /** What it is called until it is whole, and then; null for what is no file: a pipe, a device. */
  readonly #names: { readonly part: string; readonly target: string } | null;
  readonly #replacesFile: boolean;

  constructor(file: string) {
    const target = fileTarget(file);
    const old = statSync(target ?? file, { throwIfNoEntry: false });
    this.#replacesFile = old?.isFile() ?? false;
    if (target === null || (old !== undefined && !old.isFile())) {
      this.#names = null;
      this.currentName = file;
      this.#descriptor = openSync(file, constants.O_WRONLY);
      return;
    }
    const { descriptor, part } = createPart(target);
    this.#descriptor = descriptor;
    this.#names = { part, target };
    this.currentName = part;
    if (old !== undefined) giveTo(descriptor, old);
  }

  /** Gives its room on the disk back at once, also while it is put in its place. Its name is for others to remove. */
  empty(): void {
    ftruncateSync(this.#descriptor);
  }

  /** Adds bytes (borrowed), all or none of them. */
  append(bytes: Uint8Array): void {
    let written = 0;
    try {
      while (written < bytes.length) {
        const position = this.#names === null ? null : this.length + written;
        written += writeSync(this.#descriptor, bytes, written, bytes.length - written, position);
      }
    } catch (error) {
      if (this.#names !== null) ftruncateSync(this.#descriptor, this.length);
      throw error;
    }
    this.length += bytes.length;
  }

  /**
   * Puts it in its place, and closes it; false where it stays what it is called: one that is cut never takes the place of
   * another. The disk may take its time: nothing else waits.
   */
  async finish(isWhole: boolean): Promise<boolean> {
    try {
      if (this.#names === null) return true;
      const { part, target } = this.#names;
      await syncFile(this.#descriptor);
      if (!isWhole && this.#replacesFile) return false;
      renameSync(part, target);
      return true;
    } finally {
      closeSync(this.#descriptor);
    }
  }
}

/** A new file beside the target: what is there is nobody's to overwrite. */
function createPart(target: string): { readonly descriptor: number; readonly part: string } {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  for (let number = 0; ; number++) {
    const part = `${target}${number === 0 ? "" : `.${number}`}${PART_ENDING}`;
    try {
      return { descriptor: openSync(part, flags, FILE_MODE), part };
    } catch (error) {
      if (systemErrorCode(error) !== "EEXIST" || number === MOST_PARTS) throw error;
    }
  }
}

/** A file of root's that takes the place of a user's stays the user's. */
function giveTo(descriptor: number, { uid, gid }: { uid: number; gid: number }): void {
  const own = fstatSync(descriptor);
  if (own.uid !== uid || own.gid !== gid) fchownSync(descriptor, uid, gid);
}
