/** Makes a DNS response from a log's data: names and addresses, without the message's structure. */
import { type DnsMessage, type DnsRecord, DnsType } from "../evidence/payload/dns-message.ts";
import { normalizeHostName } from "../evidence/payload/name-text.ts";
import type { AddressKey } from "../net/address-key.ts";
import type { Moment } from "../net/moment.ts";
import { copyText } from "./copy-text.ts";
import type { ResponseEntry } from "./log-entry.ts";
import type { LogRow } from "./log-row.ts";

const LAST_TTL = 0xffffffff;

/** Who answered, and the question. */
export interface ResponseHead {
  readonly client: AddressKey;
  readonly clientPort: number;
  readonly server: AddressKey;
  readonly serverPort: number;
  readonly time: Moment;
  /** As written in the log. */
  readonly name: string;
  readonly type: number;
  readonly responseCode: number;
  readonly records: readonly DnsRecord[];
}

/** Returns the entry; null if the name is invalid. */
export function responseEntry(head: ResponseHead): ResponseEntry | null {
  const name = normalizeHostName(head.name);
  if (name === null) return null;
  const message: DnsMessage = {
    id: 0,
    isResponse: true,
    responseCode: head.responseCode,
    // A log contains only answers, so it cannot show that there is no address.
    isPartial: true,
    questions: [{ name: copyText(name), type: head.type }],
    records: head.records,
    zone: null,
  };
  const place = {
    source: head.server,
    sourcePort: head.serverPort,
    destination: head.client,
    destinationPort: head.clientPort,
    seconds: head.time.seconds,
  };
  return { kind: "response", time: head.time, message, place };
}

/** Returns a record that maps a name to an address. */
export function addressRecord(name: string, address: AddressKey, ttlSeconds: number): DnsRecord {
  const type = typeof address === "number" ? DnsType.A : DnsType.AAAA;
  return { ...recordOf(name, type, ttlSeconds), addresses: [address] };
}

/** Returns a record that maps a name to another name. */
export function aliasRecord(name: string, target: string, ttlSeconds: number): DnsRecord {
  return { ...recordOf(name, DnsType.CNAME, ttlSeconds), target: copyText(target) };
}

/** Returns a TTL in seconds from a row's field; 0 if it is empty. */
export function ttlOf(row: LogRow, field: string): number {
  return Math.min(row.count(field), LAST_TTL);
}

function recordOf(name: string, type: number, ttlSeconds: number): DnsRecord {
  return {
    name: copyText(name),
    type,
    ttlSeconds,
    isAnswer: true,
    addresses: [],
    target: null,
    texts: [],
    port: 0,
    instance: "",
  };
}
