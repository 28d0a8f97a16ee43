/**
 * Traffic of finished flows, added up by what decides everything else: transport, service port, attribution, and the
 * era in which the flow began (between which retirements of products). The summary is derived from these few thousand
 * buckets, so a finished flow costs some additions, however many products its port has.
 */
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import { originatorSide } from "../../flows/orientation.ts";
import { type Moment, NO_TIME } from "../../net/moment.ts";
import { PORTS } from "../../net/port-numbers.ts";
import type { AttributedFlow } from "../collector.ts";

/** Each transport has a key for each port, and one for flows without a service port. */
const KEYS = PORTS + 1;

/** Columns of a bucket. */
const COLUMNS = 10;
const ERA = 0;
const FLOWS = 1;
const PACKETS = 2;
const BYTES_FROM_ORIGINATOR = 3;
const BYTES_FROM_RESPONDER = 4;
const FIRST_SECONDS = 5;
const FIRST_NANOSECONDS = 6;
const LAST_SECONDS = 7;
const LAST_NANOSECONDS = 8;
/** Number of the next bucket of the same transport and port, 0 for none. */
const NEXT = 9;

/** What the flows of one service port with one attribution that began in one era add up to. */
export interface TrafficBucket {
  readonly transport: 0 | 1;
  /** The service port; null where nothing says which side serves. */
  readonly port: number | null;
  readonly attribution: Attribution;
  /** A time in the era (seconds since 1970), or null for flows without a time. */
  readonly eraSeconds: number | null;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
  readonly bytesFromOriginator: number;
  readonly bytesFromResponder: number;
  /** Earliest and latest packet; null where the capture has no times. */
  readonly first: Moment | null;
  readonly last: Moment | null;
}

export class TrafficTotals {
  /** First bucket of each transport and port. */
  readonly #heads = new Int32Array(2 * KEYS);
  /** Those that have a bucket. */
  #keys: number[] = [];
  /** Bucket 0 is not used: 0 says "none". */
  #buckets = new Float64Array(64 * COLUMNS);
  #used = 0;
  /** The attribution of each bucket's flows. */
  #attributions: Attribution[] = [];
  readonly #eras: readonly number[];

  /** @param boundaries The moments (seconds since 1970) at which products ended. */
  constructor(boundaries: readonly number[]) {
    this.#eras = [...new Set(boundaries)].sort((a, b) => a - b);
  }

  /** Adds a flow (borrowed for the call). */
  add({ flow, oriented, servicePort, attribution }: AttributedFlow): void {
    const originator = originatorSide(oriented);
    const { firstSeconds } = flow;
    const base = this.#bucket(flow.transport, servicePort, firstSeconds, attribution);
    const buckets = this.#buckets;
    buckets[base + FLOWS] += 1;
    buckets[base + PACKETS] += flow.packets(0) + flow.packets(1);
    buckets[base + BYTES_FROM_ORIGINATOR] += flow.bytes(originator);
    buckets[base + BYTES_FROM_RESPONDER] += flow.bytes(1 - originator);
    if (firstSeconds === NO_TIME) return;
    this.#extend(base, firstSeconds, flow.firstNanoseconds, flow.lastSeconds, flow.lastNanoseconds);
  }

  /** A copy that is added to apart from this one. */
  copy(): TrafficTotals {
    const copy = new TrafficTotals(this.#eras);
    copy.#heads.set(this.#heads);
    copy.#keys = this.#keys.slice();
    copy.#buckets = this.#buckets.slice();
    copy.#used = this.#used;
    copy.#attributions = this.#attributions.slice();
    return copy;
  }

  /** Shows every bucket, by transport, then port. One reused view: borrowed for the call. */
  forEach(visit: (bucket: TrafficBucket) => void): void {
    const view = new BucketView(this.#eras, this.#attributions);
    view.columns = this.#buckets;
    for (const key of Int32Array.from(this.#keys).sort()) {
      view.key = key;
      for (let bucket = this.#heads[key]; bucket !== 0; bucket = this.#buckets[view.base + NEXT]) {
        view.bucket = bucket;
        view.base = bucket * COLUMNS;
        visit(view);
      }
    }
  }

  /** How many products had ended by a time; -1 for a flow without a time. */
  #eraOf(seconds: number): number {
    if (seconds === NO_TIME) return -1;
    let era = this.#eras.length;
    while (era > 0 && seconds < this.#eras[era - 1]) era--;
    return era;
  }

  /** Where the columns begin of the bucket for flows that began at a time. */
  #bucket(transport: number, port: number | null, seconds: number, attribution: Attribution): number {
    const key = transport * KEYS + (port ?? PORTS);
    const era = this.#eraOf(seconds);
    for (let bucket = this.#heads[key]; bucket !== 0; bucket = this.#buckets[bucket * COLUMNS + NEXT]) {
      if (this.#buckets[bucket * COLUMNS + ERA] === era && this.#attributions[bucket] === attribution) {
        return bucket * COLUMNS;
      }
    }
    const bucket = ++this.#used;
    this.#attributions[bucket] = attribution;
    if ((bucket + 1) * COLUMNS > this.#buckets.length) this.#grow();
    const base = bucket * COLUMNS;
    this.#buckets[base + ERA] = era;
    this.#buckets[base + NEXT] = this.#heads[key];
    if (this.#heads[key] === 0) this.#keys.push(key);
    this.#buckets[base + FIRST_SECONDS] = Number.POSITIVE_INFINITY;
    this.#buckets[base + LAST_SECONDS] = -1;
    this.#heads[key] = bucket;
    return base;
  }

  /** Moves the earliest and the latest time of a bucket. */
  #extend(base: number, first: number, firstPart: number, last: number, lastPart: number): void {
    const buckets = this.#buckets;
    const firstSeen = buckets[base + FIRST_SECONDS];
    if (first < firstSeen || (first === firstSeen && firstPart < buckets[base + FIRST_NANOSECONDS])) {
      buckets[base + FIRST_SECONDS] = first;
      buckets[base + FIRST_NANOSECONDS] = firstPart;
    }
    const lastSeen = buckets[base + LAST_SECONDS];
    if (last > lastSeen || (last === lastSeen && lastPart > buckets[base + LAST_NANOSECONDS])) {
      buckets[base + LAST_SECONDS] = last;
      buckets[base + LAST_NANOSECONDS] = lastPart;
    }
  }

  #grow(): void {
    const buckets = new Float64Array(this.#buckets.length * 2);
    buckets.set(this.#buckets);
    this.#buckets = buckets;
  }
}

/** Reads one bucket in place: there may be a hundred thousand. */
class BucketView implements TrafficBucket {
  columns = new Float64Array(0);
  bucket = 0;
  base = 0;
  key = 0;
  readonly #eras: readonly number[];
  readonly #attributions: readonly Attribution[];

  constructor(eras: readonly number[], attributions: readonly Attribution[]) {
    this.#eras = eras;
    this.#attributions = attributions;
  }

  get transport(): 0 | 1 {
    return this.key < KEYS ? 0 : 1;
  }

  get port(): number | null {
    const port = this.key % KEYS;
    return port === PORTS ? null : port;
  }

  get attribution(): Attribution {
    return this.#attributions[this.bucket];
  }

  get eraSeconds(): number | null {
    const era = this.columns[this.base + ERA];
    return era < 0 ? null : (this.#eras[era - 1] ?? Number.NEGATIVE_INFINITY);
  }

  get flows(): number {
    return this.columns[this.base + FLOWS];
  }

  get packets(): number {
    return this.columns[this.base + PACKETS];
  }

  get bytes(): number {
    return this.columns[this.base + BYTES_FROM_ORIGINATOR] + this.columns[this.base + BYTES_FROM_RESPONDER];
  }

  get bytesFromOriginator(): number {
    return this.columns[this.base + BYTES_FROM_ORIGINATOR];
  }

  get bytesFromResponder(): number {
    return this.columns[this.base + BYTES_FROM_RESPONDER];
  }

  get first(): Moment | null {
    return this.#moment(FIRST_SECONDS, FIRST_NANOSECONDS);
  }

  get last(): Moment | null {
    return this.#moment(LAST_SECONDS, LAST_NANOSECONDS);
  }

  #moment(seconds: number, nanoseconds: number): Moment | null {
    if (this.columns[this.base + LAST_SECONDS] < 0) return null;
    return { seconds: this.columns[this.base + seconds], nanoseconds: this.columns[this.base + nanoseconds] };
  }
}
