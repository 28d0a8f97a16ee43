/**
 * What DNS and multicast DNS in a capture show about addresses, so that flows get names: the names that hosts queried, and
 * the services that they announced. The queried name counts, not the aliases behind it, which are the CDN's.
 */
import type { AddressKey } from "../../net/address-key.ts";
import { isPrivateAddress } from "../../net/address-scopes.ts";
import { AddressSketch } from "../devices/address-sketch.ts";
import {
  type DnsMessage,
  type DnsRecord,
  DnsResponseCode,
  DnsType,
  readDnsMessage,
} from "../payload/dns-message.ts";
import { DnsAnswers } from "./dns-answers.ts";
import { DnsQueries } from "./dns-queries.ts";
import type { LocalServices } from "./local-services.ts";
import { type RefusalKind, type RefusedName, RefusedNames } from "./refused-names.ts";
import type { IsNameRelevant } from "./relevant-names.ts";
import { UnansweredNames } from "./unanswered-names.ts";

/** Origin of a DNS message. */
export interface DnsEnvelope {
  readonly source: AddressKey;
  readonly sourcePort: number;
  readonly destination: AddressKey;
  readonly destinationPort: number;
  /** Since 1970, or `NO_TIME`. */
  readonly seconds: number;
}

/** One DNS message with its origin. */
export interface DnsPacket extends DnsEnvelope {
  /** Borrowed for the call. */
  readonly bytes: Uint8Array;
  /** Offset in `bytes` of the message (after its length, over TCP), and its end. */
  readonly offset: number;
  readonly end: number;
}

/** What was dropped. */
export interface NameCacheDrops {
  /** Messages that are not DNS or are malformed. */
  readonly malformed: number;
  /** Responses to another question than the query with their identification. */
  readonly forged: number;
  /** Dropped because there were too many: answers, */
  readonly answers: number;
  /** local services and the addresses of their hosts, */
  readonly services: number;
  /** and refused names. */
  readonly refused: number;
}

const DNS_PORT = 53;
const MULTICAST_DNS_PORT = 5353;

/** Maximum number of queries whose response may still come, or come again. */
const MAX_QUERIES = 4096;
const IPV4_LOOPBACK_NETWORK = 127;
const IPV6_ANY = "\0".repeat(8);
const IPV6_LOOPBACK = `${"\0".repeat(7)}\u0001`;

/** Bounded in memory: when one of its tables is full, the least recently used entries are evicted, and counted. */
export class NameCache {
  /** What hosts announced over multicast DNS. */
  readonly services: LocalServices;
  readonly #answers: DnsAnswers;
  readonly #refused: RefusedNames;
  readonly #unanswered: UnansweredNames;
  readonly #queries = new DnsQueries(MAX_QUERIES);
  readonly #sketch = new AddressSketch();
  #malformed = 0;
  #forged = 0;

  /** @param keepsRefusal selects the names that are kept if they were refused */
  constructor(services: LocalServices, keepsRefusal: IsNameRelevant, answers = new DnsAnswers()) {
    this.services = services;
    this.#answers = answers;
    const refused = new RefusedNames(keepsRefusal);
    this.#refused = refused;
    this.#unanswered = new UnansweredNames((name) => refused.isRelevant(name));
  }

  /** Whether nothing is known about any address. */
  get isEmpty(): boolean {
    return this.#answers.count === 0 && this.services.isEmpty;
  }

  /** Whether a name may be known for an address with these last 32 bits: if not, `namesOf` need not be called. */
  mayHaveName(lastWord: number): boolean {
    return this.#answers.count > 0 && this.#sketch.mayHave(lastWord);
  }

  /** What was dropped so far. */
  get dropped(): NameCacheDrops {
    return {
      malformed: this.#malformed,
      forged: this.#forged,
      answers: this.#answers.dropped,
      services: this.services.dropped,
      refused: this.#refused.dropped + this.#unanswered.dropped,
    };
  }

  /** Reads a message from or to port 53 or 5353. Never throws, whatever it contains. */
  addMessage(packet: DnsPacket): void {
    const message = readDnsMessage(packet.bytes, packet.offset, packet.end);
    if (message === null) this.#malformed++;
    else if (isMulticast(packet)) this.services.add(message, packet.seconds);
    else if (!message.isResponse) this.#addQuery(message, packet);
    else this.addResponse(message, packet);
  }

  /** Reads a message from or to port 5353 and returns it; null if it is not one. */
  addMulticast(packet: DnsPacket): DnsMessage | null {
    const message = readDnsMessage(packet.bytes, packet.offset, packet.end);
    if (message === null) this.#malformed++;
    else this.services.add(message, packet.seconds);
    return message;
  }

  /** Adds a parsed response (not of multicast DNS). */
  addResponse(message: DnsMessage, packet: DnsEnvelope): void {
    if (packet.sourcePort !== DNS_PORT) return;
    const { destination: client, destinationPort: clientPort, source: server } = packet;
    const asked = this.#queries.nameOf({ client, clientPort, server, id: message.id });
    // A refusal may lack the question (RFC 1035, 4.1.1, on format errors; also seen with REFUSED).
    const name = message.questions.length > 0 ? message.questions[0].name : asked;
    if (name === undefined) return;
    if (asked !== undefined && asked !== name) {
      this.#forged++;
      return;
    }
    const type = message.questions[0]?.type;
    if (type !== undefined) this.#unanswered.addResponse(client, type, name);
    const kind = refusalOf(message.responseCode);
    if (kind !== null) this.#addRefusal(name, kind, message, packet);
    if (message.responseCode === DnsResponseCode.NO_ERROR) this.#addAnswers(name, message, packet);
  }

  /**
   * The names that `client` had queried and received `address` for when a flow began at `seconds` (or `NO_TIME`): most recent
   * first, at most 8. If it sent no query itself, the queries of others, as in `DnsAnswers.namesOf`.
   */
  namesOf(client: AddressKey, address: AddressKey, seconds: number): readonly string[] {
    return this.#answers.namesOf(client, address, seconds);
  }

  /** Whether `client` had received other addresses for `name`, as in `DnsAnswers.isRefuted`. */
  isRefuted(client: AddressKey, address: AddressKey, name: string, seconds: number): boolean {
    return this.#answers.isRefuted(client, address, name, seconds);
  }

  /** Names that were refused, the last refused one last, followed by unanswered ones. */
  refused(): readonly RefusedName[] {
    return this.#refused.list(this.#unanswered.list());
  }

  #addQuery(message: DnsMessage, packet: DnsEnvelope): void {
    if (message.questions.length === 0) return;
    const { source: client, sourcePort: clientPort, destination: server, seconds } = packet;
    const [{ name, type }] = message.questions;
    const query = { client, clientPort, server, id: message.id };
    const isRepeated = this.#queries.add(query, name) === name;
    if (packet.destinationPort === DNS_PORT)
      this.#unanswered.addQuery({ name, client, type, seconds, isRepeated });
  }

  #addAnswers(name: string, message: DnsMessage, packet: DnsEnvelope): void {
    const client = packet.destination;
    const { records } = message;
    const aliases = records.some(isAlias) ? chainOf(name, records) : null;
    /** An address that reaches nobody, or a server of the local network. */
    let sinkhole: AddressKey | null = null;
    let isAnswered = false;
    for (const record of records) {
      const isAsked = aliases === null ? record.name === name : aliases.has(record.name);
      if (record.addresses.length === 0 || !isAsked) continue;
      for (const address of record.addresses) {
        if (isNullAddress(address) || address === packet.source) {
          sinkhole = address;
          continue;
        }
        this.#answers.add(client, name, address, record.ttlSeconds, packet.seconds);
        this.#sketch.add(address);
        if (isPrivateAddress(address)) sinkhole ??= address;
        else isAnswered = true;
      }
    }
    if (isAnswered) this.#refused.addAnswered(name, client);
    if (sinkhole !== null) this.#addRefusal(name, "sinkhole", message, packet, sinkhole);
    const lacksIpv4 = message.questions[0]?.type === DnsType.A && !message.isPartial;
    if (!isAnswered && sinkhole === null && lacksIpv4) this.#addRefusal(name, "no-data", message, packet);
  }

  #addRefusal(
    name: string,
    kind: RefusalKind,
    { questions, zone }: DnsMessage,
    { destination: client, seconds }: DnsEnvelope,
    address: AddressKey | null = null,
  ): void {
    this.#refused.add({ name, client, kind, seconds, type: questions[0]?.type ?? null, zone, address });
  }
}

function isMulticast({ sourcePort, destinationPort }: DnsEnvelope): boolean {
  return sourcePort === MULTICAST_DNS_PORT || destinationPort === MULTICAST_DNS_PORT;
}

function refusalOf(responseCode: number): RefusalKind | null {
  if (responseCode === DnsResponseCode.NAME_ERROR) return "nxdomain";
  if (responseCode === DnsResponseCode.REFUSED) return "refused";
  return responseCode === DnsResponseCode.SERVER_FAILURE ? "servfail" : null;
}

/** `name` and the names that it leads to through aliases, in any order of the records. */
function chainOf(name: string, records: readonly DnsRecord[]): Set<string> {
  const chain = new Set([name]);
  const targets = new Map<string, string[]>();
  for (const record of records) {
    if (!isAlias(record)) continue;
    const known = targets.get(record.name);
    if (known === undefined) targets.set(record.name, [record.target]);
    else known.push(record.target);
  }
  // A set is iterated in insertion order, including elements added meanwhile.
  for (const link of chain) {
    for (const target of targets.get(link) ?? []) chain.add(target);
  }
  return chain;
}

/** Whether a record makes its name an alias of another one. */
function isAlias(record: DnsRecord): record is DnsRecord & { readonly target: string } {
  return record.target !== null && record.type !== DnsType.SRV;
}

/** Addresses that no host uses towards others: blockers answer with them. */
function isNullAddress(address: AddressKey): boolean {
  if (typeof address === "number") return address === 0 || address >>> 24 === IPV4_LOOPBACK_NETWORK;
  return address === IPV6_ANY || address === IPV6_LOOPBACK;
}
