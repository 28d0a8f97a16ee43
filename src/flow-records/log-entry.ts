/** What logs of flows say, in one form for all programs that write them. All of it is owned by who receives it. */
import type { HandshakeNames } from "../evidence/observation/handshake.ts";
import type { DnsPlace } from "../evidence/observation/name-cache.ts";
import type { DnsMessage } from "../evidence/payload/dns-message.ts";
import type { FlowRecord } from "../flows/flow-record.ts";
import type { Protocol } from "../net/application-protocols.ts";
import type { Moment } from "../net/moment.ts";

/** Whose logs are read. */
export type LogFormat = "zeek" | "suricata" | "nfdump";

/** A flow of TCP or UDP, or a part of one. */
export interface FlowEntry {
  readonly kind: "flow";
  /** When the log knew it; entries of several logs are read in this order. Here it is the record's end. */
  readonly time: Moment;
  /** What its names stand under (`NamesEntry`); null where the log has none. */
  readonly id: string | null;
  readonly record: FlowRecord;
  /** What the program recognised in its payload, or null. */
  readonly protocol: Protocol | null;
}

/** Packets of another protocol of IP. */
export interface PortlessEntry {
  readonly kind: "portless";
  readonly time: Moment;
  /** The protocol's number (`net/ip-protocols.ts`). */
  readonly ipProtocol: number;
  readonly packets: number;
  readonly bytes: number;
  readonly start: Moment;
  readonly end: Moment;
}

/** What a flow named when it began. */
export interface NamesEntry {
  readonly kind: "names";
  readonly time: Moment;
  /** That of the flow's own entry, which comes later. */
  readonly id: string;
  readonly names: HandshakeNames;
}

/** A response of DNS. */
export interface ResponseEntry {
  readonly kind: "response";
  readonly time: Moment;
  readonly message: DnsMessage;
  readonly place: DnsPlace;
}

/** One thing that a log says. */
export type LogEntry = FlowEntry | PortlessEntry | NamesEntry | ResponseEntry;
