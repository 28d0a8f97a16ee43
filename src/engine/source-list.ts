/** The sources of a session: which are read now, what each has said of itself, and the order in which they are listed. */
import type { InputError } from "../errors.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { SourceFormat } from "../reports/capture-summary.ts";
import type { PacketWatch } from "../reports/collector.ts";
import { LISTED_SOURCES, MoreSourceTotals } from "../reports/more-sources.ts";
import { SourceTotals } from "../reports/source-totals.ts";
import { describeInterfaces } from "./describe-interfaces.ts";

/** A capture, or a log of flows: what is listed of either. */
export interface ListedSource extends Pick<PacketSource, "name" | "interfaces" | "error"> {
  readonly format: SourceFormat;
  /** Digits of a second in the times of a log, which has no interfaces to say them. */
  readonly timeDigits?: number;
}

export class SourceList {
  /** Digits of a second that times are shown with: as many as those of any interface have. */
  timeDigits = 0;
  /** Those that have ended and are not listed. */
  readonly more = new MoreSourceTotals();
  readonly #watches: readonly PacketWatch[];
  /** Those that are listed, and those that are open, by their positions. */
  readonly #sources = new Map<number, SourceTotals>();
  readonly #listed: number;
  /** Those that are still being read. */
  readonly #open = new Map<SourceTotals, { readonly source: ListedSource; readonly position: number }>();
  /** All that there have been. */
  #count = 0;

  /** @param listed sources that are listed at most: the others are added up when they end */
  constructor(watches: readonly PacketWatch[], listed = LISTED_SOURCES) {
    this.#watches = watches;
    this.#listed = listed;
  }

  /**
   * Begins a source.
   *
   * @param position where it is listed, which no other source has; behind all others where sources are read in that order
   */
  open(source: ListedSource, position = this.#count): SourceTotals {
    const totals = new SourceTotals(source.name, source.format);
    this.#sources.set(position, totals);
    this.#count++;
    this.#open.set(totals, { source, position });
    // Those of a log are known before it is read.
    this.#noteTimeDigits(source);
    for (const watch of this.#watches) watch.openSource(totals);
    return totals;
  }

  /** Notes what a source has said of itself together with a block (borrowed for the call). */
  note(source: ListedSource, block: PacketBlock, totals: SourceTotals): void {
    this.#noteTimeDigits(source);
    totals.noteWeirds(block.impossibleTimes, block.implausibleLengths);
  }

  /** Ends a source. */
  close(source: ListedSource, totals: SourceTotals): void {
    const position = this.#open.get(totals)?.position ?? 0;
    // An interface may be described after the last packet.
    this.#noteTimeDigits(source);
    this.#open.delete(totals);
    for (const watch of this.#watches) watch.closeSource(totals);
    totals.finish(describeInterfaces(source.interfaces, totals, position), source.error);
    this.#foldUnlisted(totals, position);
  }

  /** Notes a source that could not be opened; its position as for `open`. */
  fail(name: string, error: InputError, position = this.#count): void {
    const totals = new SourceTotals(name, null);
    totals.finish({ listed: [], more: null }, error);
    this.#sources.set(position, totals);
    this.#count++;
    this.#foldUnlisted(totals, position);
  }

  /** Notes what the open sources say of themselves now. */
  describeOpen(): void {
    for (const [totals, { source, position }] of this.#open) {
      totals.describe(describeInterfaces(source.interfaces, totals, position));
    }
  }

  /** How many are read at once. */
  get openCount(): number {
    return this.#open.size;
  }

  /** All so far but for those of `more`, by their positions. */
  list(): SourceTotals[] {
    return [...this.#sources].sort(([one], [other]) => one - other).map(([, totals]) => totals);
  }

  #foldUnlisted(totals: SourceTotals, position: number): void {
    if (position < this.#listed) return;
    this.#sources.delete(position);
    this.more.add(totals);
  }

  #noteTimeDigits({ interfaces, timeDigits: ownDigits = 0 }: ListedSource): void {
    this.timeDigits = Math.max(this.timeDigits, ownDigits);
    for (const { timeDigits } of interfaces) this.timeDigits = Math.max(this.timeDigits, timeDigits);
  }
}
