/** What a ruleset does to the rows of the list: the JSON of `appleflow rules --audit`. */

/** Name and version of the JSON form. */
export const AUDIT_SCHEMA = "appleflow/audit@1";

/** `partly`: some of the ports, transports or versions of IP are allowed and others are blocked. */
export type AuditVerdict = "allowed" | "blocked" | "partly" | "undecided";

/** The rule that decides; `handle` is null for the policy of a chain, and `text` then says so. */
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
  readonly verdict: "allowed" | "blocked" | "undecided";
  /** Which packets of a connection meet this end: the first where all is allowed. */
  readonly stage: "opening" | "following" | "reply";
  /** null where no chain is at the hook. */
  readonly rule: DecidingRule | null;
  /** "undecided: ..." says what it depends on; "" for other verdicts. */
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
  /** What was not looked at and may decide all the same. */
  readonly notes: readonly string[];
}
