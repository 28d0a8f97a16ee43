/**
 * A capture file being written: next to its target, as `NAME.part`, until it is complete. An existing file stays until
 * then, and a killed process leaves the packets saved so far.
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

/** Suffix of files that are not complete yet. */
export const PART_SUFFIX = ".part";
/** Captures contain private communication: readable by the user only. */
const FILE_MODE = 0o600;
/** Maximum unfinished files of earlier runs to work around. */
const MAX_PARTS = 1000;

const syncFile = promisify(fsync);

/** The constructor and all methods throw file system errors. */
export class SavedFile {
  /** Bytes that are in it. */
  length = 0;
  /** Its name until it is complete. */
  readonly currentName: string;
  readonly #descriptor: number;
  /** Its names until it is complete, and afterwards; null if it is not a file: a pipe, a device. */
  readonly #names: { readonly part: string; readonly target: string } | null;
  readonly #replacesFile: boolean;

  constructor(file: string) {
    const target = fileTarget(file);
    const existing = statSync(target ?? file, { throwIfNoEntry: false });
    this.#replacesFile = existing?.isFile() ?? false;
    if (target === null || (existing !== undefined && !existing.isFile())) {
      this.#names = null;
      this.currentName = file;
      this.#descriptor = openSync(file, constants.O_WRONLY);
      return;
    }
    const { descriptor, part } = createPart(target);
    this.#descriptor = descriptor;
    this.#names = { part, target };
    this.currentName = part;
    if (existing !== undefined) changeOwner(descriptor, existing);
  }

  /** Frees its disk space at once, even while it is being moved into place. The caller removes its name. */
  empty(): void {
    ftruncateSync(this.#descriptor);
  }

  /** Appends bytes (borrowed), all or none of them. */
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
   * Moves it into place and closes it; returns false if it keeps its name: a truncated file never replaces another. The
   * disk may take its time: nothing else waits.
   */
  async finish(isComplete: boolean): Promise<boolean> {
    try {
      if (this.#names === null) return true;
      const { part, target } = this.#names;
      await syncFile(this.#descriptor);
      if (!isComplete && this.#replacesFile) return false;
      renameSync(part, target);
      return true;
    } finally {
      closeSync(this.#descriptor);
    }
  }
}

/** Creates a new file next to the target without overwriting anything. */
function createPart(target: string): { readonly descriptor: number; readonly part: string } {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  for (let number = 0; ; number++) {
    const part = `${target}${number === 0 ? "" : `.${number}`}${PART_SUFFIX}`;
    try {
      return { descriptor: openSync(part, flags, FILE_MODE), part };
    } catch (error) {
      if (systemErrorCode(error) !== "EEXIST" || number === MAX_PARTS) throw error;
    }
  }
}

/** A file written by root that replaces a user's remains the user's. */
function changeOwner(descriptor: number, { uid, gid }: { uid: number; gid: number }): void {
  const owner = fstatSync(descriptor);
  if (owner.uid !== uid || owner.gid !== gid) fchownSync(descriptor, uid, gid);
}
