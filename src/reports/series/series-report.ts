/** Totals over time (docs/contract.md, "Totals over time"): part of `appleflow/summary@2`. */
import type { DeviceGroup } from "../devices/device-report.ts";

/** Traffic in one bucket. */
export interface BucketTraffic {
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Traffic of one group of flows in one bucket. `flows` are those that began in it, so each counts once over all buckets. */
export interface BucketGroup extends BucketTraffic {
  /** Id of the group. */
  readonly id: string;
}

/** Bytes that a device sent and received in one bucket. */
export interface BucketDevice {
  /** Id of the device. */
  readonly id: string;
  readonly sent: number;
  readonly received: number;
  /** By bytes, largest first, then id. `flows` are those that began in the bucket. */
  readonly groups: readonly DeviceGroup[];
}

/** Bytes that all other ends sent and received in one bucket. */
export interface BucketEnd {
  readonly sent: number;
  readonly received: number;
}

/** Traffic in one bucket of time. */
export interface SeriesBucket {
  /** Start of the bucket (RFC 3339, UTC); null for packets without a time, and for traffic of buckets beyond the limit. */
  readonly start: string | null;
  /** By bytes, largest first, then id. */
  readonly groups: readonly BucketGroup[];
  /** Traffic beyond the limit of groups; null if there is none. */
  readonly others: BucketTraffic | null;
  /** By bytes, largest first, then id; empty without evidence. */
  readonly devices: readonly BucketDevice[];
  /** Ends beyond the local network, and devices beyond the limit; null without evidence, and if there is none. */
  readonly outside: BucketEnd | null;
  readonly otherDevices: BucketEnd | null;
  /** Records without ports. */
  readonly notDecoded: { readonly packets: number; readonly bytes: number };
}

/** Totals over time: the buckets add up to the totals of the summary exactly. */
export interface Series {
  readonly everySeconds: number;
  /** Start of the first bucket; null if nothing has a time. */
  readonly start: string | null;
  /** Buckets with traffic, by time; the one without a start is last. */
  readonly buckets: readonly SeriesBucket[];
}
