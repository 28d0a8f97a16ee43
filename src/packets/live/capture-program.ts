/** A backend's description of its program: how to start and stop it, and how to interpret its messages. */
import type { Readable } from "node:stream";
import type { InputError } from "../../errors.ts";
import type { LiveCounters, SourceKind } from "./live-source.ts";

/** Counters of one run of a program. */
export type ProcessCounters = Omit<LiveCounters, "received">;

/** Meaning of one line of standard error. */
export type CaptureMessage =
  | { readonly kind: "listening" }
  | ({ readonly kind: "counters" } & Partial<ProcessCounters>)
  | { readonly kind: "other" };

/** How a program ended. */
export interface ProgramEnd {
  /** Exit status, or null after a signal. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The error of starting it (ENOENT: no such program), or null. */
  readonly startError: NodeJS.ErrnoException | null;
}

/** A started program, whichever process started it. */
export interface StartedProgram {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly isRunning: boolean;
  /** Resolves when it has exited or could not be started; its output may still contain unread data. */
  readonly exited: Promise<void>;
  /** Resolves when it has exited and both outputs have ended. */
  readonly ended: Promise<ProgramEnd>;
  /** Sends a signal; does nothing once the program has exited. */
  signal(name: NodeJS.Signals): void;
  /** Closes its standard input, if it has one. */
  endInput(): void;
}

/** How a program ended, and its last messages. */
export interface ProcessEnd extends ProgramEnd {
  /** Its last lines of standard error, except counters. */
  readonly lines: readonly string[];
}

/** A program as described by its backend. */
export interface CaptureProgram {
  readonly backend: SourceKind;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Counters before the program has reported any: 0, or null if it never will. */
  readonly firstCounters: ProcessCounters;
  /** Whether it may begin at any later time. */
  readonly startsLate?: boolean;
  /** Whether it writes as soon as it captures, rather than with its first packet. */
  readonly writesAtOnce: boolean;
  readMessage(line: string): CaptureMessage;
  /** How it is started, if not like all programs of a source. */
  readonly start?: StartProgram;
  /** Returns why it ended or did not begin; null for a normal end. */
  explain(end: ProcessEnd): InputError | null;
  /** Signal that makes it report its counters, or null if it reports them unasked. */
  readonly countersSignal: NodeJS.Signals | null;
  /** Whether closing its standard input ends it, rather than SIGINT. */
  readonly endsWithInput: boolean;
}

/** Starts a program that captures on an interface. Rejects with an `InputError` if it cannot be started. */
export type StartProgram = (program: CaptureProgram, interfaceName: string) => Promise<StartedProgram>;
