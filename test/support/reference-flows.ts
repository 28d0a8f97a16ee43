/**
 * Flows, written from the contract (docs/contract.md, "Packets and bytes" and "Flows") and not from the code: a flow is the
 * list of its packets, and everything else is computed from that list. Slow and simple on purpose. Choices where the contract
 * is silent are stated beside the line.
 */
import { type Endpoint, lengthOf, numbersOf, type TrafficRecord, type TransportName } from "./traffic.ts";

/** A packet that belongs to a flow. Fragments without ports have those of their first one. */
export interface FlowPacket {
  readonly time: bigint | null;
  readonly transport: TransportName;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly flags: string;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly length: number;
  readonly isLinkBroadcast: boolean;
}

export type ReferenceFlow = readonly FlowPacket[];

export interface ReferenceOptions {
  readonly idleTimeoutSeconds: number;
  readonly maxFlows: number;
}

const SECOND = 1_000_000_000n;
/** RFC 8200, 4.5; the contract does not specify it. In whole seconds, which is accurate enough. */
const REASSEMBLY_SECONDS = 60n;

/** Whether a segment requests a connection. SYN with RST requests nothing: the contract is silent. */
export function isOpening({ flags }: FlowPacket): boolean {
  return flags.includes("S") && !flags.includes("A") && !flags.includes("R");
}

/** Whether a segment accepts a connection. */
export function isAccepting({ flags }: FlowPacket): boolean {
  return flags.includes("S") && flags.includes("A") && !flags.includes("R");
}

/** Whether a segment is the sender's last one. A FIN beside SYN or RST ends nothing: the contract is silent. */
export function isFinal({ flags }: FlowPacket): boolean {
  return flags.includes("F") && !flags.includes("S") && !flags.includes("R");
}

/** Whether a TCP flow is over: reset, or closed by both sides. */
export function isClosed(flow: ReferenceFlow): boolean {
  if (flow.some(({ flags }) => flags.includes("R"))) return true;
  return new Set(flow.filter(isFinal).map(({ source }) => nameOf(source))).size === 2;
}

/** Whether a SYN opens another connection than the flow's: the contract, "Flow". */
function opensAnother(flow: ReferenceFlow, syn: FlowPacket): boolean {
  const isFromSame = (packet: FlowPacket) => nameOf(packet.source) === nameOf(syn.source);
  const own = flow.find(isOpening);
  if (own !== undefined) return isClosed(flow) || (isFromSame(own) && own.sequence !== syn.sequence);
  const accepting = flow.find(isAccepting);
  if (accepting !== undefined) {
    if (isFromSame(accepting)) return isClosed(flow);
    return accepting.acknowledgment - 1 !== syn.sequence;
  }
  // The contract is silent if no handshake was seen and the numbers do not match: then only a closed connection ends.
  const isLate = flow[0].flags !== "" && isFromSame(flow[0]) && flow[0].sequence - 1 === syn.sequence;
  return !isLate && isClosed(flow);
}

/** Returns one text per endpoint. */
export function nameOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** Earliest and latest time of a flow's packets, null if none has one. */
export function timesOf(flow: ReferenceFlow): { first: bigint; last: bigint } | null {
  const times = flow.flatMap(({ time }) => (time === null ? [] : [time])).sort((a, b) => (a < b ? -1 : 1));
  return times.length === 0 ? null : { first: times[0], last: times[times.length - 1] };
}

/** Groups packets into flows; `finished` has those that ended, and all of them after `finish()`. */
export class ReferenceFlows {
  readonly finished: ReferenceFlow[] = [];
  evicted = 0;
  readonly #live = new Map<string, FlowPacket[]>();
  readonly #options: ReferenceOptions;

  constructor(options: ReferenceOptions) {
    this.#options = options;
  }

  add(packet: FlowPacket): void {
    const key = [packet.transport, ...[nameOf(packet.source), nameOf(packet.destination)].sort()].join(" ");
    const flow = this.#live.get(key);
    if (flow !== undefined && !this.#hasEnded(flow, packet)) {
      flow.push(packet);
      return;
    }
    if (flow !== undefined) this.#end(key);
    if (this.#live.size === this.#options.maxFlows) this.#evict();
    this.#live.set(key, [packet]);
  }

  finish(): void {
    for (const key of [...this.#live.keys()]) this.#end(key);
  }

  #end(key: string): void {
    this.finished.push(this.#live.get(key) ?? []);
    this.#live.delete(key);
  }

  #hasEnded(flow: ReferenceFlow, packet: FlowPacket): boolean {
    const { idleTimeoutSeconds } = this.#options;
    if (idleTimeoutSeconds === 0) return false;
    if (packet.transport === "tcp" && isOpening(packet) && opensAnother(flow, packet)) return true;
    const times = timesOf(flow);
    if (times === null || packet.time === null) return false;
    const timeout = BigInt(idleTimeoutSeconds) * SECOND;
    // A gap of exactly the timeout ends nothing. A packet that is that much earlier than the flow belongs to another one.
    return packet.time - times.last > timeout || times.first - packet.time > timeout;
  }

  /** Ends the longest idle flow; one without a time counts as older than all others. */
  #evict(): void {
    let longest: string | null = null;
    let heard = 0n;
    for (const [key, flow] of this.#live) {
      const last = timesOf(flow)?.last ?? -1n;
      if (longest === null || last < heard) {
        longest = key;
        heard = last;
      }
    }
    if (longest !== null) this.#end(longest);
    this.evicted++;
  }
}

/** The result of a capture's records. */
export interface ReferenceRecords {
  /** Records of flows, in the order in which their flow was known. */
  readonly flowPackets: readonly FlowPacket[];
  /** Fragments without their first one. */
  readonly orphans: readonly TrafficRecord[];
}

interface Datagram {
  first: FlowPacket | null;
  waiting: TrafficRecord[];
  heard: bigint | null;
}

/** Finds the flow of every packet with ports and of every fragment. Records without ports are skipped. */
export function resolveFragments(records: readonly TrafficRecord[]): ReferenceRecords {
  const flowPackets: FlowPacket[] = [];
  const orphans: TrafficRecord[] = [];
  const datagrams = new Map<string, Datagram>();
  const datagramOf = (identity: string, time: bigint | null): Datagram => {
    const known = datagrams.get(identity);
    if (known !== undefined && isNear(known.heard, time)) {
      known.heard = time;
      return known;
    }
    orphans.push(...(known?.waiting ?? []));
    const fresh: Datagram = { first: null, waiting: [], heard: time };
    datagrams.set(identity, fresh);
    return fresh;
  };
  for (const record of records) {
    const { body, time } = record;
    if (body.kind === "other") continue;
    if (body.kind === "later-fragment") {
      const identity = identityOf(body, body.sourceAddress, body.destinationAddress, body.fragmentId);
      const datagram = datagramOf(identity, time);
      if (datagram.first === null) datagram.waiting.push(record);
      else flowPackets.push(fragmentOf(datagram.first, record));
      continue;
    }
    const numbers = numbersOf(body.transport === "tcp" ? body : { flags: "" });
    const { transport, source, destination } = body;
    const { isLinkBroadcast } = record;
    const packet = {
      time,
      transport,
      source,
      destination,
      ...numbers,
      length: lengthOf(record),
      isLinkBroadcast,
    };
    flowPackets.push(packet);
    if (body.fragmentId === null) continue;
    const datagram = datagramOf(identityOf(body, source.address, destination.address, body.fragmentId), time);
    datagram.first = packet;
    flowPackets.push(...datagram.waiting.map((waiting) => fragmentOf(packet, waiting)));
    datagram.waiting = [];
  }
  for (const { waiting } of datagrams.values()) orphans.push(...waiting);
  return { flowPackets, orphans };
}

function fragmentOf(first: FlowPacket, record: TrafficRecord): FlowPacket {
  return { ...first, time: record.time, flags: "", length: lengthOf(record) };
}

/** In IPv4 the protocol is part of a datagram's identity (RFC 791, 3.2), in IPv6 it is not (RFC 8200, 4.5). */
function identityOf(
  { transport }: { transport: TransportName },
  source: string,
  destination: string,
  id: number,
): string {
  return [source, destination, id, source.includes(":") ? "" : transport].join(" ");
}

function isNear(a: bigint | null, b: bigint | null): boolean {
  if (a === null || b === null) return true;
  const gap = a / SECOND - b / SECOND;
  return gap <= REASSEMBLY_SECONDS && -gap <= REASSEMBLY_SECONDS;
}
