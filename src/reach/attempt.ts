/** A flow as an attempt to reach a service, with all that is told of it. */
import type { ServiceRow } from "../services/service-row.ts";
import type { AttemptOutcome } from "./attempt-outcome.ts";
import type { TargetAttempt } from "./reach-targets.ts";

/** One attempt. Owned by whoever gets it. */
export interface Attempt {
  readonly outcome: AttemptOutcome;
  readonly transport: "tcp" | "udp";
  readonly syns: number;
  /** Of the list, with its port. */
  readonly rows: readonly ServiceRow[];
  /** Nobody's but Apple's, or of a port that the list gives no product. */
  readonly isOwn: boolean;
  readonly isApples: boolean;
  /** What more is known of it; null where nobody asks: of others' attempts that are settled by themselves. */
  readonly target: TargetAttempt | null;
}

/** A UDP flow with packets of one side, and so an attempt that waits for the whole capture. */
export interface OneSidedAttempt extends Attempt {
  readonly target: TargetAttempt;
}
