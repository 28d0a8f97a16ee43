/**
 * First messages of protocols that begin in clear text and may switch to TLS: mail, directories, chat, file transfer and
 * proxies (RFC 3207, 2595, 4511, 6120, 4217, 1928). Their content does not matter, only that a ClientHello may follow.
 */

/** Any of these begins a conversation, from either side. All except LDAP and SOCKS are lines of text. */
const STARTS = [
  "220", // SMTP, FTP
  "EHLO ",
  "LHLO ",
  "HELO ",
  "STARTTLS",
  "AUTH TLS",
  "* OK", // IMAP
  "* PREAUTH",
  "+OK", // POP3
  "STLS",
  "CAPA",
  "<?xml", // XMPP
  "<stream:stream",
].map((text) => Buffer.from(text, "latin1"));

/** First bytes of `STARTS`: checked before anything else, as most payload ends here. */
const FIRST_BYTES = new Uint8Array(256);
for (const start of STARTS) FIRST_BYTES[start[0]] = 1;

const LDAP_SEQUENCE = 0x30;
/** [APPLICATION 23], the ExtendedRequest of LDAP (RFC 4511, 4.12). */
const LDAP_EXTENDED_REQUEST = 0x77;
const LDAP_OPERATION_LIMIT = 16;
const START_TLS = Buffer.from("1.3.6.1.4.1.1466.20037", "latin1");
/** The request has about 30 bytes. */
const LDAP_REQUEST_LIMIT = 64;

const SOCKS_VERSION = 5;
const SOCKS_HEADER_LENGTH = 2;

/** Whether the payload at `offset` begins a conversation that may switch to TLS. `bytes` is borrowed. */
export function maySwitchToTls(bytes: Uint8Array, offset: number, end: number): boolean {
  const first = bytes[offset];
  if (FIRST_BYTES[first] === 1) return STARTS.some((start) => startsWith(bytes, offset, end, start));
  if (first === SOCKS_VERSION) {
    // Offered methods, one byte each, and nothing else (RFC 1928, 3).
    return end - offset > SOCKS_HEADER_LENGTH && end - offset === SOCKS_HEADER_LENGTH + bytes[offset + 1];
  }
  return first === LDAP_SEQUENCE && isStartTlsRequest(bytes, offset, end);
}

function startsWith(bytes: Uint8Array, offset: number, end: number, start: Uint8Array): boolean {
  if (end - offset < start.length) return false;
  for (let i = 0; i < start.length; i++) if (bytes[offset + i] !== start[i]) return false;
  return true;
}

/** An ExtendedRequest with the object identifier of StartTLS (RFC 4511, 4.14.1). */
function isStartTlsRequest(bytes: Uint8Array, offset: number, end: number): boolean {
  if (end - offset > LDAP_REQUEST_LIMIT) return false;
  const operationLimit = Math.min(end, offset + LDAP_OPERATION_LIMIT);
  for (let cursor = offset; cursor < operationLimit; cursor++) {
    if (bytes[cursor] !== LDAP_EXTENDED_REQUEST) continue;
    for (let name = cursor + 1; name < end; name++) if (startsWith(bytes, name, end, START_TLS)) return true;
    return false;
  }
  return false;
}
