/** Totals of the sources beyond those that a report lists: a folder may contain any number of captures. */
import { earlier, later, type Moment } from "../net/moment.ts";
import type { MoreSources, SourceSummary } from "./capture-summary.ts";
import { recordWeirdsOf } from "./record-weirds.ts";

/** Maximum number of listed sources. */
export const LISTED_SOURCES = 10_000;

/** A source that was read. */
interface EndedSource {
  readonly start: Moment | null;
  readonly end: Moment | null;
  toSummary(timeDigits: number): SourceSummary;
}

export class MoreSourceTotals {
  #total: MoreSources = { sources: 0, packets: 0, bytes: 0, incomplete: 0, unsupported: 0, dropped: null };
  #start: Moment | null = null;
  #end: Moment | null = null;

  add(source: EndedSource): void {
    this.#total = sumOf(this.#total, source.toSummary(0));
    this.#start = earlier(this.#start, source.start);
    this.#end = later(this.#end, source.end);
  }

  get start(): Moment | null {
    return this.#start;
  }

  get end(): Moment | null {
    return this.#end;
  }

  /** null if there are none. */
  toSummary(): MoreSources | null {
    return this.#total.sources === 0 ? null : this.#total;
  }
}

function sumOf(total: MoreSources, source: SourceSummary): MoreSources {
  const { packets, bytes, complete, interfaces, moreInterfaces } = source;
  const described = moreInterfaces === undefined ? interfaces : [...interfaces, moreInterfaces];
  const sum = (of: (one: (typeof described)[number]) => number) =>
    described.reduce((before, one) => before + of(one), 0);
  const ipAlone = (total.ipAlone ?? 0) + sum((one) => one.ipAlone ?? 0);
  const weirds = recordWeirdsOf([total.weirds, source.weirds]);
  const isDroppedKnown = total.dropped !== null || described.some(({ dropped }) => dropped !== null);
  return {
    sources: total.sources + 1,
    packets: total.packets + packets,
    bytes: total.bytes + bytes,
    incomplete: total.incomplete + (complete ? 0 : 1),
    unsupported: total.unsupported + sum(({ unsupported }) => unsupported),
    ...(ipAlone > 0 && { ipAlone }),
    dropped: isDroppedKnown ? (total.dropped ?? 0) + sum(({ dropped }) => dropped ?? 0) : null,
    ...(Object.keys(weirds).length > 0 && { weirds }),
  };
}
