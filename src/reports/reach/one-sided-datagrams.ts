/**
 * UDP flows of which only one side was seen, until the whole capture is known: an answer may come from another port than
 * was asked (TFTP, STUN that tries out a NAT) or to a question to a group (SSDP, NetBIOS), and so be a flow of its own.
 */
import type { FlowReport } from "../flow-report.ts";
import type { Attempt } from "./attempt.ts";
import { restsOnAbsence } from "./reach-directions.ts";

/** Flows that are kept at most. Where there are more, an answer is looked for among those that ended at about the same time. */
const MAX_KEPT = 20_000;

/**
 * Services whose packets need no answer, so that its absence tells nothing: DHCP's go by broadcast or end a lease, NetBIOS
 * datagrams (RFC 1002, 5.3), traps of SNMP, syslog (RFC 5426), memcached told not to reply, RTP of streams.
 */
const WITHOUT_ANSWER: readonly (readonly [first: number, last: number])[] = [
  [67, 68],
  [138, 138],
  [162, 162],
  [514, 514],
  [6970, 9999],
  [11_211, 11_211],
];

/** Whether nobody has to answer what is sent to the port of a UDP service. */
export function needsNoAnswer(servicePort: number): boolean {
  return WITHOUT_ANSWER.some(([first, last]) => first <= servicePort && servicePort <= last);
}

interface Way {
  readonly from: string;
  readonly to: string;
  readonly fromAddress: string;
  readonly toAddress: string;
}

export class OneSidedFlows {
  /** Owned: what `describe` gives was described when the flow was there. */
  #kept: Attempt[] = [];
  /** Ends that sent something to a group. */
  #askedGroups = new Set<string>();

  /** Whether it must be settled before it keeps more. */
  get isFull(): boolean {
    return this.#kept.length >= MAX_KEPT;
  }

  /** Keeps what there is to tell of an attempt (borrowed for the call). */
  add(attempt: Attempt): void {
    const target = attempt.describe();
    this.#kept.push({ ...attempt, describe: () => target });
  }

  /** A flow to a multicast or broadcast address, by who asked. */
  addToGroup(address: string, port: number): void {
    if (this.#askedGroups.size < MAX_KEPT) this.#askedGroups.add(endKey(address, port));
  }

  /** The same once more. */
  copy(): OneSidedFlows {
    const copy = new OneSidedFlows();
    copy.#kept = [...this.#kept];
    copy.#askedGroups = new Set(this.#askedGroups);
    return copy;
  }

  /**
   * Hands over all attempts in the order in which they came, whether the other side was heard in another flow, and
   * whether an attempt is one datagram, the only one that the client sent there in vain.
   */
  settle(settle: (attempt: Attempt, isAnswered: boolean, isLone: boolean) => void): void {
    const kept = this.#kept;
    const ways = kept.map((attempt) => wayOf(attempt.describe().flow));
    const asked = new Set(ways.map(({ from, toAddress }) => `${from} ${toAddress}`));
    const answered = new Set(ways.map(({ to, fromAddress }) => `${to} ${fromAddress}`));
    const inVain = countByTarget(kept.filter(({ outcome }) => restsOnAbsence(outcome.verdict)));
    for (const [i, { from, to, fromAddress, toAddress }] of ways.entries()) {
      const isAnswer = asked.has(`${to} ${fromAddress}`) || this.#askedGroups.has(to);
      const attempt = kept[i];
      const isLone = inVain.get(attempt.targetKey) === 1 && isOneDatagram(attempt.describe().flow);
      settle(attempt, isAnswer || answered.has(`${from} ${toAddress}`), isLone);
    }
    this.#kept = [];
    if (this.#askedGroups.size >= MAX_KEPT) this.#askedGroups.clear();
  }
}

function countByTarget(attempts: readonly Attempt[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { targetKey } of attempts) counts.set(targetKey, (counts.get(targetKey) ?? 0) + 1);
  return counts;
}

function isOneDatagram({ packets }: FlowReport): boolean {
  return packets.originator + packets.responder === 1;
}

function wayOf({ packets, originator, responder }: FlowReport): Way {
  const [sender, receiver] = packets.originator > 0 ? [originator, responder] : [responder, originator];
  return {
    from: endKey(sender.address, sender.port),
    to: endKey(receiver.address, receiver.port),
    fromAddress: sender.address,
    toAddress: receiver.address,
  };
}

function endKey(address: string, port: number): string {
  return `${address} ${port}`;
}
