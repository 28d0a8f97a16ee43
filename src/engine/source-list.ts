/** The sources of a session: which are open, their metadata, and the order in which they are listed. */
import type { InputError } from "../errors.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { SourceFormat } from "../reports/capture-summary.ts";
import type { PacketWatch } from "../reports/collector.ts";
import { LISTED_SOURCES, MoreSourceTotals } from "../reports/more-sources.ts";
import { SourceTotals } from "../reports/source-totals.ts";
import { describeInterfaces } from "./describe-interfaces.ts";

/** A capture, or a flow log: the members that are listed of either. */
export interface ListedSource extends Pick<PacketSource, "name" | "interfaces" | "error"> {
  readonly format: SourceFormat;
  /** Digits of a second in the times of a log, which has no interfaces to declare them. */
  readonly timeDigits?: number;
}

export class SourceList {
  /** Digits of a second in displayed times: the maximum of all interfaces. */
  timeDigits = 0;
  /** Sources that have ended and are not listed. */
  readonly more = new MoreSourceTotals();
  readonly #watches: readonly PacketWatch[];
  /** Listed sources, and open ones, by position. */
  readonly #sources = new Map<number, SourceTotals>();
  readonly #listed: number;
  /** Sources that are still being read. */
  readonly #open = new Map<SourceTotals, { readonly source: ListedSource; readonly position: number }>();
  /** Number of all sources so far. */
  #count = 0;

  /** @param listed maximum number of listed sources: the others are added up when they end */
  constructor(watches: readonly PacketWatch[], listed = LISTED_SOURCES) {
    this.#watches = watches;
    this.#listed = listed;
  }

  /**
   * Opens a source.
   *
   * @param position its unique place in the list; default: last, if sources are read in that order
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

  /** Records the metadata that a source provided with a block (borrowed for the call). */
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

  /** Records a source that could not be opened; position as for `open`. */
  fail(name: string, error: InputError, position = this.#count): void {
    const totals = new SourceTotals(name, null);
    totals.finish({ listed: [], more: null }, error);
    this.#sources.set(position, totals);
    this.#count++;
    this.#foldUnlisted(totals, position);
  }

  /** Records the current metadata of the open sources. */
  describeOpen(): void {
    for (const [totals, { source, position }] of this.#open) {
      totals.describe(describeInterfaces(source.interfaces, totals, position));
    }
  }

  /** Number of sources that are read concurrently. */
  get openCount(): number {
    return this.#open.size;
  }

  /** All sources so far except those in `more`, by position. */
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
