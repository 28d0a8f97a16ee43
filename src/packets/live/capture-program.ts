/** What a backend says of its program: how to start and to end it, and what its messages mean. */
import type { InputError } from "../../errors.ts";
import type { BackendName, LiveCounters } from "./live-source.ts";
import type { ProgramEnd } from "./started-program.ts";

/** Counters of one run of a program. */
export type ProcessCounters = Omit<LiveCounters, "received">;

/** What one line of standard error means. */
export type CaptureMessage =
  | { readonly kind: "listening" }
  | ({ readonly kind: "counters" } & Partial<ProcessCounters>)
  | { readonly kind: "other" };

/** How a program ended, and with which words. */
export interface ProcessEnd extends ProgramEnd {
  /** Its last lines of standard error, but for counters. */
  readonly lines: readonly string[];
}

/** What a backend knows of its program. */
export interface CaptureProgram {
  readonly backend: BackendName;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Counters before the program has told any: 0, or null where it never will. */
  readonly firstCounters: ProcessCounters;
  /** Whether it writes as soon as it captures, and not with its first packet only. */
  readonly writesAtOnce: boolean;
  readMessage(line: string): CaptureMessage;
  /** Why it ended, or did not begin. */
  explain(end: ProcessEnd): InputError;
  /** Signal that has it tell its counters, or null: it tells them unasked. */
  readonly countersSignal: NodeJS.Signals | null;
  /** Whether the end of its standard input ends it, rather than SIGINT. */
  readonly endsWithInput: boolean;
}
