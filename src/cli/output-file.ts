/** Where results go: standard output, or the file of `--output`. */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs";
import { fileTarget } from "../file-target.ts";
import { NEW_FILE_MODE, ReplacementFile } from "../replacement-file.ts";
import { reasonOf, writeAll } from "./descriptor-output.ts";
import { catchEndSignals } from "./end-signals.ts";
import { type Environment, NotSavedError, OutputError, UsageError } from "./environment.ts";
import type { Interruption } from "./interruption.ts";

export interface ResultOutput {
  /** An empty piece is a result too: it empties the file. Returns `false` if the reader has closed. Bound to its output. */
  readonly write: (piece: string | Uint8Array) => boolean;
  /** All results are written: a file gets its new contents now. Does nothing if nothing was written. */
  finish(): void;
  /** Discards results that were not finished, and leaves a file as it was. */
  close(): void;
}

/** Whether `--output` names a file; `-` is standard output. */
export function isOutputFile(file: string | undefined): file is string {
  return file !== undefined && file !== "-";
}

/**
 * Opens the output before anything is read, so that a wrong name does not waste an hour of reading. An existing
 * file keeps its contents until the results are finished, and must not be one of the captures; a missing one is created
 * only then. A pipe, a device or a descriptor (`/dev/stdout`) is written to immediately.
 *
 * A signal that ends the process discards the results; a Ctrl-C that `interruption` still handles does not.
 */
export function openResultOutput(
  file: string | undefined,
  captures: readonly string[],
  environment: Environment,
  interruption: Interruption | null = null,
): ResultOutput {
  if (!isOutputFile(file)) {
    const write = (piece: string | Uint8Array) => environment.stdout.write(piece);
    return { write, finish: () => undefined, close: () => undefined };
  }
  const named = <T>(Failure: typeof OutputError, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw error instanceof OutputError ? error : new Failure(file, reasonOf(error), error);
    }
  };
  const name = named(OutputError, () => fileTarget(file));
  const { descriptor, isNew } = named(OutputError, () => openForWriting(file, name));
  const status = fstatSync(descriptor);
  if (!isNew && captures.some((capture) => isFile(capture, status))) {
    closeSync(descriptor);
    throw new UsageError(`--output ${file} would overwrite a capture that it reads`);
  }
  const target = status.isFile() ? name : null;
  if (target === null) return directOutput(descriptor, status, file);
  closeSync(descriptor);
  if (isNew) named(OutputError, () => unlinkSync(target));
  let output: ResultOutput | null = null;
  return {
    write: (piece) =>
      named(NotSavedError, () => {
        output ??= replacingOutput(target, isNew ? null : status, file, environment, interruption);
        return output.write(piece);
      }),
    finish: () => named(NotSavedError, () => output?.finish()),
    close: () => output?.close(),
  };
}

/** @param target as `fileTarget` returns it */
function openForWriting(file: string, target: string | null) {
  const name = target ?? file;
  const isNew = statSync(name, { throwIfNoEntry: false }) === undefined;
  // Does not follow a link that was created in the meantime.
  const noLinks = target === null ? 0 : (constants.O_NOFOLLOW ?? 0);
  const flags = constants.O_WRONLY | noLinks | (isNew ? constants.O_CREAT : 0);
  return { descriptor: openSync(name, flags, NEW_FILE_MODE), isNew };
}

/** Writes beside the file; into it if its folder does not allow a file that could replace it. */
function replacingOutput(
  target: string,
  old: Stats | null,
  file: string,
  environment: Environment,
  interruption: Interruption | null,
): ResultOutput {
  let replacement: ReplacementFile;
  try {
    replacement = new ReplacementFile(target, old);
  } catch (error) {
    const isForbidden = ["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "");
    if (old === null || !isForbidden) throw error;
    return directOutput(openSync(target, constants.O_WRONLY), old, file);
  }
  const release = catchEndSignals((signal) => {
    release();
    replacement.close();
    environment.endBySignal(signal);
  }, interruption);
  return {
    write(piece) {
      replacement.write(Buffer.from(piece));
      return true;
    },
    finish: () => replacement.finish(),
    close() {
      release();
      replacement.close();
    },
  };
}

/** Closes `descriptor` at the end. */
function directOutput(descriptor: number, status: Stats, file: string): ResultOutput {
  let hasResult = false;
  return {
    write(piece) {
      if (!hasResult && status.isFile()) ftruncateSync(descriptor);
      hasResult = true;
      return writeAll(descriptor, Buffer.from(piece), file);
    },
    finish: () => undefined,
    close: () => closeSync(descriptor),
  };
}

function isFile(name: string, { dev, ino }: { dev: number; ino: number }): boolean {
  const status = statSync(name, { throwIfNoEntry: false });
  return status !== undefined && status.dev === dev && status.ino === ino;
}
