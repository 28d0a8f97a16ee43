/**
 * Traffic of finished flows, summed by the key that determines everything else: transport, service port and attribution. The
 * summary is derived from these few thousand buckets, so a finished flow costs a few additions, no matter how many products
 * its port has.
 */
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import type { FlowFacts } from "../../evidence/observation/flow-facts.ts";
import { originatorSide } from "../../flows/orientation.ts";
import { type Moment, NO_TIME } from "../../net/moment.ts";
import { PORTS } from "../../net/port-numbers.ts";
import type { AttributedFlow } from "../collector.ts";

/** Keys per transport: one for each port, and one for flows without a service port. */
const KEYS = PORTS + 1;

/** Columns of a bucket. */
const COLUMNS = 10;
const FLOWS = 0;
const PACKETS = 1;
const BYTES_FROM_ORIGINATOR = 2;
const BYTES_FROM_RESPONDER = 3;
const FIRST_SECONDS = 4;
const FIRST_NANOSECONDS = 5;
const LAST_SECONDS = 6;
const LAST_NANOSECONDS = 7;
/** Number of the next bucket of the same transport and port, 0 for none. */
const NEXT = 8;
const APPLE_DEVICE_BYTES = 9;

/** Limits: strangers choose names and ports. */
export interface TrafficLimits {
  /** Names in all buckets together. */
  readonly names: number;
  /** Buckets of ports. Beyond the limit, an attribution has one bucket for all other ports. */
  readonly buckets: number;
}

const DEFAULT_LIMITS: TrafficLimits = { names: 65_536, buckets: 262_144 };

/** Traffic of the flows with one service port and one attribution. */
export interface TrafficBucket {
  readonly transport: 0 | 1;
  /** The service port; null if the serving side is unknown. */
  readonly port: number | null;
  readonly attribution: Attribution;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
  readonly bytesFromOriginator: number;
  readonly bytesFromResponder: number;
  /** Bytes of flows with a known Apple device at an end. */
  readonly appleDeviceBytes: number;
  /** Times of the earliest and latest packet; null if the capture has no times. */
  readonly first: Moment | null;
  readonly last: Moment | null;
  /** Bytes by server name or, without one, by the only name in DNS answers; null if no flow had one. Borrowed. */
  readonly names: ReadonlyMap<string, number> | null;
}

/** Name of a flow's server: the one in the handshake, or the only one in DNS answers for the address. */
export function nameOf({ handshake, addressNames }: FlowFacts): string | null {
  if (handshake?.serverName != null) return handshake.serverName;
  return addressNames.length === 1 ? addressNames[0] : null;
}

export class TrafficTotals {
  /** First bucket of each transport and port. */
  readonly #heads = new Int32Array(2 * KEYS);
  /** Keys that have a bucket. */
  #keys: number[] = [];
  /** Bucket 0 is not used: 0 stands for none. */
  #buckets = new Float64Array(64 * COLUMNS);
  #used = 0;
  /** The attribution of each bucket's flows. */
  #attributions: Attribution[] = [];
  /** The bucket of each attribution, by port. */
  #byAttribution = new Map<Attribution, Map<number, number>>();
  /** Bytes by name of each bucket that has one. */
  #names = new Map<number, Map<string, number>>();
  #nameCount = 0;
  #droppedNames = 0;
  readonly #limits: TrafficLimits;

  constructor(limits: Partial<TrafficLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Flows whose name or port was not kept, as the limit was reached. Their traffic is still in a bucket. */
  get droppedNames(): number {
    return this.#droppedNames;
  }

  /** Adds a flow (borrowed for the call). */
  add({ flow, oriented, servicePort, attribution, facts }: AttributedFlow): void {
    const originator = originatorSide(oriented);
    const { firstSeconds } = flow;
    const base = this.#bucket(flow.transport, servicePort, attribution);
    const buckets = this.#buckets;
    buckets[base + FLOWS] += 1;
    buckets[base + PACKETS] += flow.packets(0) + flow.packets(1);
    buckets[base + BYTES_FROM_ORIGINATOR] += flow.bytes(originator);
    buckets[base + BYTES_FROM_RESPONDER] += flow.bytes(1 - originator);
    const { client, server } = facts.ends;
    if (client === true || server === true) {
      buckets[base + APPLE_DEVICE_BYTES] += flow.bytes(0) + flow.bytes(1);
    }
    const name = nameOf(facts);
    if (name !== null) this.#addName(base / COLUMNS, name, flow.bytes(0) + flow.bytes(1));
    if (firstSeconds === NO_TIME) return;
    this.#extend(base, firstSeconds, flow.firstNanoseconds, flow.lastSeconds, flow.lastNanoseconds);
  }

  /** Returns an independent copy. */
  copy(): TrafficTotals {
    const copy = new TrafficTotals(this.#limits);
    copy.#heads.set(this.#heads);
    copy.#keys = this.#keys.slice();
    copy.#buckets = this.#buckets.slice();
    copy.#used = this.#used;
    copy.#attributions = this.#attributions.slice();
    copy.#names = new Map([...this.#names].map(([bucket, names]) => [bucket, new Map(names)]));
    copy.#byAttribution = new Map(
      [...this.#byAttribution].map(([attribution, buckets]) => [attribution, new Map(buckets)]),
    );
    copy.#nameCount = this.#nameCount;
    copy.#droppedNames = this.#droppedNames;
    return copy;
  }

  /** Visits every bucket, by transport, then port. One reused view: borrowed for the call. */
  forEach(visit: (bucket: TrafficBucket) => void): void {
    const view = new BucketView(this.#attributions, this.#names);
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

  #addName(bucket: number, name: string, bytes: number): void {
    let names = this.#names.get(bucket);
    if (names === undefined) {
      names = new Map();
      this.#names.set(bucket, names);
    }
    const known = names.get(name);
    if (known === undefined && this.#nameCount >= this.#limits.names) {
      this.#droppedNames++;
      return;
    }
    if (known === undefined) this.#nameCount++;
    names.set(name, (known ?? 0) + bytes);
  }

  /** Offset of the columns of the bucket of a port and an attribution. */
  #bucket(transport: number, port: number | null, attribution: Attribution): number {
    const key = transport * KEYS + (port ?? PORTS);
    const newest = this.#heads[key];
    if (newest !== 0 && this.#attributions[newest] === attribution) return newest * COLUMNS;
    // Strangers choose how many attributions a port has: do not walk the list.
    let ofAttribution = this.#byAttribution.get(attribution);
    if (ofAttribution === undefined) {
      ofAttribution = new Map();
      this.#byAttribution.set(attribution, ofAttribution);
    }
    const known = ofAttribution.get(key);
    if (known !== undefined) return known * COLUMNS;
    if (port !== null && this.#used >= this.#limits.buckets) {
      this.#droppedNames++;
      return this.#bucket(transport, null, attribution);
    }
    const bucket = ++this.#used;
    ofAttribution.set(key, bucket);
    this.#attributions[bucket] = attribution;
    if ((bucket + 1) * COLUMNS > this.#buckets.length) this.#grow();
    const base = bucket * COLUMNS;
    this.#buckets[base + NEXT] = this.#heads[key];
    if (this.#heads[key] === 0) this.#keys.push(key);
    this.#buckets[base + FIRST_SECONDS] = Number.POSITIVE_INFINITY;
    this.#buckets[base + LAST_SECONDS] = -1;
    this.#heads[key] = bucket;
    return base;
  }

  /** Extends the time range of a bucket. */
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

/** Reads one bucket in place, as there may be a hundred thousand. */
class BucketView implements TrafficBucket {
  columns = new Float64Array(0);
  bucket = 0;
  base = 0;
  key = 0;
  readonly #attributions: readonly Attribution[];
  readonly #names: ReadonlyMap<number, ReadonlyMap<string, number>>;

  constructor(attributions: readonly Attribution[], names: ReadonlyMap<number, ReadonlyMap<string, number>>) {
    this.#attributions = attributions;
    this.#names = names;
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

  get names(): ReadonlyMap<string, number> | null {
    return this.#names.get(this.bucket) ?? null;
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

  get appleDeviceBytes(): number {
    return this.columns[this.base + APPLE_DEVICE_BYTES];
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
