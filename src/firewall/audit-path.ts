/** Input of an audit (where connections pass) and its answer for one of them. */

import type { IpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import type { AuditPart } from "./audit-report.ts";

/** The known part of the path of the connections. */
export interface AuditPath {
  readonly hook: "forward" | "output";
  /** Interface towards the devices; null if unknown. Ignored for `output`. */
  readonly insideInterface: string | null;
  readonly outsideInterface: string | null;
  /** Networks of the devices; any if empty or omitted. */
  readonly sources?: readonly IpPrefix[] | undefined;
  /** Apple's own networks, to distinguish destinations. */
  readonly appleNetworks?: readonly IpPrefix[] | undefined;
}

/** What happens to connections to a port: the verdict and the rule that decides. */
export type PortOutcome = Pick<AuditPart, "verdict" | "stage" | "rule" | "reason">;
