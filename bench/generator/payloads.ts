/**
 * Payloads of the generated packets: opening messages that name a host if the service has them (a TLS ClientHello with SNI,
 * an HTTP request with Host, a DNS query), then opaque bytes. A payload depends on its kind, variant and length only, so each
 * is built once and then copied.
 */
import { put16 } from "./byte-order.ts";
import { Random } from "./random.ts";

/** Bytes of a payload and their part of a TCP or UDP checksum. */
export interface Payload {
  readonly bytes: Uint8Array;
  /** Sum of the payload's 16-bit big-endian words, not yet folded. */
  readonly wordSum: number;
}

/** The kinds of payload. */
export const PAYLOAD = { opaque: 0, tlsData: 1, clientHello: 2, httpRequest: 3, dnsMessage: 4 } as const;
/** One of {@link PAYLOAD}. */
export type PayloadKind = (typeof PAYLOAD)[keyof typeof PAYLOAD];

const TLS_PORTS = new Set([443, 465, 563, 636, 993, 995, 2197, 5223]);
const HTTP_PORTS = new Set([80, 3689, 8000, 8008, 8080]);
const DNS_PORTS = new Set([53, 5353]);

const HOSTS = [
  "gateway.icloud.com",
  "p37-caldav.icloud.com",
  "p52-contacts.icloud.com",
  "imap.mail.me.com",
  "17-courier.push.apple.com",
  "swcdn.apple.com",
  "init.itunes.apple.com",
  "api.apps.apple.com",
  "gs-loc.apple.com",
  "www.example.com",
  "static.example.net",
  "login.example.org",
];
/** Number of variants of a payload: one per host name. */
export const PAYLOAD_VARIANTS = HOSTS.length;

/** Returns the payload kind of a data packet. `opening` is true for the first data of a flow that its client sends. */
export function payloadKind(isUdp: boolean, servicePort: number, opening: boolean): PayloadKind {
  if (isUdp) return DNS_PORTS.has(servicePort) ? PAYLOAD.dnsMessage : PAYLOAD.opaque;
  if (TLS_PORTS.has(servicePort)) return opening ? PAYLOAD.clientHello : PAYLOAD.tlsData;
  return opening && HTTP_PORTS.has(servicePort) ? PAYLOAD.httpRequest : PAYLOAD.opaque;
}

/** Builds payloads and keeps them. */
export class PayloadShelf {
  readonly #kept = new Map<number, Payload>();
  readonly #opaque = new Uint8Array(2048);

  constructor() {
    const random = new Random(1);
    for (let i = 0; i < this.#opaque.length; i++) this.#opaque[i] = random.uint32() >>> 24;
  }

  /** Returns the payload of a kind; opaque bytes if `length` is too short for the kind's message. Shared: do not change. */
  get(kind: PayloadKind, variant: number, length: number): Payload {
    const key = (kind * PAYLOAD_VARIANTS + variant) * 2048 + length;
    const found = this.#kept.get(key);
    if (found !== undefined) return found;
    const bytes = this.#opaque.slice(0, length);
    const host = HOSTS[variant];
    if (kind === PAYLOAD.clientHello) writeClientHello(bytes, host);
    else if (kind === PAYLOAD.tlsData) writeTlsRecordHeader(bytes);
    else if (kind === PAYLOAD.httpRequest) writeHttpRequest(bytes, host);
    else if (kind === PAYLOAD.dnsMessage) writeDnsQuestion(bytes, host);
    const payload = { bytes, wordSum: sumOfWords(bytes) };
    this.#kept.set(key, payload);
    return payload;
  }
}

/** An application data record (RFC 8446, 5.2) that fills the payload. */
function writeTlsRecordHeader(bytes: Uint8Array): void {
  if (bytes.length < 5) return;
  bytes.set([0x17, 3, 3]);
  put16(bytes, 3, bytes.length - 5);
}

/** A ClientHello (RFC 8446, 4.1.2) with server_name, supported_versions and a padding that fills the payload. */
function writeClientHello(bytes: Uint8Array, host: string): void {
  const name = new TextEncoder().encode(host);
  const extensionsAt = 5 + 4 + 2 + 32 + 1 + 2 + 4 + 2;
  const paddingAt = extensionsAt + 2 + 9 + name.length + 7;
  if (bytes.length < paddingAt + 4) {
    writeTlsRecordHeader(bytes);
    return;
  }
  bytes.set([0x16, 3, 1]);
  put16(bytes, 3, bytes.length - 5);
  bytes.set([1, 0], 5);
  put16(bytes, 7, bytes.length - 9);
  bytes.set([3, 3], 9);
  bytes.set([0, 0, 4, 0x13, 0x01, 0x13, 0x02, 1, 0], extensionsAt - 9);
  put16(bytes, extensionsAt, bytes.length - extensionsAt - 2);
  const at = extensionsAt + 2;
  put16(bytes, at, 0);
  put16(bytes, at + 2, name.length + 5);
  put16(bytes, at + 4, name.length + 3);
  bytes[at + 6] = 0;
  put16(bytes, at + 7, name.length);
  bytes.set(name, at + 9);
  bytes.set([0, 43, 0, 3, 2, 3, 4], at + 9 + name.length);
  bytes.set([0, 21], paddingAt);
  put16(bytes, paddingAt + 2, bytes.length - paddingAt - 4);
  bytes.fill(0, paddingAt + 4);
}

function writeHttpRequest(bytes: Uint8Array, host: string): void {
  const head = new TextEncoder().encode(`GET /index.html HTTP/1.1\r\nHost: ${host}\r\nX-Padding: `);
  if (bytes.length < head.length + 4) return;
  bytes.fill(0x61);
  bytes.set(head);
  bytes.set([13, 10, 13, 10], bytes.length - 4);
}

/** A query for an A record (RFC 1035, 4.1), of the root if the host name does not fit; the rest stays opaque. */
function writeDnsQuestion(bytes: Uint8Array, host: string): void {
  const header = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const labels = host.split(".").flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  for (const name of [labels, []]) {
    const message = [...header, ...name, 0, 0, 1, 0, 1];
    if (bytes.length < message.length) continue;
    bytes.set(message);
    return;
  }
}

function sumOfWords(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += i % 2 === 0 ? bytes[i] << 8 : bytes[i];
  return sum;
}
