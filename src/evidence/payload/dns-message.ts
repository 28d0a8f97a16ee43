/**
 * DNS messages (RFC 1035, 4), limited to what links names with addresses and ports; multicast DNS (RFC 6762) has the same
 * format.
 *
 *    0    2       4         6         8           10           12
 *   | id | flags | questions | answers | authority | additional | questions, then records |
 *
 *   question: name | type 2 | class 2
 *   record:   name | type 2 | class 2 | time to live 4 | length 2 | data
 *
 * Records of other types and classes are skipped.
 */
import { type AddressKey, readIpv4Key, readIpv6Key } from "../../net/address-key.ts";
import { readUint16, readUint32 } from "../../net/byte-reads.ts";
import { readHints } from "./dns-hints.ts";
import { DNS_HEADER_LENGTH, DnsNameReader, readLabel } from "./dns-name.ts";
import { readTexts } from "./dns-texts.ts";

/** Types of the records that are read and of the questions that are distinguished (IANA, DNS parameters). */
export const DnsType = {
  A: 1,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  SVCB: 64,
  HTTPS: 65,
} as const;

/** Response codes that are distinguished (RFC 1035, 4.1.1). */
export const DnsResponseCode = { NO_ERROR: 0, SERVER_FAILURE: 2, NAME_ERROR: 3, REFUSED: 5 } as const;

export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
}

/** The zone that a negative answer comes from: the SOA record in the authority section (RFC 2308, 2). Owned. */
export interface DnsZone {
  /** Name of the zone, which owns the record. */
  readonly name: string;
  /** Its primary server (MNAME; RFC 1035, 3.3.13); "" for the root. */
  readonly primary: string;
}

/** A record with an address, a target or text: A, CNAME, TXT, AAAA, SRV, SVCB or HTTPS, of class IN. Owned. */
export interface DnsRecord {
  /** The name that owns the record; see `DnsNameReader.read` for its form. */
  readonly name: string;
  readonly type: number;
  /** 0 to 2^32 - 1, as sent. */
  readonly ttlSeconds: number;
  /** Whether it is in the answer section, not in the authority or additional section. */
  readonly isAnswer: boolean;
  /** For A and AAAA one; for SVCB and HTTPS the hints; else none. */
  readonly addresses: readonly AddressKey[];
  /** The name that it refers to, for CNAME, SRV, SVCB and HTTPS; null if there is none. */
  readonly target: string | null;
  /** For TXT: its strings, as sent (hostile text); else none. */
  readonly texts: readonly string[];
  /** For SRV; else 0. */
  readonly port: number;
  /** For SRV: the first label of the name, as sent; else "". */
  readonly instance: string;
}

/** Content of a message. Owned. */
export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly responseCode: number;
  /** Something is missing: the sender or the capture truncated the message, or it has more than `MAX_ENTRIES`. */
  readonly isPartial: boolean;
  readonly questions: readonly DnsQuestion[];
  readonly records: readonly DnsRecord[];
  /** From the first SOA record of the authority section; null if there is none. */
  readonly zone: DnsZone | null;
}

const FLAGS_OFFSET = 2;
const QUESTION_COUNT_OFFSET = 4;
const ANSWER_COUNT_OFFSET = 6;
const AUTHORITY_COUNT_OFFSET = 8;
const ADDITIONAL_COUNT_OFFSET = 10;

const RESPONSE_BIT = 0x8000;
const OPCODE_BITS = 0x7800;
const TRUNCATED_BIT = 0x0200;
const RESPONSE_CODE_BITS = 0x000f;

/** After the name of a question: type and class. */
const QUESTION_FIXED_LENGTH = 4;
/** Offsets after the name of a record. */
const CLASS_OFFSET = 2;
const TTL_OFFSET = 4;
const DATA_LENGTH_OFFSET = 8;
const RECORD_FIXED_LENGTH = 10;

const CLASS_IN = 1;
/** Without the top bit, which multicast DNS uses for a unique record or a request for a unicast reply (RFC 6762, 10.2). */
const CLASS_BITS = 0x7fff;

const IPV4_LENGTH = 4;
const IPV6_LENGTH = 16;
/** Data of SRV (RFC 2782): priority, weight, port, target. */
const SRV_PORT_OFFSET = 4;
const SRV_TARGET_OFFSET = 6;
/** Data of SVCB and HTTPS (RFC 9460, 2.2): priority, target, parameters. */
const SVCB_TARGET_OFFSET = 2;

/** Maximum number of questions and records read per message; real ones have dozens. The rest is skipped. */
const MAX_ENTRIES = 256;

const NO_BYTES: Uint8Array = new Uint8Array(0);
const NO_ADDRESSES: readonly AddressKey[] = [];
const NO_TEXTS: readonly string[] = [];

/**
 * Parses the message in `bytes` from `offset` to `end`; null if it is malformed, or neither a standard query nor its
 * response. A truncated message is returned as far as it goes. `bytes` is borrowed for the call; nothing is read outside.
 */
export function readDnsMessage(bytes: Uint8Array, offset: number, end: number): DnsMessage | null {
  if (end - offset < DNS_HEADER_LENGTH) return null;
  const flags = readUint16(bytes, offset + FLAGS_OFFSET);
  if ((flags & OPCODE_BITS) !== 0) return null;
  reader.begin(bytes, offset, end);
  reader.readQuestions(readUint16(bytes, offset + QUESTION_COUNT_OFFSET));
  reader.readRecords(readUint16(bytes, offset + ANSWER_COUNT_OFFSET), "answer");
  reader.readRecords(readUint16(bytes, offset + AUTHORITY_COUNT_OFFSET), "authority");
  reader.readRecords(readUint16(bytes, offset + ADDITIONAL_COUNT_OFFSET), "additional");
  if (reader.isMalformed) return null;
  return {
    id: readUint16(bytes, offset),
    isResponse: (flags & RESPONSE_BIT) !== 0,
    responseCode: flags & RESPONSE_CODE_BITS,
    isPartial: reader.isEnded || (flags & TRUNCATED_BIT) !== 0,
    questions: reader.questions,
    records: reader.records,
    zone: reader.zone,
  };
}

type DnsSection = "answer" | "authority" | "additional";

/** Reads the entries after the header until all are read or one is invalid. Reused for each message. */
class EntryReader {
  questions: DnsQuestion[] = [];
  records: DnsRecord[] = [];
  zone: DnsZone | null = null;
  /** Nothing more is read: the bytes or the entries are exhausted. */
  isEnded = false;
  isMalformed = false;
  #bytes = NO_BYTES;
  #end = 0;
  readonly #names = new DnsNameReader();
  #at = 0;
  #entriesLeft = MAX_ENTRIES;

  /** Begins the message in `bytes[offset..end)`, borrowed until the next one. Results returned earlier are not modified. */
  begin(bytes: Uint8Array, offset: number, end: number): void {
    this.questions = [];
    this.records = [];
    this.zone = null;
    this.isEnded = false;
    this.isMalformed = false;
    this.#bytes = bytes;
    this.#end = end;
    this.#names.begin(bytes, offset);
    this.#at = offset + DNS_HEADER_LENGTH;
    this.#entriesLeft = MAX_ENTRIES;
  }

  readQuestions(count: number): void {
    for (let i = 0; i < count; i++) {
      const name = this.#beginEntry(QUESTION_FIXED_LENGTH);
      if (name === null) return;
      const at = this.#names.next;
      this.questions.push({ name, type: readUint16(this.#bytes, at) });
      this.#at = at + QUESTION_FIXED_LENGTH;
    }
  }

  readRecords(count: number, section: DnsSection): void {
    for (let i = 0; i < count; i++) {
      const name = this.#beginEntry(RECORD_FIXED_LENGTH);
      if (name === null) return;
      const label = this.#names.labelOffset;
      const bytes = this.#bytes;
      const fixed = this.#names.next;
      const data = fixed + RECORD_FIXED_LENGTH;
      const dataEnd = data + readUint16(bytes, fixed + DATA_LENGTH_OFFSET);
      if (dataEnd > this.#end) {
        this.isEnded = true;
        return;
      }
      this.#at = dataEnd;
      if ((readUint16(bytes, fixed + CLASS_OFFSET) & CLASS_BITS) !== CLASS_IN) continue;
      const type = readUint16(bytes, fixed);
      if (type === DnsType.SOA && section === "authority") this.zone ??= this.#readZone(name, data, dataEnd);
      const record = this.#readData(type, data, dataEnd);
      if (this.isMalformed) return;
      if (record === null) continue;
      this.records.push({
        name,
        type,
        ttlSeconds: readUint32(bytes, fixed + TTL_OFFSET),
        isAnswer: section === "answer",
        addresses: record.addresses ?? NO_ADDRESSES,
        target: record.target ?? null,
        texts: record.texts ?? NO_TEXTS,
        port: record.port ?? 0,
        instance: type === DnsType.SRV ? readLabel(bytes, label) : "",
      });
    }
  }

  /** Reads the name of the next entry, which must be followed by a fixed part of `fixedLength` bytes; null at the end. */
  #beginEntry(fixedLength: number): string | null {
    if (this.isEnded || this.isMalformed) return null;
    if (this.#entriesLeft-- === 0) {
      this.isEnded = true;
      return null;
    }
    const name = this.#names.read(this.#at, this.#end);
    if (name === null && !this.#names.isCut) this.isMalformed = true;
    else if (name === null || this.#end - this.#names.next < fixedLength) this.isEnded = true;
    return this.isEnded || this.isMalformed ? null : name;
  }

  /** Reads the data of a record; null for types that are not read. */
  #readData(type: number, data: number, dataEnd: number): RecordData | null {
    switch (type) {
      case DnsType.A:
        if (dataEnd - data !== IPV4_LENGTH) return this.#fail();
        return { addresses: [readIpv4Key(this.#bytes, data)] };
      case DnsType.AAAA:
        if (dataEnd - data !== IPV6_LENGTH) return this.#fail();
        return { addresses: [readIpv6Key(this.#bytes, data)] };
      case DnsType.CNAME:
        return { target: this.#readTarget(data, dataEnd) };
      case DnsType.TXT:
        return { texts: readTexts(this.#bytes, data, dataEnd) };
      case DnsType.SRV:
        if (dataEnd - data <= SRV_TARGET_OFFSET) return this.#fail();
        return {
          port: readUint16(this.#bytes, data + SRV_PORT_OFFSET),
          target: this.#readTarget(data + SRV_TARGET_OFFSET, dataEnd),
        };
      case DnsType.SVCB:
      case DnsType.HTTPS:
        if (dataEnd - data <= SVCB_TARGET_OFFSET) return this.#fail();
        return this.#readService(data + SVCB_TARGET_OFFSET, dataEnd);
      default:
        return null;
    }
  }

  /** Reads SOA, whose data begins with the name of the primary server; null if that is unreadable. */
  #readZone(name: string, data: number, dataEnd: number): DnsZone | null {
    const primary = this.#names.read(data, dataEnd);
    return primary === null ? null : { name, primary };
  }

  /** Reads the name in the data at `at`; null for the root, which means none. */
  #readTarget(at: number, dataEnd: number): string | null {
    const target = this.#names.read(at, dataEnd);
    if (target === null) return this.#fail();
    return target === "" ? null : target;
  }

  #readService(at: number, dataEnd: number): RecordData | null {
    const target = this.#readTarget(at, dataEnd);
    if (this.isMalformed) return null;
    const addresses = readHints(this.#bytes, this.#names.next, dataEnd);
    return addresses === null ? this.#fail() : { target, addresses };
  }

  #fail(): null {
    this.isMalformed = true;
    return null;
  }
}

const reader = new EntryReader();

interface RecordData {
  readonly addresses?: readonly AddressKey[];
  readonly target?: string | null;
  readonly texts?: readonly string[];
  readonly port?: number;
}
