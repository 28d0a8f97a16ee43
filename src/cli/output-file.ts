/** Where results go: standard output, or the file of `--output`. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { reasonOf, writeAll } from "./descriptor-output.ts";
import { type Environment, OutputError, UsageError } from "./environment.ts";

export interface ResultOutput {
  /** Nothing is a result too: it empties the file. `false` when nobody reads any more. */
  write(text: string): boolean;
  close(): void;
}

/** Whether `--output` names a file; `-` is standard output. */
export function isOutputFile(file: string | undefined): file is string {
  return file !== undefined && file !== "-";
}

/**
 * Opens the output before anything is read, so that an hour's reading is not lost to a wrong name. A file that is
 * there keeps its contents until the first result is written, and is never one of the captures; one that is not there
 * stays away when there is no result.
 */
export function openResultOutput(
  file: string | undefined,
  captures: readonly string[],
  environment: Environment,
): ResultOutput {
  if (!isOutputFile(file)) {
    return { write: (text) => environment.stdout.write(text), close: () => undefined };
  }
  const isNew = !existsSync(file);
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT, 0o666);
  } catch (error) {
    throw new OutputError(file, reasonOf(error), error);
  }
  const status = fstatSync(descriptor);
  if (!isNew && captures.some((capture) => isFile(capture, status))) {
    closeSync(descriptor);
    throw new UsageError(`--output ${file} would overwrite a capture that is to be read`);
  }
  let hasResult = false;
  return {
    write(text) {
      if (!hasResult && status.isFile()) ftruncateSync(descriptor);
      hasResult = true;
      return writeAll(descriptor, Buffer.from(text), file);
    },
    close() {
      closeSync(descriptor);
      if (isNew && !hasResult) unlinkSync(file);
    },
  };
}

function isFile(name: string, { dev, ino }: { dev: number; ino: number }): boolean {
  const status = statSync(name, { throwIfNoEntry: false });
  return status !== undefined && status.dev === dev && status.ino === ino;
}
