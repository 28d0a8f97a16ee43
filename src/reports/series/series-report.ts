/** Totals over time (docs/contract.md, "Totals over time"): in `appleflow/summary@2`. */
import type { DeviceGroup } from "../devices/device-report.ts";

/** Traffic in one bucket. */
export interface BucketTraffic {
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

/** What one group of flows has moved in one bucket. `flows` are those that began in it: over all buckets each counts once. */
export interface BucketGroup extends BucketTraffic {
  /** The group's. */
  readonly id: string;
}

/** What a device has sent and received in one bucket. Bytes. */
export interface BucketDevice {
  /** The device's. */
  readonly id: string;
  readonly sent: number;
  readonly received: number;
  /** By bytes, then id. `flows` are those that began in the bucket. */
  readonly groups: readonly DeviceGroup[];
}

/** What all other ends have sent and received in one bucket. Bytes. */
export interface BucketEnd {
  readonly sent: number;
  readonly received: number;
}

/** What moved in one length of time. */
export interface SeriesBucket {
  /** When it begins (RFC 3339, UTC); null for packets without a time, and for those of buckets beyond the limit. */
  readonly start: string | null;
  /** By bytes, then id. */
  readonly groups: readonly BucketGroup[];
  /** What there was no room for to tell it by group; null: nothing. */
  readonly others: BucketTraffic | null;
  /** By bytes, then id; empty without evidence. */
  readonly devices: readonly BucketDevice[];
  /** Ends beyond the local network, and devices beyond the limit; null without evidence, and of nothing. */
  readonly outside: BucketEnd | null;
  readonly otherDevices: BucketEnd | null;
  /** Records without ports. */
  readonly notDecoded: { readonly packets: number; readonly bytes: number };
}

/** Totals over time: all buckets together are the totals of the summary, exactly. */
export interface Series {
  readonly everySeconds: number;
  /** When the first bucket begins; null where nothing has a time. */
  readonly start: string | null;
  /** By time, those in which something moved; the one without a start is the last. */
  readonly buckets: readonly SeriesBucket[];
}
