/**
 * When duplicates are searched. With `--deduplicate`: always, before packets are counted. Otherwise if a capture is likely to
 * contain them: several interfaces or sources at once, `any`, a switch's mirror, or a beginning full of them.
 */
import { DuplicateFinder } from "../duplicates/duplicate-finder.ts";
import { isLinuxCooked } from "../packets/decode/linux-cooked.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { DuplicateSummary } from "../reports/capture-summary.ts";
import { DuplicateSample } from "./duplicate-sample.ts";
import type { ReadingOptions } from "./reading-options.ts";

/** A block, and an object that identifies its source for as long as it is read. */
export interface SourceBlock {
  readonly source: object;
  readonly block: PacketBlock;
}

export class DuplicateSearch {
  /** Whether duplicates are not counted. */
  readonly leavesOut: boolean;
  readonly #entersTunnels: boolean;
  /** Not null once all packets are searched. */
  #finder: DuplicateFinder | null = null;
  /** Null once it is evaluated. */
  #sample: DuplicateSample | null = null;

  constructor({ deduplicate = false, outer = false }: ReadingOptions) {
    this.leavesOut = deduplicate;
    this.#entersTunnels = !outer;
    if (deduplicate) this.#finder = this.#newFinder();
    else this.#sample = new DuplicateSample();
  }

  /** Removes the duplicates from a block (borrowed for the call) before it is counted. */
  takeOut({ source, block }: SourceBlock): void {
    let kept = 0;
    for (let i = 0; i < block.count; i++) {
      if (this.#finder?.isDuplicate(block, i, source)) continue;
      if (kept < i) block.moveRow(i, kept);
      kept++;
    }
    block.count = kept;
  }

  /**
   * Searches a block (borrowed for the call) that was counted, if it may contain any.
   *
   * @param sources number of sources that are read concurrently
   */
  look({ source, block }: SourceBlock, sources: number): void {
    let first = 0;
    if (this.#finder === null) {
      first = sources > 1 ? 0 : firstRepeatable(block);
      const taken = this.#sample?.add(source, block, 0, first) ?? 0;
      if (this.#sample?.isFull) {
        this.#finder = this.#judgeSample();
        this.#sample = null;
        if (this.#finder !== null) first = taken;
      }
      if (this.#finder === null && first < block.count) this.#finder = this.#begin();
      if (this.#finder === null) return;
    }
    for (let i = first; i < block.count; i++) this.#finder.isDuplicate(block, i, source);
  }

  /** The result; null if nothing was searched. */
  toSummary(): DuplicateSummary | null {
    const finder = this.#finder ?? this.#judgeSample();
    if (finder === null) return null;
    const { packets, bytes, acrossNat } = finder;
    return { packets, bytes, acrossNat, leftOut: this.leavesOut };
  }

  /** Searches everything from now on, and the sample of earlier packets. */
  #begin(): DuplicateFinder {
    const finder = this.#newFinder();
    this.#sample?.show(finder);
    this.#sample = null;
    return finder;
  }

  /** The finder that has seen the sample, if that suggests more duplicates; else null. */
  #judgeSample(): DuplicateFinder | null {
    const sample = this.#sample;
    if (sample === null) return null;
    const isMirrored = this.#entersTunnels && sample.hasMirror();
    if (!isMirrored && !sample.mayBeDoubled()) return null;
    const finder = this.#newFinder();
    sample.show(finder);
    return isMirrored || sample.isDoubled(finder) ? finder : null;
  }

  #newFinder(): DuplicateFinder {
    return new DuplicateFinder(this.#entersTunnels, this.leavesOut);
  }
}

/** The first packet of a block that may be a copy: on a second interface, or on all interfaces combined. */
function firstRepeatable({ interfaces, interfaceIds, count }: PacketBlock): number {
  if (interfaces.length === 1 && !isLinuxCooked(interfaces[0].linkType)) return count;
  for (let i = 0; i < count; i++) {
    if (interfaceIds[i] > 0 || isLinuxCooked(interfaces[interfaceIds[i]].linkType)) return i;
  }
  return count;
}
