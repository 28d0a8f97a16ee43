/**
 * Errors in inputs: captures, data files, arguments. A packet never throws (see `packets/decode/weirds.ts`) and a bug
 * crashes; everything a user can fix is an `InputError`, and only `cli/start.ts` turns these into an exit status.
 */

/** Stable, documented names of the problems an input can have. */
export type InputErrorCode =
  | "cannot_open"
  | "cannot_read"
  | "not_a_capture"
  | "unsupported_format"
  | "truncated_header"
  | "truncated_record"
  | "bad_record_length"
  | "bad_block_length"
  | "bad_block"
  | "bad_compression"
  | "bad_log_line"
  | "too_many_interfaces"
  | "bad_argument"
  | "bad_filter"
  | "no_permission"
  | "no_backend"
  | "no_such_interface"
  | "interface_down"
  | "interface_gone"
  | "capture_ended"
  | "capture_failed"
  | "bad_data_file"
  | "bad_summary"
  | "bad_expectations"
  | "bad_ruleset"
  | "cannot_write"
  | "interrupted";

/** Position of the error in the input. Every known part is also in the message. */
export interface InputErrorPosition {
  /** The input as the user named it. */
  readonly source?: string;
  /** Byte offset in the (decompressed) capture. */
  readonly offset?: number;
  /** Ordinal of the record or block, from 1. */
  readonly record?: number;
  /** Line of a text file, from 1. */
  readonly line?: number;
}

/**
 * An input that cannot be used, or only in part. `message` names the input, the position, what was expected and what
 * was found.
 *
 * @example
 * ```ts
 * import { InputError, summarize } from "appleflow";
 *
 * try {
 *   await summarize(["office.pcapng"], { filter: "port nowhere" });
 * } catch (error) {
 *   if (!(error instanceof InputError)) throw error;
 *   console.error(error.code, error.message);
 * }
 * ```
 */
export class InputError extends Error {
  readonly code: InputErrorCode;
  readonly position: InputErrorPosition;

  constructor(code: InputErrorCode, message: string, position: InputErrorPosition = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "InputError";
    this.code = code;
    this.position = position;
  }
}

/** Returns the code of a failed system call ("ENOENT"), or undefined for any other error. */
export function systemErrorCode(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "a part of the path is not a directory",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
  EROFS: "the file system is read-only",
  EEXIST: "a file of this name exists",
  EADDRINUSE: "another program is listening there",
  ECONNREFUSED: "nothing is listening there",
  ECONNRESET: "the connection was closed",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ENOTFOUND: "no such host",
  ETIMEDOUT: "no answer",
  EIO: "the device reports an input/output error",
};

/** Describes a failed system call in plain words. */
export function reasonOf(cause: unknown): string {
  const code = systemErrorCode(cause);
  return (code && REASONS[code]) ?? (cause instanceof Error ? cause.message : String(cause));
}
