/** Collects the beginning of each flow in a capture, and the recognised protocol: for tests and the scripts' table. */

import { readSession } from "../../src/engine/read-captures.ts";
import { loadKnowledge } from "../../src/engine/reading-options.ts";
import { StreamStart } from "../../src/evidence/observation/stream-start.ts";
import type { FlowStart, Message } from "../../src/evidence/payload/protocols/flow-start.ts";
import { type Recognition, recognise } from "../../src/evidence/payload/protocols/recognise.ts";
import type { PacketRow } from "../../src/flows/packet-row.ts";
import { readUint16 } from "../../src/net/byte-reads.ts";
import { TCP_SYN } from "../../src/net/tcp-flags.ts";
import {
  type AttributedFlow,
  type Collector,
  inOneStep,
  type PacketWatch,
  type Steps,
} from "../../src/reports/collector.ts";

/** Bytes kept per side of a TCP connection, and datagrams per side of a UDP flow. */
const STREAM_LIMIT = 512;
const DATAGRAM_LIMIT = 6;
const UDP_HEADER = 8;
const UDP_LENGTH_OFFSET = 4;

/** An ended flow, by its payload. Owned. */
export interface RecognisedFlow {
  readonly transport: "tcp" | "udp";
  /** Addresses and ports of the two sides, as in `start.sides`: the side that sent payload first comes first. */
  readonly ends: readonly [FlowEnd, FlowEnd];
  readonly start: FlowStart;
  /** Also null if more data would have been needed. */
  readonly recognition: Recognition | null;
}

/** One end of a flow. */
export interface FlowEnd {
  readonly address: string;
  readonly port: number;
}

/** Reads a capture; flows without payload are left out. */
export async function recogniseFlows(capture: string): Promise<readonly RecognisedFlow[]> {
  const starts = new FlowStarts();
  const options = { maxFlows: MAX_FLOWS };
  const session = await readSession([capture], options, loadKnowledge({}), [starts]);
  return session.report(starts);
}

/** More than any fixture has. */
const MAX_FLOWS = 50_000;

class SideStart {
  readonly #stream = new StreamStart();
  #base: number | null = null;
  #hasSyn = false;
  readonly #datagrams: Message[] = [];

  addSegment(packet: PacketRow): void {
    const isSyn = (packet.tcpFlags & TCP_SYN) !== 0;
    if (isSyn && !this.#hasSyn) {
      this.#base = (packet.sequence + 1) >>> 0;
      this.#hasSyn = true;
    }
    if (!packet.hasPayload) return;
    this.#base ??= packet.sequence;
    const position = ((isSyn ? packet.sequence + 1 : packet.sequence) - this.#base) | 0;
    if (position >= STREAM_LIMIT || this.#stream.length >= STREAM_LIMIT) return;
    this.#stream.add(position, packet.bytes, packet.payloadOffset, packet.payloadEnd);
  }

  addDatagram(packet: PacketRow, ports: readonly [source: number, destination: number]): void {
    if (!packet.hasPayload || this.#datagrams.length >= DATAGRAM_LIMIT) return;
    const bytes = packet.bytes.slice(packet.payloadOffset, packet.payloadEnd);
    const length = readUint16(packet.bytes, packet.transportOffset + UDP_LENGTH_OFFSET) - UDP_HEADER;
    const isBeginning = this.#datagrams.length === 0;
    this.#datagrams.push(messageOf(bytes, Math.max(length, bytes.length), isBeginning, false, ports));
  }

  messages(ports: readonly [source: number, destination: number]): Message[] {
    if (this.#datagrams.length > 0) return this.#datagrams;
    const length = Math.min(this.#stream.length, STREAM_LIMIT);
    if (length === 0) return [];
    const bytes = this.#stream.bytes.slice(0, length);
    return [messageOf(bytes, length, this.#hasSyn, true, ports)];
  }
}

function messageOf(
  bytes: Uint8Array,
  length: number,
  isBeginning: boolean,
  isStream: boolean,
  [sourcePort, destinationPort]: readonly [number, number],
): Message {
  return {
    bytes,
    offset: 0,
    end: bytes.length,
    length,
    isStream,
    isFull: true,
    isBeginning,
    sourcePort,
    destinationPort,
  };
}

class FlowStarts implements Collector<readonly RecognisedFlow[]> {
  readonly packets: PacketWatch = {
    begin: () => {},
    openSource: () => {},
    readFrom: () => {},
    closeSource: () => {},
    icmp: () => {},
    packet: (record, packet) => this.#addPacket(record, packet),
    forget: (record) => this.#begun.delete(record),
  };
  readonly #flows: RecognisedFlow[] = [];
  readonly #begun = new Map<number, { sides: [SideStart, SideStart]; first: 0 | 1 | null }>();

  add({ flow }: AttributedFlow): void {
    const begun = this.#begun.get(flow.record);
    if (begun === undefined || begun.first === null) return;
    const order = begun.first === 0 ? ([0, 1] as const) : ([1, 0] as const);
    const [first, second] = order.map((side) => ({ address: flow.address(side), port: flow.port(side) }));
    const transport = flow.transport === 0 ? "tcp" : "udp";
    const start: FlowStart = {
      transport,
      sides: [
        begun.sides[order[0]].messages([first.port, second.port]),
        begun.sides[order[1]].messages([second.port, first.port]),
      ],
      announced: null,
    };
    const found = recognise(start);
    const recognition = found === "more" ? null : found;
    this.#flows.push({ transport, ends: [first, second], start, recognition });
  }

  snapshot(): this {
    return this;
  }

  report(): Steps<readonly RecognisedFlow[]> {
    return inOneStep(() => this.#flows);
  }

  #addPacket(record: number, packet: PacketRow): void {
    let begun = this.#begun.get(record);
    if (begun === undefined) {
      begun = { sides: [new SideStart(), new SideStart()], first: null };
      this.#begun.set(record, begun);
    }
    const { side } = packet;
    if (packet.transport === 0) begun.sides[side].addSegment(packet);
    else begun.sides[side].addDatagram(packet, [packet.port(side), packet.port(1 - side)]);
    if (packet.hasPayload) begun.first ??= side;
  }
}
