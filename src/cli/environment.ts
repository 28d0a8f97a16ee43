/**
 * Everything that the command line gets from and gives to the outside, but for the captures themselves. Tests run the
 * whole program on a made-up one.
 */

import type { LiveOutside } from "./live-outside.ts";

/** Standard output or standard error. */
export interface TextOutput {
  /**
   * Writes at once and whole. `false` when the reader has gone (`| head`): nothing that is written from then on is
   * read. Throws `OutputError` where writing fails in any other way.
   */
  write(piece: string | Uint8Array): boolean;
  readonly isTTY: boolean;
  /** Of the terminal, if it is one. */
  readonly columns: number | undefined;
}

export interface Environment {
  /** Without the names of node and the script; those of a `--config` file are among them once a command runs. */
  readonly argv: readonly string[];
  readonly stdin: { readonly isTTY: boolean };
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since any moment; never goes back. */
  readonly now: () => number;
  /** Ends the process at once, for a user who asks for the end a second time. */
  readonly endAtOnce: (status: number) => void;
  /** Ends the process as the signal would that has been caught: a read of a pipe does not hold it up, as it does an exit. */
  readonly endBySignal: (signal: NodeJS.Signals) => void;
  /** What only live monitoring needs; the system's own where nothing is given. */
  readonly live?: LiveOutside;
}

/** Output that cannot be opened: a folder that is not there, or without permission. */
export class OutputError extends Error {
  constructor(name: string, reason: string, cause?: unknown) {
    super(`${name}: ${reason}`, { cause });
    this.name = "OutputError";
  }
}

/** Output that was opened and cannot be written: a full disk. There are results, but they are not saved. */
export class NotSavedError extends OutputError {}

/** What the user asked for cannot be done as asked; the message says what is needed and what was given. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
