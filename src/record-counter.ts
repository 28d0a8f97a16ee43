/**
 * Counts the records of blocks: each exactly once, as decoded or under the weird that stopped its decoding, and hands
 * those with ports to the flow table.
 */
import type { PacketBlock } from "./capture/packet-block.ts";
import { DecodedPacket, FragmentKind } from "./decode/decoded-packet.ts";
import { decodePacket } from "./decode/packet-decoder.ts";
import { WEIRD_CODES, Weird } from "./decode/weirds.ts";
import type { PacketFilter } from "./filter/packet-filter.ts";
import type { FlowHash } from "./flows/flow-hash.ts";
import type { FlowTable } from "./flows/flow-table.ts";
import { FragmentTable } from "./flows/fragment-table.ts";
import { PacketBatch } from "./flows/packet-batch.ts";
import { type Moment, NO_TIME } from "./net/moment.ts";
import type { ProcessNames } from "./observation/process-names.ts";
import type { SourceTotals } from "./summary/source-totals.ts";

/** Which records count. */
export interface RecordChoice {
  /** Only packets from this moment on; packets without a time count as outside. */
  readonly from: Moment | null;
  /** Only packets before this moment. */
  readonly to: Moment | null;
  /** Only packets that it matches. */
  readonly filter: PacketFilter | null;
}

/** Receives ICMP packets as they were decoded, both borrowed for the call; all packets before them are counted. */
export type IcmpSink = (bytes: Uint8Array, packet: DecodedPacket) => void;

export class RecordCounter {
  /** Packets and bytes by the code of the weird that stopped their decoding; 0: decoded. */
  readonly packetsByWeird = new Float64Array(WEIRD_CODES);
  readonly bytesByWeird = new Float64Array(WEIRD_CODES);
  readonly #choice: RecordChoice;
  readonly #flows: FlowTable;
  readonly #processes: ProcessNames | null;
  readonly #onIcmp: IcmpSink | null;
  readonly #packet = new DecodedPacket();
  readonly #batch: PacketBatch;
  #fragments: FragmentTable | null = null;
  /** The names that the source numbers, and the numbers that stand for them here. */
  #processList: readonly string[] = [];
  readonly #processNumbers: number[] = [];

  /** `hash` must be that of the flow table. `processes`, `onIcmp`: null where nobody looks. */
  constructor(
    choice: RecordChoice,
    hash: FlowHash,
    flows: FlowTable,
    processes: ProcessNames | null,
    onIcmp: IcmpSink | null,
  ) {
    this.#onIcmp = onIcmp;
    this.#choice = choice;
    this.#flows = flows;
    this.#processes = processes;
    this.#batch = new PacketBatch(hash);
  }

  /** Hands over what was kept back to be looked up together. */
  flush(): void {
    this.#flows.add(this.#batch);
  }

  /** Counts the records of a block (borrowed for the call), and adds them to the totals of their source. */
  count(block: PacketBlock, totals: SourceTotals): void {
    const { bytes, interfaces, offsets, capturedLengths, originalLengths, interfaceIds } = block;
    const { filter } = this.#choice;
    const hasWindow = this.#choice.from !== null || this.#choice.to !== null;
    const packet = this.#packet;
    const batch = this.#batch;
    const processes = this.#processes;
    batch.bytes = bytes;
    let decodedPackets = 0;
    let decodedBytes = 0;
    let interfaceId = -1;
    let linkType = 0;
    let fcsLength = 0;
    for (let i = 0; i < block.count; i++) {
      if (interfaceIds[i] !== interfaceId) {
        interfaceId = interfaceIds[i];
        ({ linkType, fcsLength } = interfaces[interfaceId]);
      }
      const length = originalLengths[i];
      const seconds = block.seconds[i];
      const nanoseconds = block.nanoseconds[i];
      if (hasWindow && !this.#isInWindow(seconds, nanoseconds)) continue;
      const weird = decodePacket(linkType, bytes, offsets[i], capturedLengths[i], length, fcsLength, packet);
      if (filter !== null && !filter(bytes, packet, length)) continue;
      totals.add(length, seconds, nanoseconds);
      if (weird === 0 && packet.fragment === FragmentKind.NONE) {
        decodedPackets += 1;
        decodedBytes += length;
        const isNamed = processes !== null && (packet.processLength > 0 || block.processIds[i] !== 0);
        const process = isNamed ? this.#processOf(block, i) : 0;
        batch.append(packet, length, seconds, nanoseconds, process);
        if (batch.isFull) this.#flows.add(batch);
      } else if (packet.fragment === FragmentKind.NONE) {
        this.packetsByWeird[weird] += 1;
        this.bytesByWeird[weird] += length;
        if (weird === Weird.UNSUPPORTED_LINK_TYPE) totals.addUnsupported(interfaceId);
        if (this.#onIcmp !== null && (weird === Weird.ICMP || weird === Weird.ICMPV6)) {
          this.#flows.add(batch);
          this.#onIcmp(bytes, packet);
        }
      } else this.#countFragment(block, i, weird);
    }
    this.packetsByWeird[0] += decodedPackets;
    this.bytesByWeird[0] += decodedBytes;
    // The payload of what is left in the batch goes with the block.
    if (processes !== null || this.#onIcmp !== null) this.#flows.add(batch);
  }

  /** The process that the capture names for record `i`, which was just decoded, by its number; 0: none. */
  #processOf(block: PacketBlock, i: number): number {
    const processes = this.#processes;
    const { processOffset, processLength } = this.#packet;
    const id = block.processIds[i];
    if (processes === null) return 0;
    if (processLength > 0) return processes.numberAt(block.bytes, processOffset, processLength);
    if (id === 0) return 0;
    if (block.processes !== this.#processList) {
      this.#processList = block.processes;
      this.#processNumbers.length = 0;
    }
    this.#processNumbers[id] ??= processes.numberOf(block.processes[id]);
    return this.#processNumbers[id];
  }

  /** A fragment: the first one has the ports, later ones are looked up, or wait to be. */
  #countFragment(block: PacketBlock, i: number, weird: number): void {
    this.#fragments ??= new FragmentTable();
    const { bytes } = block;
    const length = block.originalLengths[i];
    const seconds = block.seconds[i];
    const nanoseconds = block.nanoseconds[i];
    const packet = this.#packet;
    let counted = weird;
    if (weird === 0) {
      this.#batch.append(packet, length, seconds, nanoseconds, this.#processOf(block, i));
      const entry = this.#fragments.addFirst(bytes, packet, this.#batch, seconds);
      this.#addFullBatch();
      if (entry >= 0) this.#addWaiting(this.#fragments, entry);
    } else if (weird === Weird.FRAGMENT_WITHOUT_FIRST) {
      if (this.#fragments.addLater(bytes, packet, this.#batch, length, seconds, nanoseconds)) counted = 0;
      this.#addFullBatch();
    }
    this.packetsByWeird[counted] += 1;
    this.bytesByWeird[counted] += length;
  }

  /** Fragments that came before their first one have been counted without it: they move over to its flow. */
  #addWaiting(fragments: FragmentTable, entry: number): void {
    for (;;) {
      const length = fragments.takeWaiting(entry, this.#batch);
      if (length < 0) return;
      this.#addFullBatch();
      this.packetsByWeird[Weird.FRAGMENT_WITHOUT_FIRST] -= 1;
      this.bytesByWeird[Weird.FRAGMENT_WITHOUT_FIRST] -= length;
      this.packetsByWeird[0] += 1;
      this.bytesByWeird[0] += length;
    }
  }

  #addFullBatch(): void {
    if (this.#batch.isFull) this.#flows.add(this.#batch);
  }

  #isInWindow(seconds: number, nanoseconds: number): boolean {
    if (nanoseconds === NO_TIME) return false;
    const { from, to } = this.#choice;
    if (from !== null && (seconds - from.seconds || nanoseconds - from.nanoseconds) < 0) return false;
    return to === null || (seconds - to.seconds || nanoseconds - to.nanoseconds) < 0;
  }
}
