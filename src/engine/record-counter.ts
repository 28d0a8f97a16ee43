/**
 * Counts the records of blocks: each exactly once, as decoded or under the weird that stopped its decoding, and passes
 * those with ports to the flow table.
 */

import type { ProcessNames } from "../evidence/observation/process-names.ts";
import type { FlowTable } from "../flows/flow-table.ts";
import { FragmentTable } from "../flows/fragment-table.ts";
import type { PacketBatch } from "../flows/packet-batch.ts";
import { MARK_DROPPED, markOf, processOf, withProcess } from "../net/host-mark.ts";
import { LinkType } from "../net/link-types.ts";
import type { CapturedProcess } from "../packets/captured-process.ts";
import { DecodedPacket, FragmentKind } from "../packets/decode/decoded-packet.ts";
import { weirdOfIpProtocol } from "../packets/decode/ip-protocol.ts";
import { decodePacket } from "../packets/decode/packet-decoder.ts";
import { WEIRD_CODES, Weird } from "../packets/decode/weirds.ts";
import { copyRecords } from "../packets/kernel/copy-records.ts";
import type { Kernel } from "../packets/kernel/kernel.ts";
import type { PacketBlock, PacketColumns } from "../packets/packet-block.ts";
import type { BucketWatch } from "../reports/collector.ts";
import type { SourceTotals } from "../reports/source-totals.ts";
import { TunnelTotals } from "../reports/tunnel-totals.ts";
import { UnknownProtocols } from "../reports/unknown-protocols.ts";

/** Receives decoded ICMP packets, both borrowed for the call; all earlier packets have been counted. */
export type IcmpSink = (bytes: Uint8Array, packet: DecodedPacket) => void;

/** From this number on, prepared rows are counted by themselves: the cache misses of fewer would not overlap. */
const LEAST_AHEAD = 32;

export class RecordCounter {
  /** Packets and bytes by the code of the weird that stopped their decoding; 0: decoded. */
  readonly packetsByWeird = new Float64Array(WEIRD_CODES);
  readonly bytesByWeird = new Float64Array(WEIRD_CODES);
  readonly unknownProtocols = new UnknownProtocols();
  readonly tunnels = new TunnelTotals();
  readonly #kernel: Kernel;
  readonly #batch: PacketBatch;
  readonly #flows: FlowTable;
  readonly #processes: ProcessNames | null;
  readonly #onIcmp: IcmpSink | null;
  readonly #buckets: BucketWatch | null;
  readonly #isWatched: boolean;
  readonly #packet: DecodedPacket;
  /** Of the counted records: the block's buffer, or the one that they were copied to. */
  #columns: PacketColumns;
  /** Index of the next of the block's runs. */
  #nextRun = 0;
  /** Number of the first record in the kernel, over all that were counted. */
  #firstNumber = 0;
  #fragments: FragmentTable | null = null;
  /** The source's process numbers mapped to session numbers, and the processes of all sources. */
  #processList: readonly CapturedProcess[] = [];
  #processNumbers: number[] = [];
  readonly #numbersByList = new WeakMap<readonly CapturedProcess[], number[]>();

  /**
   * `processes`, `onIcmp`, `buckets`: null if not needed. Packet watchers have `onIcmp`, and rows with the numbers of
   * their records. `entersTunnels`: false counts outermost headers.
   */
  constructor(
    flows: FlowTable,
    processes: ProcessNames | null,
    onIcmp: IcmpSink | null,
    buckets: BucketWatch | null,
    entersTunnels: boolean,
  ) {
    this.#packet = new DecodedPacket(entersTunnels);
    this.#flows = flows;
    this.#kernel = flows.kernel;
    this.#columns = flows.kernel.place.columns;
    this.#batch = flows.batch;
    this.#processes = processes;
    this.#onIcmp = onIcmp;
    this.#isWatched = onIcmp !== null;
    this.#buckets = buckets;
  }

  /** Counts the rows that were held back to be looked up together. */
  flush(): void {
    this.#flows.countBatch();
  }

  /** Counts the records of a block (borrowed for the call), and adds them to the totals of their source. */
  count(block: PacketBlock, totals: SourceTotals): void {
    if (this.#kernel.holds(block.bytes)) {
      this.#columns = block;
      this.#countPlaced(block, block.count, totals);
      return;
    }
    this.#columns = this.#kernel.place.columns;
    for (let first = 0; first < block.count; ) {
      const copied = copyRecords(block, first, block.count, this.#kernel.place);
      this.#countPlaced(block, copied, totals);
      first += copied;
    }
  }

  /**
   * Counts the packets that a flow record represents: of TCP and UDP (null), which the flow table counts itself, or of
   * another IP protocol. `seconds`: when they count.
   */
  addRecorded(ipProtocol: number | null, packets: number, bytes: number, seconds: number): void {
    const weird = ipProtocol === null ? Weird.NONE : weirdOfIpProtocol(ipProtocol);
    this.packetsByWeird[weird] += packets;
    this.bytesByWeird[weird] += bytes;
    if (ipProtocol === null) return;
    this.#buckets?.addUndecoded(seconds, packets, bytes);
    this.unknownProtocols.count(weird, { etherType: 0, protocol: ipProtocol }, packets);
  }

  /** Counts `count` records in the kernel whose interfaces and processes are in `block`. */
  #countPlaced(block: PacketBlock, count: number, totals: SourceTotals): void {
    this.#nextRun = 0;
    const { interfaceIds } = this.#columns;
    const hasOne = block.interfaces.length === 1;
    for (let i = 0; i < count; ) {
      let end = hasOne ? count : i + 1;
      while (end < count && interfaceIds[end] === interfaceIds[i]) end++;
      this.#countRun(block, i, end, totals);
      i = end;
    }
    // The bytes of the rows left in the batch are gone with the block.
    this.flush();
    this.#firstNumber += count;
  }

  /** Counts the records `first` to `end - 1`, all of one interface. */
  #countRun(block: PacketBlock, first: number, end: number, totals: SourceTotals): void {
    const { linkType, fcsLength } = block.interfaces[this.#columns.interfaceIds[first]];
    const mayBePlain = linkType === LinkType.ETHERNET && !block.told.drops;
    for (let i = first; i < end; ) {
      const ahead = this.#nextRun < block.runs ? this.#countAhead(block, i, totals) : 0;
      const plain = ahead === 0 && mayBePlain ? this.#batch.appendPlain(block.place, i, end, fcsLength) : 0;
      if (plain > 0) {
        this.#addPlain(block, i, i + plain, this.#batch.count - plain, totals);
        this.#countFullBatch();
      } else if (ahead === 0) this.#countRecord(block, i, linkType, fcsLength, totals);
      i += Math.max(ahead, plain, 1);
    }
  }

  /** Counts the records from `i` on that are rows already. Returns how many; 0 if they are too few to count separately. */
  #countAhead(block: PacketBlock, i: number, totals: SourceTotals): number {
    const { first, end } = this.#kernel.loadRun(block.place, this.#nextRun);
    if (first > i) return 0;
    this.#nextRun++;
    if (first < i || end - first < LEAST_AHEAD) return 0;
    this.flush();
    this.#addPlain(block, first, end, this.#batch.rowAhead(block.place, first), totals);
    this.#flows.countAhead(block.place, first, end);
    return end - first;
  }

  /** Adds up the records `first` to `end - 1` of a run in the kernel, which are the rows from `row` on. */
  #addPlain(block: PacketBlock, first: number, end: number, row: number, totals: SourceTotals): void {
    const { bytes, times } = this.#kernel.run;
    this.packetsByWeird[0] += end - first;
    this.bytesByWeird[0] += bytes;
    totals.addRun(end - first, bytes, times);
    if (this.#isWatched) this.#numberPlain(first, end, row);
    if (this.#processes === null || !block.told.marks) return;
    const { hostMarks } = this.#columns;
    for (let i = first; i < end; i++) {
      this.#batch.setMark(row + i - first, this.#numbered(block, hostMarks[i], this.#processes));
    }
  }

  /** Numbers the rows from `row` on, which are the records `first` to `end - 1`. */
  #numberPlain(first: number, end: number, row: number): void {
    const { numbers } = this.#batch;
    for (let i = first; i < end; i++) numbers[row + i - first] = this.#firstNumber + i;
  }

  /** Counts record `i` by decoding its layers. */
  #countRecord(
    block: PacketBlock,
    i: number,
    linkType: number,
    fcsLength: number,
    totals: SourceTotals,
  ): void {
    const { buffer } = this.#kernel;
    const { offsets, capturedLengths, originalLengths, seconds, nanoseconds, hostMarks } = this.#columns;
    const packet = this.#packet;
    const length = originalLengths[i];
    let weird = decodePacket(linkType, buffer, offsets[i], capturedLengths[i], length, fcsLength, packet);
    if ((hostMarks[i] & MARK_DROPPED) !== 0) {
      packet.reset();
      weird = Weird.PKTAP_WITHOUT_PACKET;
    }
    totals.add(length, seconds[i], nanoseconds[i]);
    if (packet.tunnels !== 0) this.tunnels.count(packet.tunnels, packet.tunnelsInside);
    if (packet.isIpAlone !== 0) totals.addIpAlone(this.#columns.interfaceIds[i]);
    if (packet.fragment !== FragmentKind.NONE) {
      this.#countFragment(block, i, weird);
      return;
    }
    this.packetsByWeird[weird] += 1;
    this.bytesByWeird[weird] += length;
    if (weird === 0) {
      this.#batch.append(packet, length, seconds[i], nanoseconds[i], this.#markOf(block, i));
      this.#batch.numbers[this.#batch.count - 1] = this.#firstNumber + i;
      this.#countFullBatch();
      return;
    }
    this.#buckets?.addUndecoded(seconds[i], 1, length);
    this.unknownProtocols.count(weird, packet);
    if (weird === Weird.UNSUPPORTED_LINK_TYPE) totals.addUnsupported(this.#columns.interfaceIds[i]);
    if (this.#onIcmp !== null && (weird === Weird.ICMP || weird === Weird.ICMPV6)) {
      this.flush();
      this.#onIcmp(buffer, packet);
    }
  }

  /** The host mark of record `i`, which was just decoded, with the session's number for its process. */
  #markOf(block: PacketBlock, i: number): number {
    const processes = this.#processes;
    if (processes === null) return 0;
    const { processOffset, processLength, direction, serviceClass } = this.#packet;
    const mark = this.#columns.hostMarks[i];
    if (processLength === 0 && direction === 0)
      return mark === 0 ? 0 : this.#numbered(block, mark, processes);
    const number =
      processLength === 0 ? 0 : processes.numberAt(this.#kernel.buffer, processOffset, processLength);
    return markOf(number, direction, serviceClass);
  }

  /** The mark with the session's number for its process instead of the block's. */
  #numbered(block: PacketBlock, mark: number, processes: ProcessNames): number {
    const id = processOf(mark);
    if (id === 0) return mark;
    if (block.processes !== this.#processList) {
      this.#processList = block.processes;
      this.#processNumbers = this.#numbersByList.get(block.processes) ?? [];
      this.#numbersByList.set(block.processes, this.#processNumbers);
    }
    this.#processNumbers[id] ??= processes.numberOf(block.processes[id].name);
    return withProcess(mark, this.#processNumbers[id]);
  }

  /** A fragment: the first one has the ports, later ones are matched to it, or wait for it. */
  #countFragment(block: PacketBlock, i: number, weird: number): void {
    this.#fragments ??= new FragmentTable();
    const { buffer } = this.#kernel;
    const length = this.#columns.originalLengths[i];
    const seconds = this.#columns.seconds[i];
    const nanoseconds = this.#columns.nanoseconds[i];
    const packet = this.#packet;
    const number = this.#firstNumber + i;
    let counted = weird;
    if (weird === 0) {
      this.#batch.append(packet, length, seconds, nanoseconds, this.#markOf(block, i));
      this.#batch.numbers[this.#batch.count - 1] = number;
      const entry = this.#fragments.addFirst(buffer, packet, this.#batch, seconds);
      this.#countFullBatch();
      if (entry >= 0) this.#addWaiting(this.#fragments, entry);
    } else if (weird === Weird.FRAGMENT_WITHOUT_FIRST) {
      if (this.#fragments.addLater(buffer, packet, this.#batch, length, seconds, nanoseconds, number))
        counted = 0;
      this.#countFullBatch();
    }
    this.packetsByWeird[counted] += 1;
    this.bytesByWeird[counted] += length;
    if (counted !== 0) this.#buckets?.addUndecoded(seconds, 1, length);
    this.unknownProtocols.count(counted, packet);
  }

  /** Fragments that preceded their first one were counted without it: they are moved to its flow. */
  #addWaiting(fragments: FragmentTable, entry: number): void {
    for (;;) {
      const length = fragments.takeWaiting(entry, this.#batch);
      if (length < 0) return;
      this.#buckets?.addUndecoded(this.#batch.seconds[this.#batch.count - 1], -1, -length);
      this.#countFullBatch();
      this.packetsByWeird[Weird.FRAGMENT_WITHOUT_FIRST] -= 1;
      this.bytesByWeird[Weird.FRAGMENT_WITHOUT_FIRST] -= length;
      this.packetsByWeird[0] += 1;
      this.bytesByWeird[0] += length;
    }
  }

  #countFullBatch(): void {
    if (this.#batch.isFull) this.flush();
  }
}
