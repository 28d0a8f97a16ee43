/** Messages between the process that reads packets and the one that kept root: objects over Node's IPC. */
import type { SourceKind } from "./live-source.ts";

/**
 * Signals that request the end. A terminal sends them to the whole process group; received twice they would force the
 * end.
 */
export const PASSED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** One of `PASSED_SIGNALS`. */
export type PassedSignal = (typeof PASSED_SIGNALS)[number];

/** A program to start: one of those that capture on the interface. `id` identifies it. */
export interface StartOrder {
  readonly kind: "start";
  readonly id: number;
  readonly interfaceName: string;
  readonly backend: SourceKind;
  readonly args: readonly string[];
}

/** Messages of the reading process. */
export type KeeperOrder =
  | StartOrder
  | { readonly kind: "signal"; readonly id: number; readonly signal: NodeJS.Signals }
  | { readonly kind: "end-input"; readonly id: number };

/** Messages of the keeper; outputs come with the socket to read them from. */
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
  | { readonly kind: "signal"; readonly signal: PassedSignal | "SIGWINCH" };
