/**
 * UDP flows of which only one side was seen, until the whole capture is known: an answer may come from another port than
 * was asked (TFTP, STUN that tries out a NAT) or to a question to a group (SSDP, NetBIOS), and so be a flow of its own.
 */
import type { FlowReport } from "../summary/flow-report.ts";

/** Flows that are kept until then at most; those beyond them are judged by themselves. */
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

/** A flow with packets of one side, and what is to be done with it. */
export interface OneSidedDatagrams {
  readonly report: FlowReport;
  /** Called once, at the end: whether the other side was heard in another flow. */
  readonly settle: (isAnswered: boolean) => void;
}

interface Way {
  readonly from: string;
  readonly to: string;
  readonly fromAddress: string;
  readonly toAddress: string;
}

export class OneSidedFlows {
  readonly #kept: OneSidedDatagrams[] = [];
  /** Ends that sent something to a group. */
  readonly #askedGroups = new Set<string>();

  /** Keeps a flow; where there is no room it is settled at once. */
  add(flow: OneSidedDatagrams): void {
    if (this.#kept.length < MAX_KEPT) this.#kept.push(flow);
    else flow.settle(false);
  }

  /** A flow to a multicast or broadcast address. */
  addToGroup({ originator }: FlowReport): void {
    if (this.#askedGroups.size < MAX_KEPT) this.#askedGroups.add(endKey(originator.address, originator.port));
  }

  /** Settles all flows, in the order in which they came. */
  finish(): void {
    const ways = this.#kept.map(({ report }) => wayOf(report));
    const asked = new Set(ways.map(({ from, toAddress }) => `${from} ${toAddress}`));
    const answered = new Set(ways.map(({ to, fromAddress }) => `${to} ${fromAddress}`));
    for (const [i, { from, to, fromAddress, toAddress }] of ways.entries()) {
      const isAnswer = asked.has(`${to} ${fromAddress}`) || this.#askedGroups.has(to);
      this.#kept[i].settle(isAnswer || answered.has(`${from} ${toAddress}`));
    }
    this.#kept.length = 0;
  }
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
