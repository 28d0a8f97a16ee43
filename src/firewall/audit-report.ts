/** What a ruleset does to the rows of the list: the JSON of `appleflow rules --audit`. */

import type { Destination } from "./address-classes.ts";

/** Name and version of the JSON form. */
export const AUDIT_SCHEMA = "appleflow/audit@1";

/** `partly`: some of the ports, transports, IP versions, destinations or devices are allowed and others are blocked. */
export type AuditVerdict = "allowed" | "blocked" | "partly" | "undecided";

/** The rule that decides. `handle` is null for rules of iptables and for the policy of a chain, which `text` then names. */
export interface DecidingRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number | null;
  readonly text: string;
}

/** Ports of a row with the same outcome. */
export interface AuditPart {
  readonly transport: "tcp" | "udp";
  /** "443", "3478-3497" */
  readonly ports: string;
  /** IP version; null for both. */
  readonly version: 4 | 6 | null;
  /** Location of the service: in Apple's networks, content networks or private ones; null for all of them. */
  readonly destination: Destination | null;
  /** The networks there to which this applies; empty for all. At most 16 are named. */
  readonly networks: readonly string[];
  /** The networks of devices to which this applies; empty for all, or for those in the assumptions. */
  readonly devices: readonly string[];
  readonly verdict: "allowed" | "blocked" | "undecided";
  /** Which packets of a connection have this outcome: the first if all are allowed. */
  readonly stage: "opening" | "following" | "reply";
  /** null if no chain is at the hook. */
  readonly rule: DecidingRule | null;
  /**
   * For "undecided", what it depends on ("undecided: ..."); for "blocked", why, if the rule alone does not show it;
   * else "".
   */
  readonly reason: string;
}

/** A row of the list. */
export interface AuditRow {
  readonly port: string;
  readonly transport: string;
  readonly service: string;
  readonly products: readonly string[];
  readonly verdict: AuditVerdict;
  readonly parts: readonly AuditPart[];
}

/** A complete audit. */
export interface AuditReport {
  readonly schema: typeof AUDIT_SCHEMA;
  readonly hook: "forward" | "output";
  readonly counts: Readonly<Record<AuditVerdict, number>>;
  readonly rows: readonly AuditRow[];
  /** Assumptions about an ordinary connection on which verdicts rest. */
  readonly assumptions: readonly string[];
  /** Parts of the ruleset that were not examined but may decide. */
  readonly notes: readonly string[];
}
