/** Watches all packets of live flows for reach, and the ICMP messages that quote them. */

import { readRedirectHost } from "../../evidence/payload/http-response.ts";
import { readServerFlight } from "../../evidence/payload/tls-server-flight.ts";
import { Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { type AddressKey, addressText, readIpv4Key, readIpv6Key } from "../../net/address-key.ts";
import type { Moment } from "../../net/moment.ts";
import { DecodedPacket } from "../../packets/decode/decoded-packet.ts";
import { decodeUnreachable } from "../../packets/decode/icmp.ts";
import type { FindFlow, PacketWatch } from "../collector.ts";
import { AttemptColumns } from "./attempt-columns.ts";
import { AttemptProgress, SERVER_FLIGHT } from "./attempt-progress.ts";
import { AttemptWaits } from "./attempt-waits.ts";
import { type RecordedSource, RecordedSources } from "./recorded-sources.ts";

/** ICMP senders that are distinguished, by the numbers 1 to 255. */
const MAX_REPORTERS = 255;
/** Maximum number of live flows whose HTTP redirect is kept. */
const MAX_REDIRECTS = 4096;
/** The same for certificates; each has at most 2,048 characters of names. */
const MAX_CERTIFICATES = 4096;

export class AttemptWatch implements PacketWatch {
  /** What the packets of each live flow show. */
  columns = new AttemptColumns(0);
  /** How far the payload of each live flow got. */
  progress = new AttemptProgress(0);
  /**
   * Unmatched ICMP messages: they quote no packet that a live flow sent, because they are late, spoofed, or about traffic
   * that the capture lacks.
   */
  unmatchedReports = 0;
  #waits = new AttemptWaits(0);
  /** By flow entry: target host of the first redirect. Hostile text. */
  readonly #redirects = new Map<number, string>();
  /** By flow entry: the names in the server's certificate. */
  readonly #certificates = new Map<number, readonly string[]>();
  readonly #sources = new RecordedSources();
  readonly #quoted = new DecodedPacket();
  readonly #reporters: AddressKey[] = [];
  readonly #reporterNumbers = new Map<string, number>();

  begin(capacity: number): void {
    this.columns = new AttemptColumns(capacity);
    this.progress = new AttemptProgress(capacity);
    this.#waits = new AttemptWaits(capacity);
  }

  openSource(source: RecordedSource): void {
    this.#sources.open(source);
  }

  readFrom(source: RecordedSource): void {
    this.#waits.source = this.#sources.numberOf(source);
  }

  closeSource(source: RecordedSource): void {
    this.#sources.close(source);
  }

  packet(record: number, packet: PacketRow): void {
    this.columns.update(record, packet);
    this.#waits.update(record, packet);
    const status = this.progress.update(record, packet);
    if (status === SERVER_FLIGHT) this.#noteCertificate(record, packet);
    else if (status >= 300 && status < 400) this.#noteRedirect(record, packet);
  }

  /**
   * Target host of the flow's first HTTP redirect; null if there is none, if it is the same host, or if too many flows had
   * one.
   */
  redirectOf(record: number): string | null {
    return this.#redirects.get(record) ?? null;
  }

  /**
   * Names in the certificate that the flow's server sent in clear text (TLS 1.2 and older), if it is in the server's first
   * segment; null if unknown. Hostile text.
   */
  certificateOf(record: number): readonly string[] | null {
    return this.#certificates.get(record) ?? null;
  }

  #noteCertificate(record: number, { bytes, payloadOffset, payloadEnd }: PacketRow): void {
    if (this.#certificates.size >= MAX_CERTIFICATES) return;
    const names = readServerFlight(bytes, payloadOffset, payloadEnd);
    if (names !== null && names !== "more") this.#certificates.set(record, names);
  }

  #noteRedirect(record: number, { bytes, payloadOffset, payloadEnd }: PacketRow): void {
    if (this.#redirects.has(record) || this.#redirects.size >= MAX_REDIRECTS) return;
    const host = readRedirectHost(bytes, payloadOffset, payloadEnd);
    if (host !== null) this.#redirects.set(record, host);
  }

  /** Notes that a packet of a live flow did not arrive, if the message says so. It creates no flow and ends none. */
  icmp(bytes: Uint8Array, packet: DecodedPacket, find: FindFlow): void {
    const quoted = this.#quoted;
    const code = decodeUnreachable(bytes, packet.nextOffset, packet.nextEnd, packet, quoted);
    if (code === 0) return;
    const { record, row } = find(quoted);
    const isTcp = row.transport === Transport.TCP;
    const sequence = isTcp ? row.sequence | 0 : 0;
    const reporter = record === 0 ? 0 : this.#reporterNumber(bytes, packet);
    if (record === 0 || !this.columns.report(record, row.side, isTcp, sequence, code, reporter))
      this.unmatchedReports++;
  }

  /** Time since which an answer to the flow in an entry is due, as in `AttemptWaits.requestTime`. */
  requestTime(record: number): Moment | null {
    return this.#waits.requestTime(record);
  }

  /**
   * Whether the flow in an entry may still be answered at the end of its source, if it has been waiting since a time (null:
   * unknown).
   */
  mayStillBeAnswered(record: number, since: Moment | null): boolean {
    return this.#sources.mayStillBeAnswered(this.#waits.sourceOf(record), since);
  }

  forget(record: number): void {
    this.columns.forget(record);
    this.progress.forget(record);
    if (this.#redirects.size > 0) this.#redirects.delete(record);
    if (this.#certificates.size > 0) this.#certificates.delete(record);
    this.#waits.forget(record);
  }

  /** Sender of an ICMP message, by its number in the columns; null if there were too many to distinguish. */
  reporterOf(number: number): AddressKey | null {
    return this.#reporters[number - 1] ?? null;
  }

  #reporterNumber(bytes: Uint8Array, packet: DecodedPacket): number {
    const read = packet.ipVersion === 4 ? readIpv4Key : readIpv6Key;
    const address = read(bytes, packet.sourceOffset);
    const known = this.#reporterNumbers.get(addressText(address));
    if (known !== undefined) return known;
    if (this.#reporters.length >= MAX_REPORTERS) return 0;
    const number = this.#reporters.push(address);
    this.#reporterNumbers.set(addressText(address), number);
    return number;
  }
}
