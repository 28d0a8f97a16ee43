/** What a backend says of its program: how to start and to end it, and what its messages mean. */
import type { Readable } from "node:stream";
import type { InputError } from "../../errors.ts";
import type { LiveCounters, SourceKind } from "./live-source.ts";

/** Counters of one run of a program. */
export type ProcessCounters = Omit<LiveCounters, "received">;

/** What one line of standard error means. */
export type CaptureMessage =
  | { readonly kind: "listening" }
  | ({ readonly kind: "counters" } & Partial<ProcessCounters>)
  | { readonly kind: "other" };

/** How a program ended. */
export interface ProgramEnd {
  /** Exit status, or null after a signal. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The error of starting it (ENOENT: there is no such program), or null. */
  readonly startError: NodeJS.ErrnoException | null;
}

/** A program that was started, by whoever may. */
export interface StartedProgram {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly isRunning: boolean;
  /** Resolves when it no longer runs, or could not be started; its output may still have something to read. */
  readonly exited: Promise<void>;
  /** Resolves when it no longer runs and both outputs have ended. */
  readonly ended: Promise<ProgramEnd>;
  /** Sends a signal; does nothing once it has ended. */
  signal(name: NodeJS.Signals): void;
  /** Ends its standard input, where it has one. */
  endInput(): void;
}

/** How a program ended, and with which words. */
export interface ProcessEnd extends ProgramEnd {
  /** Its last lines of standard error, but for counters. */
  readonly lines: readonly string[];
}

/** What a backend knows of its program. */
export interface CaptureProgram {
  readonly backend: SourceKind;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Counters before the program has told any: 0, or null where it never will. */
  readonly firstCounters: ProcessCounters;
  /** Whether it may begin whenever it likes. */
  readonly startsLate?: boolean;
  /** Whether it writes as soon as it captures, and not with its first packet only. */
  readonly writesAtOnce: boolean;
  readMessage(line: string): CaptureMessage;
  /** Who starts it, where that is not whoever starts all programs of a source. */
  readonly start?: StartProgram;
  /** Why it ended, or did not begin; null for an end that is none of a fault. */
  explain(end: ProcessEnd): InputError | null;
  /** Signal that has it tell its counters, or null: it tells them unasked. */
  readonly countersSignal: NodeJS.Signals | null;
  /** Whether the end of its standard input ends it, rather than SIGINT. */
  readonly endsWithInput: boolean;
}

/** Starts a program that captures on an interface. Rejects with an `InputError` where nobody may start it. */
export type StartProgram = (program: CaptureProgram, interfaceName: string) => Promise<StartedProgram>;
