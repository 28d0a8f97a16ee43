/** Builds rulesets in the JSON of nft 1.0.6, and returns the audited outcome of a port. */
import type { AuditPath, PortOutcome } from "../../src/firewall/audit-path.ts";
import { PortAudit } from "../../src/firewall/audit-ports.ts";
import { parseNftRuleset } from "../../src/firewall/nft-ruleset.ts";

export const ACCEPT = { accept: null };
export const DROP = { drop: null };
export const FORWARD: AuditPath = { hook: "forward", insideInterface: null, outsideInterface: null };
export const ANSWERS = [match(ct("state"), ["established", "related"], "in"), ACCEPT];

export function match(left: unknown, right: unknown, op = "=="): object {
  return { match: { op, left, right } };
}
export function payload(protocol: string, field: string): object {
  return { payload: { protocol, field } };
}
export function meta(key: string): object {
  return { meta: { key } };
}
export function ct(key: string): object {
  return { ct: { key } };
}
export const TCP_PORT = payload("tcp", "dport");
export const UDP_PORT = payload("udp", "dport");

export interface Chain {
  readonly name?: string;
  readonly hook?: string | null;
  readonly family?: string;
  readonly priority?: number;
  readonly policy?: string;
  readonly rules: readonly (readonly unknown[])[];
}

/** Returns the JSON of chains of one table, with sets. */
export function json(chains: readonly Chain[], sets: readonly object[] = []): string {
  const items: object[] = [{ metainfo: { version: "1.0.6", json_schema_version: 1 } }, ...sets];
  let handle = 0;
  for (const {
    name = "forward",
    hook = "forward",
    family = "inet",
    priority = 0,
    policy = "drop",
    rules,
  } of chains) {
    const base = hook === null ? {} : { type: "filter", hook, prio: priority, policy };
    items.push({ chain: { family, table: "filter", name, handle: ++handle, ...base } });
    for (const expr of rules) {
      items.push({ rule: { family, table: "filter", chain: name, handle: ++handle, expr } });
    }
  }
  return JSON.stringify({ nftables: items });
}

export function outcome(
  text: string,
  port: number,
  {
    transport = "tcp",
    version = 4,
    ...path
  }: Partial<AuditPath> & { transport?: "tcp" | "udp"; version?: 4 | 6 } = {},
): PortOutcome {
  const ports = new PortAudit(parseNftRuleset(text, "a test"), { ...FORWARD, ...path });
  return ports.outcomes({ first: port, last: port }, transport, version)[0].outcome;
}
