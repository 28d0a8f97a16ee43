/**
 * Which ports a ruleset lets a connection to through. Ports between which no number of the ruleset lies meet the same rules, so
 * that one of them answers for all.
 */

import type { PortRange } from "../knowledge/port-list/port-cell.ts";
import type { AuditPacket } from "./audit-packet.ts";
import type { AuditPart, DecidingRule } from "./audit-report.ts";
import { isJsonObject, type NftRuleset } from "./nft-ruleset.ts";
import { ruleText } from "./nft-text.ts";
import { type ChainEnd, type HookOutcome, walkHook } from "./walk-chains.ts";

/** What is known of where the connections pass. */
export interface AuditPath {
  readonly hook: "forward" | "output";
  /** Interface towards the devices; null where it is not known. Meaningless for `output`. */
  readonly insideInterface: string | null;
  readonly outsideInterface: string | null;
}

/** What becomes of connections to ports: the verdict, and the rule that decides. */
export type PortOutcome = Pick<AuditPart, "verdict" | "stage" | "rule" | "reason">;

const STAGES = ["opening", "following", "reply"] as const;
const LAST_PORT = 65535;
const PORT_BITS = 16;
/** Doubts that are told for a port; all come from rules that the user can look up. */
const MAX_DOUBTS = 3;

/** Answers for the ports of one ruleset. */
export class PortAudit {
  readonly #ruleset: NftRuleset;
  readonly #path: AuditPath;
  /** First ports of the classes, ascending from 0. */
  readonly #starts: readonly number[];
  readonly #known = new Map<string, PortOutcome>();

  constructor(ruleset: NftRuleset, path: AuditPath) {
    this.#ruleset = ruleset;
    this.#path = path;
    const starts = new Set([0]);
    for (const { rules } of ruleset.chains)
      for (const { statements } of rules) addNumbers(statements, starts);
    for (const { elements } of ruleset.sets) addNumbers(elements, starts);
    this.#starts = [...starts].sort((a, b) => a - b);
  }

  /** The parts of a range that meet the same end, in order. */
  outcomes(
    { first, last }: PortRange,
    transport: "tcp" | "udp",
    version: 4 | 6,
  ): readonly (PortRange & { readonly outcome: PortOutcome })[] {
    const parts: { first: number; last: number; outcome: PortOutcome }[] = [];
    let index = this.#classOf(first);
    for (let from = first; from <= last; index++) {
      const to = Math.min(last, (this.#starts[index + 1] ?? LAST_PORT + 1) - 1);
      const outcome = this.#outcome(this.#starts[index], transport, version);
      const before = parts.at(-1);
      if (before !== undefined && isSame(before.outcome, outcome)) before.last = to;
      else parts.push({ first: from, last: to, outcome });
      from = to + 1;
    }
    return parts;
  }

  #classOf(port: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle] <= port) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #outcome(port: number, transport: "tcp" | "udp", version: 4 | 6): PortOutcome {
    const key = `${transport} ${version} ${port}`;
    let outcome = this.#known.get(key);
    if (outcome === undefined) {
      outcome = this.#walk(port, transport, version);
      this.#known.set(key, outcome);
    }
    return outcome;
  }

  /** A connection stands only if its first packet, the later ones and the answers all pass. */
  #walk(servicePort: number, transport: "tcp" | "udp", version: 4 | 6): PortOutcome {
    const { hook, insideInterface, outsideInterface } = this.#path;
    const ways = STAGES.map((stage) => {
      const isReply = stage === "reply";
      const packet: AuditPacket = {
        version,
        transport,
        hook: isReply && hook === "output" ? "input" : hook,
        stage,
        servicePort,
        inInterface: isReply ? outsideInterface : insideInterface,
        outInterface: isReply ? insideInterface : outsideInterface,
      };
      return { stage, outcome: walkHook(this.#ruleset, packet) };
    });
    const worst =
      ways.find(({ outcome }) => outcome.verdict === "blocked") ??
      ways.find(({ outcome }) => outcome.verdict === "undecided") ??
      ways[0];
    return describeOutcome(worst.stage, worst.outcome);
  }
}

function describeOutcome(stage: AuditPart["stage"], { verdict, ends }: HookOutcome): PortOutcome {
  // Of several ways out the first that is not certain tells where it becomes doubtful.
  const deciding =
    (verdict === "undecided" ? ends.find(({ doubts }) => doubts.length > 0) : undefined) ?? ends[0];
  if (deciding === undefined) return { verdict, stage, rule: null, reason: "" };
  const doubts = [...new Set(ends.flatMap((end) => end.doubts))];
  const more = doubts.length > MAX_DOUBTS ? ` and ${doubts.length - MAX_DOUBTS} more` : "";
  const reason =
    verdict === "undecided" ? `undecided: depends on ${doubts.slice(0, MAX_DOUBTS).join("; ")}${more}` : "";
  return { verdict, stage, rule: describeEnd(deciding), reason };
}

function describeEnd({ chain, rule }: ChainEnd): DecidingRule {
  const { family, table } = chain;
  return rule === null
    ? { family, table, chain: chain.name, handle: null, text: `policy ${chain.policy}` }
    : { family, table, chain: rule.chain, handle: rule.handle, text: ruleText(rule) };
}

function isSame(a: PortOutcome, b: PortOutcome): boolean {
  return (
    a.verdict === b.verdict &&
    a.stage === b.stage &&
    a.reason === b.reason &&
    a.rule?.handle === b.rule?.handle &&
    a.rule?.text === b.rule?.text &&
    a.rule?.table === b.rule?.table &&
    a.rule?.chain === b.rule?.chain &&
    a.rule?.family === b.rule?.family
  );
}

/** Every number that may be a port begins a class, and so does the one behind it, and behind the end of a prefix. */
function addNumbers(value: unknown, starts: Set<number>): void {
  const pending: unknown[] = [value];
  const add = (port: number) => {
    if (Number.isInteger(port) && port >= 0 && port <= LAST_PORT) starts.add(port);
  };
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === "number") {
      add(next);
      add(next + 1);
    } else if (Array.isArray(next)) {
      for (const item of next) pending.push(item);
    } else if (isJsonObject(next)) {
      const { addr, len } = next;
      if (typeof addr === "number" && typeof len === "number") add(addr + 2 ** (PORT_BITS - len));
      pending.push(...Object.values(next));
    }
  }
}
