/**
 * What one end has moved of one group of flows in one bucket of time (docs/history.md): the rows of `appleflow/buckets@1`, which
 * `summarize --every --format parquet` writes and a history is made of.
 */
import type { ClassReason, Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { Protocol } from "../../net/application-protocols.ts";

/** Whose end it is: of a device, beyond the local network, or of the devices beyond the limit. */
export type Party = "device" | "outside" | "others";

/** The class of what there was no room to tell by group, and of records without ports. */
export type RestClass = "others" | "not-decoded";

/**
 * What one end has moved. Rows add up: several may be of the same end, group and bucket. `sentBytes` of all rows of a bucket are
 * every byte of it once, and so are `receivedBytes`; the same holds for packets, and for `flows`. Of a fragment that found its flow
 * after it was told as not decoded, a row takes it back: its numbers are below zero.
 */
export interface BucketRow {
  /** When the bucket begins, in seconds since 1970; null for what has no time. */
  readonly start: number | null;
  /** Its length. */
  readonly seconds: number;
  /** null where ends are not told apart: without evidence, for a rest, and of `retoldBytes`. */
  readonly party: Party | null;
  /** Of a device. Its name is hostile text; its address the first one, or a hardware address. */
  readonly deviceId: string | null;
  readonly deviceName: string | null;
  readonly deviceAddress: string | null;
  readonly isApple: boolean | null;
  /** The group's id, and what its flows have in common; null for a rest. */
  readonly groupId: string | null;
  readonly class: FlowClass | RestClass;
  readonly products: readonly string[];
  readonly families: readonly string[];
  readonly candidates: readonly string[];
  readonly label: string | null;
  readonly reason: ClassReason | null;
  readonly evidence: Evidence | null;
  readonly transport: "tcp" | "udp" | null;
  /** Those of the list's rows, and the list's name for them. */
  readonly ports: string | null;
  readonly service: string | null;
  readonly protocol: Protocol | null;
  /** On the wire, whole frames. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly sentPackets: number;
  readonly receivedPackets: number;
  /** Those that the end began, in this bucket. */
  readonly flows: number;
  /** Bytes that were told of this group while flows lived, and that later evidence gives to another one. */
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
