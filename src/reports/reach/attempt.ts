/** A flow as an attempt to reach a service, with all that is told of it. */

import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { AddressKey } from "../../net/address-key.ts";
import type { AttemptOutcome } from "./attempt-outcome.ts";
import type { TargetAttempt } from "./reach-targets.ts";

/** A client, a server, and what it was asked for: "tcp 548". */
export interface PortOnlyPlace {
  readonly client: AddressKey;
  readonly server: AddressKey;
  readonly service: string;
  /** A row of the list has the port, which is no wide one. */
  readonly isListed: boolean;
}

/** One attempt. */
export interface Attempt {
  readonly outcome: AttemptOutcome;
  readonly transport: "tcp" | "udp";
  readonly servicePort: number;
  readonly syns: number;
  /** Of the list, with its port. */
  readonly rows: readonly ServiceRow[];
  /** Evidence shows that it is Apple's. */
  readonly isApples: boolean;
  /** Apple's, or of a port that the list gives no product. */
  readonly isOwn: boolean;
  /** Who asked whom, where nothing but the port says for what; null where more is known. */
  readonly portOnly: PortOnlyPlace | null;
  /** The same for all attempts of one client at one target. */
  readonly targetKey: string;
  /** What is told of it where somebody asks, which costs more than all else: owned by the caller. */
  readonly describe: () => TargetAttempt;
}
