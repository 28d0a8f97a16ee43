/** Describes flow records that were read in place of packets. Part of the JSON. */

/** What such input cannot show, in order of output (docs/contract.md, "Flow records"). */
export const FLOW_RECORD_LACKS = [
  /** No payload was seen: only what the program that wrote the log recognised is known. */
  "payload",
  /** No flow came with a name of a handshake. */
  "names",
  /** There was no DNS answer. */
  "dns-answers",
  /** Bytes are those of IP packets, without the link layer. */
  "frame-bytes",
  /** The times of packets are unknown: a record counts at its end. */
  "packet-times",
  /** Devices are known by their addresses only. */
  "hardware-addresses",
  /** Only a sample of packets was counted; numbers are estimates by the exporter. */
  "sampled",
] as const;

/** One of {@link FLOW_RECORD_LACKS}. */
export type FlowRecordLack = (typeof FLOW_RECORD_LACKS)[number];

/** Flow logs that were read. */
export interface FlowRecordSummary {
  /** Records of flows, and of packets without ports. */
  readonly records: number;
  /** Records with names of a handshake. */
  readonly named: number;
  /** Flows with a name but no record: their log is missing, or they had not ended. */
  readonly namesWithoutFlow: number;
  readonly lacks: readonly FlowRecordLack[];
}
