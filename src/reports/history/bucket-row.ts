/**
 * Traffic of one end in one group of flows in one bucket of time (docs/history.md): the rows of `appleflow/buckets@1`, which
 * `summarize --every --format parquet` writes and a history consists of.
 */
import type { ClassReason, Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { Protocol } from "../../net/application-protocols.ts";

/** Kind of end: a device, anything beyond the local network, or the devices beyond the limit. */
export type Party = "device" | "outside" | "others";

/** Class of traffic beyond the limit of groups, and of records without ports. */
export type RestClass = "others" | "not-decoded";

/**
 * Traffic of one end. Rows are additive: several may have the same end, group and bucket. The `sentBytes` of all rows of a
 * bucket add up to every byte once, and so do the `receivedBytes`; the same holds for packets and for `flows`. When a
 * fragment is matched to its flow after it was reported as not decoded, a row with negative numbers takes it back.
 */
export interface BucketRow {
  /** Start of the bucket, in seconds since 1970; null for traffic without a time. */
  readonly start: number | null;
  /** Length of the bucket. */
  readonly seconds: number;
  /** null if ends are not distinguished: without evidence, for a rest, and for `retoldBytes`. */
  readonly party: Party | null;
  /** Of a device. The name is hostile text; the address is the first one, or a hardware address. */
  readonly deviceId: string | null;
  readonly deviceName: string | null;
  readonly deviceAddress: string | null;
  readonly isApple: boolean | null;
  /** Id of the group, and what its flows have in common; null for a rest. */
  readonly groupId: string | null;
  readonly class: FlowClass | RestClass;
  readonly products: readonly string[];
  readonly families: readonly string[];
  readonly candidates: readonly string[];
  readonly label: string | null;
  readonly reason: ClassReason | null;
  readonly evidence: Evidence | null;
  readonly transport: "tcp" | "udp" | null;
  /** Ports of the list's rows, and the list's name for them. */
  readonly ports: string | null;
  readonly service: string | null;
  readonly protocol: Protocol | null;
  /** On the wire, including all frame headers. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly sentPackets: number;
  readonly receivedPackets: number;
  /** Flows that the end began in this bucket. */
  readonly flows: number;
  /** Bytes that were reported for this group while flows lived, and that later evidence attributes to another one. */
  readonly retoldBytes: number;
}

/** By time, group and end. */
export function compareBucketRows(a: BucketRow, b: BucketRow): number {
  return (
    (a.start ?? Number.POSITIVE_INFINITY) - (b.start ?? Number.POSITIVE_INFINITY) ||
    compare(a.groupId ?? "", b.groupId ?? "") ||
    compare(a.class, b.class) ||
    compare(a.party ?? "", b.party ?? "") ||
    compare(a.deviceId ?? "", b.deviceId ?? "")
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
