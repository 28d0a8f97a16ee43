/** What a ruleset does to the rows of the list: the JSON of `appleflow rules --audit`. */

import type { Destination } from "./address-classes.ts";

/** Name and version of the JSON form. */
export const AUDIT_SCHEMA = "appleflow/audit@1";

/** `partly`: some of the ports, transports, versions of IP, destinations or devices are allowed and others are blocked. */
export type AuditVerdict = "allowed" | "blocked" | "partly" | "undecided";

/** The rule that decides; `handle` is null for the policy of a chain, of which `text` says so, and for rules of iptables. */
export interface DecidingRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number | null;
  readonly text: string;
}

/** Ports of a row that meet the same end. */
export interface AuditPart {
  readonly transport: "tcp" | "udp";
  /** "443", "3478-3497" */
  readonly ports: string;
  /** Of IP; null for both. */
  readonly version: 4 | 6 | null;
  /** Where the service stands: in Apple's networks, in content networks, in private ones; null for all of them. */
  readonly destination: Destination | null;
  /** The networks there for which this holds; empty for all. At most 16 are named. */
  readonly networks: readonly string[];
  /** The networks of devices for which it holds; empty for all, or for those that the assumptions say. */
  readonly devices: readonly string[];
  readonly verdict: "allowed" | "blocked" | "undecided";
  /** Which packets of a connection meet this end: the first where all is allowed. */
  readonly stage: "opening" | "following" | "reply";
  /** null where no chain is at the hook. */
  readonly rule: DecidingRule | null;
  /** "undecided: ..." says what it depends on; of what is blocked, why, where the rule alone does not say; else "". */
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

/** The whole of an audit. */
export interface AuditReport {
  readonly schema: typeof AUDIT_SCHEMA;
  readonly hook: "forward" | "output";
  readonly counts: Readonly<Record<AuditVerdict, number>>;
  readonly rows: readonly AuditRow[];
  /** What was taken for granted of an ordinary connection, where a verdict rests on it. */
  readonly assumptions: readonly string[];
  /** What was not looked at and may decide all the same. */
  readonly notes: readonly string[];
}
