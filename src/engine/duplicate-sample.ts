/**
 * Copies of the first packets of a session: they show whether a capture may contain packets twice; if it does,
 * they are searched as well. The same packets give the same answer, however they were read.
 */
import type { DuplicateFinder } from "../duplicates/duplicate-finder.ts";
import { NANOSECONDS } from "../net/moment.ts";
import { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { decodePacket } from "../packets/decode/packet-decoder.ts";
import { Tunnel } from "../packets/decode/tunnels.ts";
import { PacketBlock } from "../packets/packet-block.ts";

/** Encapsulations in which switches and access points send copies of packets. */
const MIRRORS = Tunnel.ERSPAN | Tunnel.TZSP | Tunnel.CAPWAP;

/** Maximum number of packets copied. */
const SAMPLE = 128;
/** Number and share of duplicates from which all packets are searched: a mirror of both directions has one half. */
const LEAST_IN_SAMPLE = 8;
const SAMPLE_SHARE = 1 / 4;
/** The copy follows at most this far behind in nearly all captures, and within this time (seconds). */
const NEAR_ROWS = 4;
const NEAR_TIME = 0.0001;

/** Packets of one source, in sequence. */
interface SampledRun {
  readonly source: object;
  readonly block: PacketBlock;
}

export class DuplicateSample {
  readonly #runs: SampledRun[] = [];
  #count = 0;

  /** Whether the sample is complete. */
  get isFull(): boolean {
    return this.#count >= SAMPLE;
  }

  /** Copies rows `first` to `end - 1` of a block (borrowed) of a source, as many as fit; returns how many. */
  add(source: object, block: PacketBlock, first: number, end: number): number {
    const taken = Math.min(end - first, SAMPLE - this.#count);
    if (taken <= 0) return 0;
    const run = this.#runOf(source);
    const from = run.bytes.length;
    const lengths = block.capturedLengths.subarray(first, first + taken);
    const bytes = new Uint8Array(from + lengths.reduce((sum, length) => sum + length, 0));
    bytes.set(run.bytes);
    run.bytes = bytes;
    run.interfaces.push(...block.interfaces.slice(run.interfaces.length));
    let offset = from;
    for (let i = first; i < first + taken; i++) {
      const length = block.capturedLengths[i];
      bytes.set(block.bytes.subarray(block.offsets[i], block.offsets[i] + length), offset);
      copyRow(block, i, run, run.count);
      run.offsets[run.count++] = offset;
      offset += length;
    }
    this.#count += taken;
    return taken;
  }

  /** Whether a mirror made the capture, judged by the tunnels of its packets. */
  hasMirror(): boolean {
    const packet = new DecodedPacket(true);
    return this.#runs.some(({ block }) => {
      const { bytes, interfaces, interfaceIds, offsets, capturedLengths, originalLengths, count } = block;
      for (let i = 0; i < count; i++) {
        const { linkType, fcsLength } = interfaces[interfaceIds[i]];
        const length = originalLengths[i];
        decodePacket(linkType, bytes, offsets[i], capturedLengths[i], length, fcsLength, packet);
        if ((packet.tunnels & MIRRORS) !== 0) return true;
      }
      return false;
    });
  }

  /** Whether the lengths and times of the packets match a mirror of both directions. Very cheap. */
  mayBeDoubled(): boolean {
    const pairs = this.#runs.reduce((sum, { block }) => sum + pairsIn(block), 0);
    return pairs >= LEAST_IN_SAMPLE && pairs >= this.#count * SAMPLE_SHARE;
  }

  /** Whether a finder found enough duplicates in the sample that all packets have to be searched. */
  isDoubled({ packets, examined }: DuplicateFinder): boolean {
    return packets >= LEAST_IN_SAMPLE && packets >= examined * SAMPLE_SHARE;
  }

  /** Shows all of them to a finder. */
  show(finder: DuplicateFinder): void {
    for (const { source, block } of this.#runs) {
      for (let i = 0; i < block.count; i++) finder.isDuplicate(block, i, source);
    }
  }

  #runOf(source: object): PacketBlock {
    const last = this.#runs.at(-1);
    if (last?.source === source) return last.block;
    const block = new PacketBlock();
    this.#runs.push({ source, block });
    return block;
  }
}

/** All but the position of its bytes. */
function copyRow(from: PacketBlock, i: number, to: PacketBlock, row: number): void {
  to.capturedLengths[row] = from.capturedLengths[i];
  to.originalLengths[row] = from.originalLengths[i];
  to.seconds[row] = from.seconds[i];
  to.nanoseconds[row] = from.nanoseconds[i];
  to.interfaceIds[row] = from.interfaceIds[i];
}

/** Packets that closely follow one of the same length. */
function pairsIn({ originalLengths, seconds, nanoseconds, count }: PacketBlock): number {
  let pairs = 0;
  for (let i = 1; i < count; i++) {
    for (let j = Math.max(0, i - NEAR_ROWS); j < i; j++) {
      if (originalLengths[j] !== originalLengths[i]) continue;
      const distance = seconds[i] - seconds[j] + (nanoseconds[i] - nanoseconds[j]) / NANOSECONDS;
      if (Math.abs(distance) > NEAR_TIME) continue;
      pairs += 1;
      break;
    }
  }
  return pairs;
}
