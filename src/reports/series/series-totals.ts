/**
 * Packets and bytes by bucket of time, group of flows and device, added when flows end. Bounded; the sums stay exact beyond
 * the limits.
 */
import { OTHERS, OUTSIDE } from "../../evidence/devices/tenancies.ts";
import { NO_TIME } from "../../net/moment.ts";
import type { Moved } from "./waiting-traffic.ts";

/** Limits: traffic beyond them counts in the bucket without a start, in the `others` of its bucket, or for other devices. */
export interface SeriesLimits {
  readonly buckets: number;
  /** Over all buckets: groups, and groups of single devices. */
  readonly groups: number;
  readonly devices: number;
}

const LIMITS: SeriesLimits = { buckets: 131_072, groups: 524_288, devices: 524_288 };

/** More than the maximum number of groups: a factor in the key of a cell. */
const MAX_GROUPS = 2 ** 28;

/** Start of the bucket of a time; `seconds`: its length. */
export function bucketStart(time: number, seconds: number): number {
  return time === NO_TIME ? NO_TIME : time - (time % seconds);
}

/** Traffic of one group in one bucket. Bytes, except for flows and packets. */
export interface GroupCell {
  readonly group: number;
  flows: number;
  packets: number;
  bytes: number;
  /** Of live flows: bytes reported here that belong to another group by now. */
  retold: number;
  /** By tenancy index; `OTHERS` for devices beyond the limit. */
  devices: Map<number, DeviceCell> | null;
}

/** Traffic of one group's flows at the address of a device, in one bucket. Bytes, except for packets and flows. */
export interface DeviceCell {
  sent: number;
  received: number;
  sentPackets: number;
  receivedPackets: number;
  /** Flows with the device at an end, and those of them that it began. */
  flows: number;
  begun: number;
}

/** One bucket. */
export interface BucketTotal {
  /** Seconds since 1970; `NO_TIME`: traffic without a time, and beyond the limit. */
  readonly start: number;
  readonly number: number;
  readonly cells: GroupCell[];
  readonly others: { flows: number; packets: number; bytes: number };
  /** Bytes of ends beyond the limit, in groups beyond the limit. */
  readonly otherDevices: { sent: number; received: number };
  readonly notDecoded: { packets: number; bytes: number };
}

export class SeriesTotals {
  readonly #limits: SeriesLimits;
  #buckets = new Map<number, BucketTotal>();
  #cells = new Map<number, GroupCell>();
  #deviceCells = 0;
  /** Number of buckets begun so far. */
  #begun = 0;
  /** Bucket of the previous flow, which is mostly also that of the next one. */
  #last: BucketTotal | null = null;

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  /** All buckets, unordered. Borrowed. */
  get buckets(): Iterable<BucketTotal> {
    return this.#buckets.values();
  }

  /** Adds traffic of a flow in a group (borrowed); `indexes`: the tenancies of its sides. */
  add(moved: Moved, group: number, indexes: readonly [number, number]): void {
    const bucket = this.#bucketOf(moved.bucket);
    const cell = this.#cellOf(bucket, group);
    const sum = cell ?? bucket.others;
    sum.packets += moved.packets[0] + moved.packets[1];
    sum.bytes += moved.bytes[0] + moved.bytes[1];
    for (let side = 0; side < 2; side++) {
      const index = indexes[side];
      if (index === OUTSIDE) continue;
      if (cell === null) {
        bucket.otherDevices.sent += moved.bytes[side];
        bucket.otherDevices.received += moved.bytes[1 - side];
        continue;
      }
      const end = this.#endOf(cell, index);
      end.sent += moved.bytes[side];
      end.received += moved.bytes[1 - side];
      end.sentPackets += moved.packets[side];
      end.receivedPackets += moved.packets[1 - side];
    }
  }

  /** Adds traffic of a flow whose attribution can no longer be known. */
  addUnattributed(moved: Moved): void {
    const bucket = this.#bucketOf(moved.bucket);
    const bytes = moved.bytes[0] + moved.bytes[1];
    bucket.others.packets += moved.packets[0] + moved.packets[1];
    bucket.others.bytes += bytes;
    bucket.otherDevices.sent += bytes;
    bucket.otherDevices.received += bytes;
  }

  /**
   * A flow of a group began in the bucket at `start`; `originator`: the side that began it. If both ends are one device, it
   * counts the flow once.
   */
  addFlow(start: number, group: number, indexes: readonly [number, number], originator: number): void {
    const bucket = this.#bucketOf(start);
    const cell = this.#cellOf(bucket, group);
    if (cell === null) {
      bucket.others.flows += 1;
      return;
    }
    cell.flows += 1;
    // Flows of devices beyond the limit are not counted for a single device.
    const ends = new Set(indexes);
    for (const index of ends) if (index !== OUTSIDE && index !== OTHERS) this.#endOf(cell, index).flows += 1;
    const begins = indexes[originator];
    if (begins !== OUTSIDE) this.#endOf(cell, begins).begun += 1;
  }

  /** Adds bytes of a group that were reported for a flow that belongs to another one by now. */
  addRetold(start: number, group: number, bytes: number): void {
    const bucket = this.#bucketOf(start);
    const cell = this.#cellOf(bucket, group);
    if (cell !== null) cell.retold += bytes;
  }

  /** Removes and returns the buckets that begin before a time; they start at zero again. Owned by the caller. */
  takeBefore(seconds: number): BucketTotal[] {
    const removed = [...this.#buckets.values()].filter(({ start }) => start < seconds);
    for (const { start, number, cells } of removed) {
      this.#buckets.delete(start);
      for (const cell of cells) {
        this.#cells.delete(keyOf(number, cell.group));
        this.#deviceCells -= cell.devices?.size ?? 0;
      }
    }
    this.#last = null;
    return removed;
  }

  /** Adds records without ports; negative if fragments were matched to their ports later. */
  addUndecoded(start: number, packets: number, bytes: number): void {
    const { notDecoded } = this.#bucketOf(start);
    notDecoded.packets += packets;
    notDecoded.bytes += bytes;
  }

  /** Merges buckets into ones of `seconds`, a multiple of the previous length. */
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
    this.#begun = longer.#begun;
    this.#last = null;
  }

  /** Returns an independent copy. */
  copy(): SeriesTotals {
    const copy = new SeriesTotals(this.#limits);
    for (const [start, bucket] of this.#buckets) {
      const { others, otherDevices, notDecoded } = bucket;
      const totals = {
        others: { ...others },
        otherDevices: { ...otherDevices },
        notDecoded: { ...notDecoded },
      };
      const other: BucketTotal = { ...bucket, cells: [], ...totals };
      copy.#buckets.set(start, other);
      for (const cell of bucket.cells) {
        const devices =
          cell.devices && new Map([...cell.devices].map(([index, device]) => [index, { ...device }]));
        const otherCell = { ...cell, devices };
        other.cells.push(otherCell);
        copy.#cells.set(keyOf(other.number, cell.group), otherCell);
      }
    }
    copy.#deviceCells = this.#deviceCells;
    copy.#begun = this.#begun;
    return copy;
  }

  /** Never exceeds the limit: there are no more cells than before. */
  #addCell(bucket: BucketTotal, { group, flows, packets, bytes, retold, devices }: GroupCell): void {
    const cell = this.#cellOf(bucket, group);
    if (cell === null) return;
    cell.flows += flows;
    cell.packets += packets;
    cell.bytes += bytes;
    cell.retold += retold;
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
      number: this.#begun++,
      cells: [],
      others: { flows: 0, packets: 0, bytes: 0 },
      otherDevices: { sent: 0, received: 0 },
      notDecoded: { packets: 0, bytes: 0 },
    };
    this.#buckets.set(start, bucket);
    this.#last = bucket;
    return bucket;
  }

  /** null: the limit is reached. */
  #cellOf(bucket: BucketTotal, group: number): GroupCell | null {
    const key = keyOf(bucket.number, group);
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    if (this.#cells.size >= this.#limits.groups) return null;
    const cell: GroupCell = { group, flows: 0, packets: 0, bytes: 0, retold: 0, devices: null };
    this.#cells.set(key, cell);
    bucket.cells.push(cell);
    return cell;
  }

  /** The entry that counts bytes of an end that is not outside. */
  #endOf(cell: GroupCell, wanted: number): DeviceCell {
    const known = cell.devices?.get(wanted);
    if (known !== undefined) return known;
    const index = this.#deviceCells >= this.#limits.devices ? OTHERS : wanted;
    const others = cell.devices?.get(index);
    if (others !== undefined) return others;
    this.#deviceCells++;
    const device = { sent: 0, received: 0, sentPackets: 0, receivedPackets: 0, flows: 0, begun: 0 };
    cell.devices ??= new Map();
    cell.devices.set(index, device);
    return device;
  }
}

/** Key of the cell of a group in a bucket. */
function keyOf(bucket: number, group: number): number {
  return bucket * MAX_GROUPS + group;
}

/** Adds numbers to the sums of the same names. */
function addNumbers<K extends string>(sum: Record<K, number>, more: Readonly<Record<K, number>>): void {
  for (const key of Object.keys(more) as K[]) sum[key] += more[key];
}
