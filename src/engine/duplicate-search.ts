/**
 * When duplicates are looked for. With `--deduplicate`: always, before packets are counted. Else where a capture is likely to
 * have them: several interfaces or sources at once, `any`, a switch's mirror, or a beginning that is full of them.
 */
import { DuplicateFinder } from "../duplicates/duplicate-finder.ts";
import { isLinuxCooked } from "../packets/decode/linux-cooked.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { DuplicateSummary } from "../reports/capture-summary.ts";
import { DuplicateSample } from "./duplicate-sample.ts";
import type { ReadingOptions } from "./reading-options.ts";

/** A block, and the source that it is from: an object that stands for it for as long as it is read. */
export interface SourceBlock {
  readonly source: object;
  readonly block: PacketBlock;
}

export class DuplicateSearch {
  /** Whether duplicates are not counted. */
  readonly leavesOut: boolean;
  readonly #entersTunnels: boolean;
  /** Not null once all packets are looked at. */
  #finder: DuplicateFinder | null = null;
  /** Null once it has said what it can. */
  #sample: DuplicateSample | null = null;

  constructor({ deduplicate = false, outer = false }: ReadingOptions) {
    this.leavesOut = deduplicate;
    this.#entersTunnels = !outer;
    if (deduplicate) this.#finder = this.#newFinder();
    else this.#sample = new DuplicateSample();
  }

  /** Takes the duplicates out of a block (borrowed for the call) that will be counted. */
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
   * Looks for them in a block (borrowed for the call) that was counted, where there may be any.
   *
   * @param sources Sources that are read at once.
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

  /** What was found; null where nothing was looked for. */
  toSummary(): DuplicateSummary | null {
    const finder = this.#finder ?? this.#judgeSample();
    if (finder === null) return null;
    const { packets, bytes, acrossNat } = finder;
    return { packets, bytes, acrossNat, leftOut: this.leavesOut };
  }

  /** Looks at everything from now on, and at what was sampled before. */
  #begin(): DuplicateFinder {
    const finder = this.#newFinder();
    this.#sample?.show(finder);
    this.#sample = null;
    return finder;
  }

  /** The finder that has seen the sample, where that says that there may be more; else null. */
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

/** The first packet of a block that another place may have seen before: on a second interface, or on all of them together. */
function firstRepeatable({ interfaces, interfaceIds, count }: PacketBlock): number {
  if (interfaces.length === 1 && !isLinuxCooked(interfaces[0].linkType)) return count;
  for (let i = 0; i < count; i++) {
    if (interfaceIds[i] > 0 || isLinuxCooked(interfaces[interfaceIds[i]].linkType)) return i;
  }
  return count;
}
