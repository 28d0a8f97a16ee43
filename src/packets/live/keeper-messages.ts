/** What the process that reads packets asks of the one that has kept root, and what it is told: objects over Node's IPC. */
import type { SourceKind } from "./live-source.ts";

/** Signals that ask for the end. Where a terminal tells the whole group, heard twice they would be the end at once. */
export const PASSED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** One of `PASSED_SIGNALS`. */
export type PassedSignal = (typeof PASSED_SIGNALS)[number];

/** A program to start: one of those that capture on the interface. `id` tells it from others. */
export interface StartOrder {
  readonly kind: "start";
  readonly id: number;
  readonly interfaceName: string;
  readonly backend: SourceKind;
  readonly args: readonly string[];
}

/** What the reading process says. */
export type KeeperOrder =
  | StartOrder
  | { readonly kind: "signal"; readonly id: number; readonly signal: NodeJS.Signals }
  | { readonly kind: "end-input"; readonly id: number };

/** What the keeper says; the outputs come with the socket that they are read from. */
export type KeeperAnswer =
  | { readonly kind: "stdout" | "stderr"; readonly id: number }
  | { readonly kind: "refused"; readonly id: number; readonly reason: string }
  | { readonly kind: "exited"; readonly id: number }
  | {
      readonly kind: "ended";
      readonly id: number;
      readonly status: number | null;
      readonly signal: NodeJS.Signals | null;
      /** Code and message of the error of starting it, or null. */
      readonly startError: { readonly code: string; readonly message: string } | null;
    }
  | { readonly kind: "told"; readonly signal: PassedSignal | "SIGWINCH" };
