/** Entries of flow logs, in one form for all programs that write them. Owned by the receiver. */
import type { HandshakeNames } from "../evidence/observation/handshake.ts";
import type { DnsEnvelope } from "../evidence/observation/name-cache.ts";
import type { DnsMessage } from "../evidence/payload/dns-message.ts";
import type { FlowRecord } from "../flows/flow-record.ts";
import type { Protocol } from "../net/application-protocols.ts";
import type { Moment } from "../net/moment.ts";

/** Programs whose logs are supported. */
export type LogFormat = "zeek" | "suricata" | "nfdump";

/** A TCP or UDP flow, or part of one. */
export interface FlowEntry {
  readonly kind: "flow";
  /** When the entry was logged, by which several logs are merged. Here it is the record's end. */
  readonly time: Moment;
  /** Key of its names (`NamesEntry`); null if the log has none. */
  readonly id: string | null;
  readonly record: FlowRecord;
  /** Protocol that the program recognized in its payload, or null. */
  readonly protocol: Protocol | null;
}

/** Packets of another IP protocol. */
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

/** Names at the beginning of a flow. */
export interface NamesEntry {
  readonly kind: "names";
  readonly time: Moment;
  /** Id of the flow's own entry, which comes later. */
  readonly id: string;
  readonly names: HandshakeNames;
}

/** A DNS response. */
export interface ResponseEntry {
  readonly kind: "response";
  readonly time: Moment;
  readonly message: DnsMessage;
  readonly place: DnsEnvelope;
}

/** One entry of a log. */
export type LogEntry = FlowEntry | PortlessEntry | NamesEntry | ResponseEntry;
