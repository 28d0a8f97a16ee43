/** Where results go: standard output, or the file of `--output`. */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync } from "node:fs";
import { reasonOf, writeAll } from "./descriptor-output.ts";
import { type Environment, OutputError, UsageError } from "./environment.ts";

export interface ResultOutput {
  /** `false` when nobody reads any more. */
  write(text: string): boolean;
  close(): void;
}

/**
 * Opens the output before anything is read, so that an hour's reading is not lost to a wrong name. A file that is
 * there keeps its contents until the first result is written, and is never one of the captures.
 */
export function openResultOutput(
  file: string | undefined,
  captures: readonly string[],
  environment: Environment,
): ResultOutput {
  if (file === undefined || file === "-") {
    return { write: (text) => environment.stdout.write(text), close: () => undefined };
  }
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT, 0o666);
  } catch (error) {
    throw new OutputError(file, reasonOf(error), error);
  }
  const status = fstatSync(descriptor);
  const overwritten = captures.find((capture) => {
    const other = statSync(capture, { throwIfNoEntry: false });
    return other !== undefined && other.dev === status.dev && other.ino === status.ino;
  });
  if (overwritten !== undefined) {
    closeSync(descriptor);
    throw new UsageError(`--output ${file} would overwrite a capture that is to be read`);
  }
  let isEmpty = false;
  return {
    write(text) {
      if (!isEmpty && status.isFile()) ftruncateSync(descriptor);
      isEmpty = true;
      return writeAll(descriptor, Buffer.from(text), file);
    },
    close: () => closeSync(descriptor),
  };
}
