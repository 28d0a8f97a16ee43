/** A flow as an attempt to reach a service, with everything that is reported about it. */

import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { AddressKey } from "../../net/address-key.ts";
import type { AttemptOutcome } from "./attempt-outcome.ts";
import type { TargetAttempt } from "./reach-targets.ts";

/** A client, a server, and the service requested: "tcp 548". */
export interface PortOnlyDestination {
  readonly client: AddressKey;
  readonly server: AddressKey;
  readonly service: string;
  /** A row of the list other than a wide one has the port. */
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
  /** Evidence shows that it is Apple traffic. */
  readonly isApple: boolean;
  /** Apple traffic, or on a port for which the list has no product. */
  readonly isOwn: boolean;
  /** Client, server and port if only the port says what was requested; null if more is known. */
  readonly portOnly: PortOnlyDestination | null;
  /** The same for all attempts of one client at one target. */
  readonly targetKey: string;
  /** Describes the attempt on request, which costs more than everything else: owned by the caller. */
  readonly describe: () => TargetAttempt;
}
