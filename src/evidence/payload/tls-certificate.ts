/**
 * The Certificate message that a server of TLS 1.2 or older sends in clear text (RFC 5246, 7.4.2), and the host names in its
 * first certificate (RFC 5280, 4.1 and 4.2.1.6). TLS 1.3 encrypts it.
 *
 *    0     1           4               7
 *   | 11 | length 24 | certificates 24 | length 24 | certificate (DER) | ...
 *
 *   Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject, key,
 *                              [1], [2], [3] extensions }, ... }
 */
import { DerCursor } from "./der-cursor.ts";
import { decodeText, normalizeHostName } from "./name-text.ts";

/** The type of a Certificate message (RFC 5246, 7.4). */
export const CERTIFICATE = 11;

const LIST_OFFSET = 4;
const FIRST_OFFSET = 7;
const DER_OFFSET = 10;

/** Universal DER tags, and context-specific tags of certificates. */
const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_IDENTIFIER = 0x06;
const OCTET_STRING = 0x04;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
/** GeneralName: dNSName (RFC 5280, 4.2.1.6). */
const DNS_NAME = 0x82;
/** id-ce-subjectAltName, 2.5.29.17. */
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
/** id-at-commonName, 2.5.4.3. */
const COMMON_NAME = [0x55, 0x04, 0x03];

/** Certificates of content networks have hundreds of names, which do not show the one that was meant. */
const MAX_NAMES = 32;
/** Maximum number of characters of all names together: they are kept as long as a flow lives. */
const MAX_TEXT = 2048;

/**
 * Returns the number of bytes from `offset` to the end of the first certificate in the Certificate message there; 0 if it is
 * not known yet, -1 if it exceeds its list or its message. `bytes` is borrowed for the call.
 */
export function measureFirstCertificate(bytes: Uint8Array, offset: number, end: number): number {
  if (end - offset < DER_OFFSET) return 0;
  const length = DER_OFFSET + readUint24(bytes, offset + FIRST_OFFSET);
  const messageLength = LIST_OFFSET + readUint24(bytes, offset + 1);
  const listLength = FIRST_OFFSET + readUint24(bytes, offset + LIST_OFFSET);
  return length <= listLength && listLength <= messageLength ? length : -1;
}

/**
 * Returns the host names of the first certificate in the message at `offset`, in lower case, without duplicates: the
 * alternative names or, without any, the common name. "*.example.com" is returned unchanged. Empty if it has none, null if
 * this is not such a message, if it is incomplete, or if it has more than 32 names or 2,048 characters of names. `bytes` is
 * borrowed for the call.
 *
 * @example
 * ```ts
 * readCertificateNames(flight, offset, end); // [ "gateway.icloud.com" ]
 * ```
 */
export function readCertificateNames(
  bytes: Uint8Array,
  offset: number,
  end: number,
): readonly string[] | null {
  if (offset >= end || bytes[offset] !== CERTIFICATE) return null;
  const length = measureFirstCertificate(bytes, offset, end);
  const derEnd = offset + length;
  if (length <= 0 || derEnd > end) return null;
  const certificate = new DerCursor(bytes, offset + DER_OFFSET, derEnd).enter(SEQUENCE)?.enter(SEQUENCE);
  if (certificate === null || certificate === undefined) return null;
  certificate.skipOptional(VERSION);
  // Serial number, algorithm, issuer, validity.
  for (let field = 0; field < 4; field++) if (!certificate.skip()) return null;
  const subject = certificate.enter(SEQUENCE);
  if (subject === null || !certificate.skip()) return null;
  const alternatives = alternativeNames(certificate);
  if (alternatives === null) return null;
  const names = alternatives.length > 0 ? alternatives : commonNames(subject);
  return names.reduce((sum, name) => sum + name.length, 0) <= MAX_TEXT ? names : null;
}

/**
 * Returns the DNS names among the alternative names; null if there are too many. `certificate` is positioned after the key.
 */
function alternativeNames(certificate: DerCursor): readonly string[] | null {
  const names = new Set<string>();
  let extensions: DerCursor | null = null;
  while (extensions === null && certificate.hasMore) {
    extensions = certificate.enter(EXTENSIONS)?.enter(SEQUENCE) ?? null;
    if (extensions === null && !certificate.skip()) break;
  }
  while (extensions?.hasMore) {
    const extension = extensions.enter(SEQUENCE);
    if (extension === null) break;
    if (!extension.isNext(OBJECT_IDENTIFIER, SUBJECT_ALT_NAME)) continue;
    extension.skip();
    // The value may be preceded by the critical flag.
    if (!extension.isTag(OCTET_STRING)) extension.skip();
    const list = extension.enter(OCTET_STRING)?.enter(SEQUENCE) ?? null;
    while (list?.hasMore) {
      if (list.isTag(DNS_NAME)) {
        const name = textOf(list);
        if (name !== null) names.add(name);
        if (names.size > MAX_NAMES) return null;
      }
      if (!list.skip()) break;
    }
  }
  return [...names];
}

function commonNames(subject: DerCursor): readonly string[] {
  const names: string[] = [];
  while (subject.hasMore && names.length < MAX_NAMES) {
    const attribute = subject.enter(SET)?.enter(SEQUENCE) ?? null;
    if (attribute === null) break;
    if (!attribute.isNext(OBJECT_IDENTIFIER, COMMON_NAME)) continue;
    attribute.skip();
    const name = textOf(attribute);
    // Certificates of persons and devices have other kinds of names.
    if (name !== null && /^[a-z0-9*._-]+\.[a-z0-9._-]+$/.test(name)) names.push(name);
  }
  return names;
}

/** Returns the text of the next value, as a host name. */
function textOf(cursor: DerCursor): string | null {
  const value = cursor.value();
  return value === null ? null : normalizeHostName(decodeText(value.bytes, value.offset, value.end));
}

function readUint24(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 16) | (bytes[offset + 1] << 8) | bytes[offset + 2];
}
