/**
 * The ClientHello of TLS (RFC 8446, 4.1.2; RFC 5246, 7.4.1.2), as contained in records over TCP and in CRYPTO frames of QUIC:
 * the requested server, and the offered protocols.
 *
 *    0    1          4         6        38
 *   | 1 | length 24 | version | random | session id 8+n | cipher suites 16+n | compression 8+n | extensions 16+n |
 *
 *   extension: | type 16 | length 16 | data |
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { decodeText, normalizeHostName } from "./name-text.ts";

/** Type and length of a handshake message (RFC 8446, 4). */
export const HANDSHAKE_HEADER_LENGTH = 4;
/** The type of a ClientHello (RFC 8446, 4). */
export const CLIENT_HELLO = 1;
/** Anything longer is not a hello: the longest seen, with post-quantum keys, have about 2 KB. */
export const MAX_HELLO_LENGTH = 65_536;

const MESSAGE_LENGTH_OFFSET = 1;
/** After the header, the version and the random. */
const SESSION_ID_OFFSET = HANDSHAKE_HEADER_LENGTH + 2 + 32;

const EXTENSION_HEADER_LENGTH = 4;
/** IANA, TLS ExtensionType Values. */
const SERVER_NAME = 0;
const ALPN = 16;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

/** RFC 6066, 3. */
const HOST_NAME = 0;
const NAME_HEADER_LENGTH = 3;
const LIST_LENGTH = 2;

/** Maximum number of protocols kept of an offer; browsers offer two. */
const MAX_PROTOCOLS = 16;

/** Content of a ClientHello. Owned. */
export interface ClientHello {
  /** The message was complete: more bytes would change nothing. */
  readonly isWhole: boolean;
  /** In the form of `normalizeHostName`, or null. */
  readonly serverName: string | null;
  /** Offered protocols (RFC 7301), in order; without meaningless ones (RFC 8701). */
  readonly alpn: readonly string[];
  /** Contains an `encrypted_client_hello` (RFC 9849), real or fake. */
  readonly hasEncryptedHello: boolean;
}

type Found = { -readonly [Field in keyof ClientHello]: ClientHello[Field] };

/**
 * Returns the length of the message at `offset`, including the header; 0 if the header is incomplete, -1 if it is not a
 * ClientHello, or longer than `MAX_HELLO_LENGTH`. `bytes` is borrowed for the call.
 */
export function measureClientHello(bytes: Uint8Array, offset: number, end: number): number {
  if (offset < end && bytes[offset] !== CLIENT_HELLO) return -1;
  if (end - offset < HANDSHAKE_HEADER_LENGTH) return 0;
  const length =
    HANDSHAKE_HEADER_LENGTH +
    (bytes[offset + MESSAGE_LENGTH_OFFSET] << 16) +
    readUint16(bytes, offset + MESSAGE_LENGTH_OFFSET + 1);
  return length <= MAX_HELLO_LENGTH ? length : -1;
}

/**
 * Reads the available part of the ClientHello at `offset`: `isWhole` shows whether more bytes could add to it. Null if it is
 * not one. `bytes` is borrowed for the call.
 */
export function readClientHello(bytes: Uint8Array, offset: number, end: number): ClientHello | null {
  const length = measureClientHello(bytes, offset, end);
  if (length < 0) return null;
  const found: Found = { isWhole: false, serverName: null, alpn: [], hasEncryptedHello: false };
  if (length === 0) return found;
  found.isWhole = length <= end - offset;
  const messageEnd = Math.min(end, offset + length);
  const extensions = skipToExtensions(bytes, offset, messageEnd);
  if (messageEnd - extensions < LIST_LENGTH) return found;
  const declaredEnd = extensions + LIST_LENGTH + readUint16(bytes, extensions);
  readExtensions(bytes, extensions + LIST_LENGTH, Math.min(messageEnd, declaredEnd), found);
  return found;
}

/** Offset of the length of the extensions; at or past `end` if it is not available. */
function skipToExtensions(bytes: Uint8Array, offset: number, end: number): number {
  let cursor = offset + SESSION_ID_OFFSET;
  if (cursor >= end) return end;
  cursor += 1 + bytes[cursor];
  if (end - cursor < LIST_LENGTH) return end;
  cursor += LIST_LENGTH + readUint16(bytes, cursor);
  if (cursor >= end) return end;
  return cursor + 1 + bytes[cursor];
}

/** Reads the extensions that are complete. */
function readExtensions(bytes: Uint8Array, offset: number, end: number, found: Found): void {
  let cursor = offset;
  while (end - cursor >= EXTENSION_HEADER_LENGTH) {
    const type = readUint16(bytes, cursor);
    const data = cursor + EXTENSION_HEADER_LENGTH;
    const dataEnd = data + readUint16(bytes, cursor + 2);
    if (dataEnd > end) return;
    if (type === SERVER_NAME) found.serverName ??= readServerName(bytes, data, dataEnd);
    else if (type === ALPN && found.alpn.length === 0) found.alpn = readProtocols(bytes, data, dataEnd);
    else if (type === ENCRYPTED_CLIENT_HELLO) found.hasEncryptedHello = true;
    cursor = dataEnd;
  }
}

/** Returns the first host name of a `server_name` extension. */
function readServerName(bytes: Uint8Array, offset: number, end: number): string | null {
  let cursor = offset + LIST_LENGTH;
  while (end - cursor >= NAME_HEADER_LENGTH) {
    const name = cursor + NAME_HEADER_LENGTH;
    const nameEnd = name + readUint16(bytes, cursor + 1);
    if (nameEnd > end) return null;
    if (bytes[cursor] === HOST_NAME) return normalizeHostName(decodeText(bytes, name, nameEnd));
    cursor = nameEnd;
  }
  return null;
}

/** Returns the protocols of an ALPN extension. */
function readProtocols(bytes: Uint8Array, offset: number, end: number): string[] {
  const protocols: string[] = [];
  let cursor = offset + LIST_LENGTH;
  while (cursor < end && protocols.length < MAX_PROTOCOLS) {
    const name = cursor + 1;
    const nameEnd = name + bytes[cursor];
    if (nameEnd > end) break;
    if (nameEnd > name && !isGrease(bytes, name, nameEnd)) protocols.push(decodeText(bytes, name, nameEnd));
    cursor = nameEnd;
  }
  return protocols;
}

/** Whether it is a GREASE value, which is sent only so that servers learn to ignore it: twice the same `?a` (RFC 8701, 2). */
function isGrease(bytes: Uint8Array, offset: number, end: number): boolean {
  return end - offset === 2 && (bytes[offset] & 0x0f) === 0x0a && bytes[offset] === bytes[offset + 1];
}
