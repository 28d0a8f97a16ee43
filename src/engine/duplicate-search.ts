/**
 * When duplicates are looked for. With `--deduplicate`: always, before packets are counted. Else where a capture is likely to
 * have them: several interfaces or sources at once, `any`, a switch's mirror, or a beginning that is full of them.
 */
import { DuplicateFinder } from "../duplicates/duplicate-finder.ts";
import { NANOSECONDS } from "../net/moment.ts";
import { isLinuxCooked } from "../packets/decode/linux-cooked.ts";
import { Tunnel } from "../packets/decode/tunnels.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { DuplicateSummary } from "../reports/capture-summary.ts";
import type { TunnelTotals } from "../reports/tunnel-totals.ts";
import type { ReadingOptions } from "./reading-options.ts";

/** What switches and access points send copies of packets in. */
const MIRRORS = Tunnel.ERSPAN | Tunnel.TZSP | Tunnel.CAPWAP;

/** Packets at the beginning of a session that are looked at in any case. */
const SAMPLE = 128;
/** Duplicates among them from which on all are looked for, and their least share: a mirror of both directions has one half. */
const LEAST_IN_SAMPLE = 8;
const SAMPLE_SHARE = 1 / 4;
/** The second one of two stands no further behind the first one in nearly all captures, and comes so soon (seconds). */
const NEAR_ROWS = 4;
const NEAR_TIME = 0.0001;

/** A block, and the source that it is from: an object that stands for it for as long as it is read. */
export interface SourceBlock {
  readonly source: object;
  readonly block: PacketBlock;
}

export class DuplicateSearch {
  /** Whether duplicates are not counted. */
  readonly leavesOut: boolean;
  readonly #entersTunnels: boolean;
  #finder: DuplicateFinder | null = null;
  #isOn: boolean;
  /** Packets of the beginning that have been looked at. */
  #sampled = 0;

  constructor({ deduplicate = false, outer = false }: ReadingOptions) {
    this.leavesOut = deduplicate;
    this.#isOn = deduplicate;
    this.#entersTunnels = !outer;
  }

  /** Takes the duplicates out of a block (borrowed for the call) that will be counted. */
  takeOut({ source, block }: SourceBlock): void {
    const finder = this.#openFinder();
    let kept = 0;
    for (let i = 0; i < block.count; i++) {
      if (finder.isDuplicate(block, i, source)) continue;
      if (kept < i) block.moveRow(i, kept);
      kept++;
    }
    block.count = kept;
  }

  /**
   * Looks for them in a block (borrowed for the call) that was counted, where there may be any.
   *
   * @param sources Sources that are read at once.
   * @param tunnels Those met so far.
   */
  look({ source, block }: SourceBlock, sources: number, tunnels: TunnelTotals): void {
    let first = 0;
    if (!this.#isOn) {
      this.#isOn = sources > 1 || mayRepeat(block) || tunnels.hasAny(MIRRORS);
      if (!this.#isOn) first = this.#sample(source, block);
      if (!this.#isOn) return;
    }
    const finder = this.#openFinder();
    for (let i = first; i < block.count; i++) finder.isDuplicate(block, i, source);
  }

  /** What was found; null where nothing was looked for. */
  toSummary(): DuplicateSummary | null {
    if (!this.#isOn) return null;
    const { packets, bytes, acrossNat } = this.#openFinder();
    return { packets, bytes, acrossNat, leftOut: this.leavesOut };
  }

  /** Looks at the first packets, and goes on if they say so. Returns how many of the block were looked at. */
  #sample(source: object, block: PacketBlock): number {
    const count = Math.min(block.count, SAMPLE - this.#sampled);
    if (count <= 0) return 0;
    this.#sampled += count;
    if (!mayBeDoubled(block, count)) return 0;
    const finder = this.#openFinder();
    for (let i = 0; i < count; i++) finder.isDuplicate(block, i, source);
    this.#isOn = finder.packets >= LEAST_IN_SAMPLE && finder.packets >= finder.examined * SAMPLE_SHARE;
    if (this.#sampled >= SAMPLE && !this.#isOn) this.#finder = null;
    return count;
  }

  #openFinder(): DuplicateFinder {
    this.#finder ??= new DuplicateFinder(this.#entersTunnels, this.leavesOut);
    return this.#finder;
  }
}

/** Whether the lengths and times of the first `count` packets are those of a mirror of both directions. Costs next to nothing. */
function mayBeDoubled({ originalLengths, seconds, nanoseconds }: PacketBlock, count: number): boolean {
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
  return pairs >= LEAST_IN_SAMPLE && pairs >= count * SAMPLE_SHARE;
}

/** Whether what was read of the source so far has several places where a packet may have been seen. */
function mayRepeat({ interfaces }: PacketBlock): boolean {
  return interfaces.length > 1 || (interfaces.length === 1 && isLinuxCooked(interfaces[0].linkType));
}
