/** Packets and bytes by bucket of time, group of flows and device, as flows end. Bounded, and never a wrong sum. */
import { OTHERS, OUTSIDE } from "../../evidence/devices/tenancies.ts";
import { NO_TIME } from "../../net/moment.ts";
import type { Moved } from "./waiting-traffic.ts";

/** How much is told apart: the rest counts in the bucket without a start, for the others of its bucket, for other devices. */
export interface SeriesLimits {
  readonly buckets: number;
  /** Of all buckets together: groups, and what single devices have of groups. */
  readonly groups: number;
  readonly devices: number;
}

const LIMITS: SeriesLimits = { buckets: 131_072, groups: 524_288, devices: 524_288 };

/** More groups than there can be: a factor in the key of a cell. */
const MOST_GROUPS = 2 ** 28;

/** What one group has moved in one bucket. Bytes, but for flows and packets. */
export interface GroupCell {
  readonly group: number;
  flows: number;
  packets: number;
  bytes: number;
  /** By the index of a tenancy. */
  devices: Map<number, DeviceCell> | null;
}

/** What the flows of one group have moved at the address of a device, in one bucket. */
export interface DeviceCell {
  sent: number;
  received: number;
  flows: number;
}

/** One bucket. */
export interface BucketTotal {
  /** Seconds since 1970; `NO_TIME`: what has no time, and what is beyond the limit. */
  readonly start: number;
  readonly number: number;
  readonly cells: GroupCell[];
  readonly others: { flows: number; packets: number; bytes: number };
  /** Bytes of ends that there was no room for. */
  readonly otherDevices: { sent: number; received: number };
  readonly notDecoded: { packets: number; bytes: number };
}

export class SeriesTotals {
  readonly #limits: SeriesLimits;
  #buckets = new Map<number, BucketTotal>();
  #cells = new Map<number, GroupCell>();
  #deviceCells = 0;
  /** That of the last flow: mostly that of the next one. */
  #last: BucketTotal | null = null;

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  /** All buckets, in no order. Borrowed. */
  get buckets(): Iterable<BucketTotal> {
    return this.#buckets.values();
  }

  /** Adds what a flow of a group has moved (borrowed); `indexes`: the tenancies of its sides. */
  add(moved: Moved, group: number, indexes: readonly [number, number]): void {
    const bucket = this.#bucketOf(moved.bucket);
    const cell = this.#cellOf(bucket, group);
    const sum = cell ?? bucket.others;
    sum.packets += moved.packets[0] + moved.packets[1];
    sum.bytes += moved.bytes[0] + moved.bytes[1];
    for (let side = 0; side < 2; side++) {
      const end = this.#endOf(bucket, cell, indexes[side]);
      if (end === null) continue;
      end.sent += moved.bytes[side];
      end.received += moved.bytes[1 - side];
    }
  }

  /** Adds what a flow has moved of which nobody can say whose it is any more. */
  addUntold(moved: Moved): void {
    const bucket = this.#bucketOf(moved.bucket);
    const bytes = moved.bytes[0] + moved.bytes[1];
    bucket.others.packets += moved.packets[0] + moved.packets[1];
    bucket.others.bytes += bytes;
    bucket.otherDevices.sent += bytes;
    bucket.otherDevices.received += bytes;
  }

  /** A flow of a group began in the bucket at `start`. Both ends may be one device: it has the flow once. */
  addFlow(start: number, group: number, indexes: readonly [number, number]): void {
    const bucket = this.#bucketOf(start);
    const cell = this.#cellOf(bucket, group);
    if (cell === null) {
      bucket.others.flows += 1;
      return;
    }
    cell.flows += 1;
    const first = cell.devices?.get(indexes[0]);
    const second = cell.devices?.get(indexes[1]);
    if (first !== undefined) first.flows += 1;
    if (second !== undefined && second !== first) second.flows += 1;
  }

  /** Adds records without ports; less of them where they found their ports later. */
  addUndecoded(start: number, packets: number, bytes: number): void {
    const { notDecoded } = this.#bucketOf(start);
    notDecoded.packets += packets;
    notDecoded.bytes += bytes;
  }

  /** Adds up the buckets that are one when each lasts `seconds`, a multiple of what it was. */
  regroup(seconds: number): void {
    const longer = new SeriesTotals(this.#limits);
    for (const { start, cells, others, otherDevices, notDecoded } of this.#buckets.values()) {
      const bucket = longer.#bucketOf(start === NO_TIME ? NO_TIME : start - (start % seconds));
      addNumbers(bucket.others, others);
      addNumbers(bucket.otherDevices, otherDevices);
      addNumbers(bucket.notDecoded, notDecoded);
      for (const cell of cells) longer.#addCell(bucket, cell);
    }
    this.#buckets = longer.#buckets;
    this.#cells = longer.#cells;
    this.#deviceCells = longer.#deviceCells;
    this.#last = null;
  }

  /** A copy that is added to apart from this one. */
  copy(): SeriesTotals {
    const copy = new SeriesTotals(this.#limits);
    for (const [start, bucket] of this.#buckets) {
      const { others, otherDevices, notDecoded } = bucket;
      const sums = {
        others: { ...others },
        otherDevices: { ...otherDevices },
        notDecoded: { ...notDecoded },
      };
      const other: BucketTotal = { ...bucket, cells: [], ...sums };
      copy.#buckets.set(start, other);
      for (const cell of bucket.cells) {
        const devices =
          cell.devices && new Map([...cell.devices].map(([index, device]) => [index, { ...device }]));
        const otherCell = { ...cell, devices };
        other.cells.push(otherCell);
        copy.#cells.set(other.number * MOST_GROUPS + cell.group, otherCell);
      }
    }
    copy.#deviceCells = this.#deviceCells;
    return copy;
  }

  /** There is room: there are no more cells than there were. */
  #addCell(bucket: BucketTotal, { group, flows, packets, bytes, devices }: GroupCell): void {
    const cell = this.#cellOf(bucket, group);
    if (cell === null) return;
    cell.flows += flows;
    cell.packets += packets;
    cell.bytes += bytes;
    for (const [index, device] of devices ?? []) {
      cell.devices ??= new Map();
      const known = cell.devices.get(index);
      if (known !== undefined) addNumbers(known, device);
      else {
        this.#deviceCells++;
        cell.devices.set(index, { ...device });
      }
    }
  }

  #bucketOf(start: number): BucketTotal {
    if (this.#last?.start === start) return this.#last;
    const known = this.#buckets.get(start);
    if (known !== undefined) {
      this.#last = known;
      return known;
    }
    if (start !== NO_TIME && this.#buckets.size >= this.#limits.buckets) return this.#bucketOf(NO_TIME);
    const bucket: BucketTotal = {
      start,
      number: this.#buckets.size,
      cells: [],
      others: { flows: 0, packets: 0, bytes: 0 },
      otherDevices: { sent: 0, received: 0 },
      notDecoded: { packets: 0, bytes: 0 },
    };
    this.#buckets.set(start, bucket);
    this.#last = bucket;
    return bucket;
  }

  /** null: there is no room. */
  #cellOf(bucket: BucketTotal, group: number): GroupCell | null {
    const key = bucket.number * MOST_GROUPS + group;
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    if (this.#cells.size >= this.#limits.groups) return null;
    const cell: GroupCell = { group, flows: 0, packets: 0, bytes: 0, devices: null };
    this.#cells.set(key, cell);
    bucket.cells.push(cell);
    return cell;
  }

  /** Where an end's bytes count; null for one that is outside, which has what is left. */
  #endOf(
    bucket: BucketTotal,
    cell: GroupCell | null,
    index: number,
  ): { sent: number; received: number } | null {
    if (index === OUTSIDE) return null;
    if (index === OTHERS || cell === null) return bucket.otherDevices;
    const known = cell.devices?.get(index);
    if (known !== undefined) return known;
    if (this.#deviceCells >= this.#limits.devices) return bucket.otherDevices;
    this.#deviceCells++;
    const device = { sent: 0, received: 0, flows: 0 };
    cell.devices ??= new Map();
    cell.devices.set(index, device);
    return device;
  }
}

/** Adds numbers to those of the same names. */
function addNumbers<K extends string>(sum: Record<K, number>, more: Readonly<Record<K, number>>): void {
  for (const key of Object.keys(more) as K[]) sum[key] += more[key];
}
