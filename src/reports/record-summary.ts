/** What is said of flow records that were read in place of packets. Part of the JSON. */

/** What such input cannot show, in the order in which it is told (docs/contract.md, "Flow records"). */
export const FLOW_RECORD_LACKS = [
  /** No payload was seen: what the program that wrote the log recognised counts, and no more. */
  "payload",
  /** No name of a handshake came with any flow. */
  "names",
  /** No answer of DNS was there. */
  "dns-answers",
  /** Bytes are those of IP packets, without the link layer. */
  "frame-bytes",
  /** When each packet was sent is not known: a record counts when it ended. */
  "packet-times",
  /** Devices are known by their addresses alone. */
  "hardware-addresses",
  /** Only some packets were looked at, and numbers are estimates of whoever counted them. */
  "sampled",
] as const;

/** One of {@link FLOW_RECORD_LACKS}. */
export type FlowRecordLack = (typeof FLOW_RECORD_LACKS)[number];

/** Logs of flows that were read. */
export interface FlowRecordSummary {
  /** Records of flows, and of packets without ports. */
  readonly records: number;
  /** Those that came with names of a handshake. */
  readonly named: number;
  /** Flows of which a name was read and no record: their log is missing, or they were not over. */
  readonly namesWithoutFlow: number;
  readonly lacks: readonly FlowRecordLack[];
}
