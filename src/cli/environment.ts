/**
 * Everything that the command line receives from and writes to its platform, except the captures. Tests run the
 * whole program on a simulated one.
 */

import type { LiveOutside } from "./live-outside.ts";

/** Standard output or standard error. */
export interface TextOutput {
  /**
   * Writes all of it synchronously. Returns `false` if the reader has closed (`| head`): later writes are not
   * read either. Throws `OutputError` if writing fails in any other way.
   */
  write(piece: string | Uint8Array): boolean;
  readonly isTTY: boolean;
  /** Of the terminal, if it is one. */
  readonly columns: number | undefined;
}

export interface Environment {
  /** Without the names of node and the script; includes those of a `--config` file once a command runs. */
  readonly argv: readonly string[];
  readonly stdin: { readonly isTTY: boolean };
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since an arbitrary moment; monotonic. */
  readonly now: () => number;
  /** Exits immediately, when the user asks to quit a second time. */
  readonly endAtOnce: (status: number) => void;
  /** Ends the process as the caught signal would have: unlike an exit, it does not wait for a pending read of a pipe. */
  readonly endBySignal: (signal: NodeJS.Signals) => void;
  /** The platform for live monitoring; the system's own by default. */
  readonly live?: LiveOutside;
}

/** Output that cannot be opened: a missing folder, or no permission. */
export class OutputError extends Error {
  constructor(name: string, reason: string, cause?: unknown) {
    super(`${name}: ${reason}`, { cause });
    this.name = "OutputError";
  }
}

/** Output that was opened but cannot be written: a full disk. There are results, but they are not saved. */
export class NotSavedError extends OutputError {}

/** The request cannot be fulfilled as given; the message says what is needed and what was given. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
