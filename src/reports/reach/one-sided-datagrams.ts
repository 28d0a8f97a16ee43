/**
 * Keeps UDP flows with packets of one side only until the whole capture is known: an answer may come from another port than
 * the request was sent to (TFTP, STUN probing a NAT) or answer a multicast request (SSDP, NetBIOS), and so be a flow of its
 * own.
 */
import type { FlowReport } from "../flow-report.ts";
import type { Attempt } from "./attempt.ts";
import { restsOnAbsence } from "./reach-directions.ts";

/**
 * Maximum number of kept flows. If there are more, an answer is searched for among flows that ended at about the same time.
 */
const MAX_KEPT = 20_000;

/**
 * Services whose packets need no answer, so that its absence means nothing: DHCP (broadcast, or ending a lease), NetBIOS
 * datagrams (RFC 1002, 5.3), SNMP traps, syslog (RFC 5426), memcached told not to reply, RTP streams.
 */
const WITHOUT_ANSWER: readonly (readonly [first: number, last: number])[] = [
  [67, 68],
  [138, 138],
  [162, 162],
  [514, 514],
  [6970, 9999],
  [11_211, 11_211],
];

/** Whether packets to the port of a UDP service need no answer. */
export function needsNoAnswer(servicePort: number): boolean {
  return WITHOUT_ANSWER.some(([first, last]) => first <= servicePort && servicePort <= last);
}

interface FlowPath {
  readonly from: string;
  readonly to: string;
  readonly fromAddress: string;
  readonly toAddress: string;
}

export class OneSidedFlows {
  /** Owned: `describe` returns a description that was made while the flow existed. */
  #kept: Attempt[] = [];
  /** Ends that sent something to a multicast or broadcast address. */
  #askedGroups = new Set<string>();

  /** Whether it must be finalized before it can keep more. */
  get isFull(): boolean {
    return this.#kept.length >= MAX_KEPT;
  }

  /** Keeps the description of an attempt (borrowed for the call). */
  add(attempt: Attempt): void {
    const target = attempt.describe();
    this.#kept.push({ ...attempt, describe: () => target });
  }

  /** A flow to a multicast or broadcast address, by its sender. */
  addToGroup(address: string, port: number): void {
    if (this.#askedGroups.size < MAX_KEPT) this.#askedGroups.add(endKey(address, port));
  }

  /** Returns a copy. */
  copy(): OneSidedFlows {
    const copy = new OneSidedFlows();
    copy.#kept = [...this.#kept];
    copy.#askedGroups = new Set(this.#askedGroups);
    return copy;
  }

  /**
   * Hands over all attempts in order of arrival, with two facts: whether the other side sent packets in another flow, and
   * whether the attempt is a single datagram, the client's only unanswered one to that target.
   */
  finalize(receive: (attempt: Attempt, isAnswered: boolean, isLone: boolean) => void): void {
    const kept = this.#kept;
    const paths = kept.map((attempt) => pathOf(attempt.describe().flow));
    const asked = new Set(paths.map(({ from, toAddress }) => `${from} ${toAddress}`));
    const answered = new Set(paths.map(({ to, fromAddress }) => `${to} ${fromAddress}`));
    const unanswered = countByTarget(kept.filter(({ outcome }) => restsOnAbsence(outcome.verdict)));
    for (const [i, { from, to, fromAddress, toAddress }] of paths.entries()) {
      const isAnswer = asked.has(`${to} ${fromAddress}`) || this.#askedGroups.has(to);
      const attempt = kept[i];
      const isLone = unanswered.get(attempt.targetKey) === 1 && isOneDatagram(attempt.describe().flow);
      receive(attempt, isAnswer || answered.has(`${from} ${toAddress}`), isLone);
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

function pathOf({ packets, originator, responder }: FlowReport): FlowPath {
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
