/** Throughput by the traffic counted in each interval; and Apple's share of the latest traffic. */
import type { FlowClass } from "../evidence/attribution/evidence.ts";
import type { IntervalTraffic } from "../reports/series/live-series.ts";
import type { Claims, Summary } from "../reports/traffic/summary.ts";
import { type Rates, RateTable } from "./rate-table.ts";

/** Bytes that evidence attributes to a product, alone or with others; never those that only a port allows. */
export function namedBytes({ identified, oneOf }: Pick<Claims, "identified" | "oneOf">): number {
  return identified.bytes + oneOf.bytes;
}

/** Bytes of the last intervals; each byte is in exactly one class. */
export interface RecentTraffic {
  /** Classes `identified` and `apple`. */
  readonly apples: number;
  /** `listed` and `range` with a candidate of Apple's that is not withdrawn. */
  readonly couldBe: number;
  /** Everything else, including what was not decoded. */
  readonly others: number;
}

/** Direction of traffic: from devices of the local network to hosts beyond it, or back. */
export type Direction = "up" | "down";

/** Rates from interval to interval of one monitoring run. */
export class LiveRates {
  readonly #products = new RateTable<string>();
  readonly #classes = new RateTable<FlowClass>();
  readonly #groups = new RateTable<string>();
  readonly #sent = new RateTable<string>();
  readonly #received = new RateTable<string>();
  readonly #directions = new RateTable<Direction>();
  readonly #parts = new RateTable<keyof RecentTraffic>();
  #undecoded = 0;

  /** Adds the traffic of an interval of `seconds` (above 0); `summary` is the one at its end. */
  update({ groups, devices, directions }: IntervalTraffic, summary: Summary, seconds: number): void {
    const known = new Map(summary.groups.map((group) => [group.id, group]));
    const couldBe = couldBeApples(summary);
    const products: [string, number][] = [];
    const classes: [FlowClass, number][] = [];
    const undecoded = summary.capture.bytes - summary.bytes.decoded;
    const parts: [keyof RecentTraffic, number][] = [["others", undecoded - this.#undecoded]];
    this.#undecoded = undecoded;
    for (const { id, bytes } of groups) {
      const group = known.get(id);
      if (group === undefined) continue;
      for (const product of group.products) products.push([product, bytes]);
      classes.push([group.class, bytes]);
      const isApples = group.class === "identified" || group.class === "apple";
      parts.push([isApples ? "apples" : group.candidates.some(couldBe) ? "couldBe" : "others", bytes]);
    }
    this.#products.update(products, seconds);
    this.#classes.update(classes, seconds);
    this.#parts.update(parts, seconds);
    this.#groups.update(pairs(groups, "bytes"), seconds);
    this.#sent.update(pairs(devices, "sent"), seconds);
    this.#received.update(pairs(devices, "received"), seconds);
    const { up, down } = directions ?? { up: 0, down: 0 };
    this.#directions.update(Object.entries({ up, down }) as [Direction, number][], seconds);
  }

  /** Bytes named by evidence, by product name. */
  get products(): Rates<string> {
    return this.#products;
  }

  get classes(): Rates<FlowClass> {
    return this.#classes;
  }

  /** By group id. */
  get groups(): Rates<string> {
    return this.#groups;
  }

  /** Bytes that devices sent and received, by id. */
  get sent(): Rates<string> {
    return this.#sent;
  }

  get received(): Rates<string> {
    return this.#received;
  }

  get directions(): Rates<Direction> {
    return this.#directions;
  }

  /** Bytes of the last intervals, at most 60; owned by the caller. */
  recent(): RecentTraffic {
    return {
      apples: this.#parts.recentBytesOf("apples"),
      couldBe: this.#parts.recentBytesOf("couldBe"),
      others: this.#parts.recentBytesOf("others"),
    };
  }
}

/** Whether a candidate is Apple's and not withdrawn. */
function couldBeApples({ products }: Summary): (candidate: string) => boolean {
  const apples = products.filter(({ kind, ended }) => kind === "apple" && ended?.how !== "withdrawn");
  const names = new Set(apples.map(({ product }) => product));
  return (candidate) => names.has(candidate);
}

function* pairs<F extends string>(
  rows: readonly (Readonly<Record<F, number>> & { readonly id: string })[],
  field: F,
): Generator<[string, number]> {
  for (const row of rows) yield [row.id, row[field]];
}
