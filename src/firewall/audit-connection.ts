/**
 * Determines what happens to one connection: its first packet, later ones and answers, each on its path through the
 * hooks.
 */

import type { AddressClass } from "./address-classes.ts";
import { type AuditPacket, type PacketMarks, UNMARKED } from "./audit-packet.ts";
import type { AuditPath, PortOutcome } from "./audit-path.ts";
import type { AuditPart, DecidingRule } from "./audit-report.ts";
import type { NftRuleset } from "./nft-ruleset.ts";
import { ruleText } from "./nft-text.ts";
import { type ChainEnd, type HookOutcome, walkPath } from "./walk-chains.ts";

/** A connection, with an example address for each end. */
export interface Connection {
  readonly port: number;
  readonly transport: "tcp" | "udp";
  readonly version: 4 | 6;
  readonly device: AddressClass;
  readonly service: AddressClass;
}

/** Neighbour discovery messages that a machine must receive and send for IPv6 connections to work. */
const NEIGHBOUR_MESSAGES = (["input", "output"] as const).flatMap((path) =>
  (["solicit", "advert"] as const).map((icmpType) => ({ path, icmpType })),
);

type Step = Pick<AuditPacket, "stage" | "tcpFlags">;

/** Packets of a connection that rules may distinguish (RFC 9293, section 3.5). */
const STEPS: Readonly<Record<"tcp" | "udp", readonly Step[]>> = {
  tcp: [
    { stage: "opening", tcpFlags: ["syn"] },
    { stage: "reply", tcpFlags: ["syn", "ack"] },
    { stage: "following", tcpFlags: ["ack"] },
    { stage: "following", tcpFlags: ["psh", "ack"] },
    { stage: "reply", tcpFlags: ["ack"] },
  ],
  udp: [
    { stage: "opening", tcpFlags: null },
    { stage: "following", tcpFlags: null },
    { stage: "reply", tcpFlags: null },
  ],
};
const STAGES = ["opening", "following", "reply"] as const;
/** Maximum doubts reported for a port; all come from rules that the user can look up. */
const MAX_DOUBTS = 3;

/** Connections through one ruleset. */
export class ConnectionWalk {
  readonly #ruleset: NftRuleset;
  readonly #path: AuditPath;
  readonly #assumptions = new Set<string>();
  readonly #known = new Map<string, PortOutcome>();
  /** What blocks neighbour discovery; undefined until checked. */
  #stopped: PortOutcome | null | undefined;

  constructor(ruleset: NftRuleset, path: AuditPath) {
    this.#ruleset = ruleset;
    this.#path = path;
  }

  /** Assumptions made for all connections so far, in order. */
  get assumptions(): readonly string[] {
    return [...this.#assumptions];
  }

  /** Adds an assumption of the caller. */
  assume(text: string): void {
    this.#assumptions.add(text);
  }

  /** Returns the outcome of a connection. It is allowed only if its first packet, later ones and answers all pass. */
  outcome(connection: Connection): PortOutcome {
    const { port, transport, version, device, service } = connection;
    const key = `${transport} ${version} ${port} ${device.key} ${service.key}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#walk(connection);
      this.#known.set(key, known);
    }
    return known;
  }

  #walk({ port, transport, version, device, service }: Connection): PortOutcome {
    const { hook, insideInterface, outsideInterface } = this.#path;
    /** Marks that the first packet sets on the connection, seen by later packets. */
    let marks: PacketMarks = UNMARKED;
    const ways = STEPS[transport].map((step) => {
      const isReply = step.stage === "reply";
      const assumed: string[] = [];
      const outcome = walkPath(this.#ruleset, {
        ...step,
        version,
        transport,
        path: hook,
        hook,
        servicePort: port,
        icmpType: null,
        device: device.example,
        service: service.example,
        inInterface: isReply ? outsideInterface : insideInterface,
        outInterface: isReply ? insideInterface : outsideInterface,
        marks,
        assumed,
      });
      marks = { ...UNMARKED, connection: outcome.marks.connection };
      return { stage: step.stage, outcome, assumed };
    });
    const inOrder = STAGES.flatMap((stage) => ways.filter((way) => way.stage === stage));
    const worst =
      inOrder.find(({ outcome }) => outcome.verdict === "blocked") ??
      inOrder.find(({ outcome }) => outcome.verdict === "undecided") ??
      inOrder[0];
    if (version === 6 && worst.outcome.verdict !== "blocked") {
      if (this.#stopped === undefined) this.#stopped = this.#neighboursStop();
      if (this.#stopped !== null) return this.#stopped;
    }
    const deciding = worst.outcome.verdict === "allowed" ? inOrder : [worst];
    for (const { assumed } of deciding) for (const text of assumed) this.#assumptions.add(text);
    return describeOutcome(worst.stage, worst.outcome);
  }

  /** Router and hosts find each other by ICMPv6. If rules definitely drop it, no other IPv6 packet gets through either. */
  #neighboursStop(): PortOutcome | null {
    const { insideInterface, outsideInterface, hook } = this.#path;
    const interfaces = hook === "forward" ? [insideInterface, outsideInterface] : [outsideInterface];
    for (const name of interfaces) {
      for (const message of NEIGHBOUR_MESSAGES) {
        const outcome = walkPath(this.#ruleset, {
          ...message,
          version: 6,
          transport: "icmpv6",
          hook: message.path,
          stage: "opening",
          servicePort: 0,
          tcpFlags: null,
          device: null,
          service: null,
          inInterface: name,
          outInterface: name,
          marks: UNMARKED,
          assumed: [],
        });
        if (outcome.verdict !== "blocked") continue;
        const reason = "neighbour discovery (ICMPv6), which IPv6 needs, does not pass";
        return { ...describeOutcome("opening", outcome), reason };
      }
    }
    return null;
  }
}

function describeOutcome(stage: AuditPart["stage"], { verdict, ends }: HookOutcome): PortOutcome {
  // Of several ends, the first uncertain one shows where the doubt begins.
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
