/** What an audit is asked: where connections pass; and what it answers for one of them. */

import type { IpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import type { AuditPart } from "./audit-report.ts";

/** What is known of where the connections pass. */
export interface AuditPath {
  readonly hook: "forward" | "output";
  /** Interface towards the devices; null where it is not known. Meaningless for `output`. */
  readonly insideInterface: string | null;
  readonly outsideInterface: string | null;
  /** Networks of the devices; any where none is given. */
  readonly sources?: readonly IpPrefix[] | undefined;
  /** Apple's own networks, by which destinations are told apart. */
  readonly appleNetworks?: readonly IpPrefix[] | undefined;
}

/** What becomes of connections to ports: the verdict, and the rule that decides. */
export type PortOutcome = Pick<AuditPart, "verdict" | "stage" | "rule" | "reason">;
