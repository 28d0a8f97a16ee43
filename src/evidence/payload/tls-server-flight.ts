/**
 * A server's answer to a ClientHello in TLS 1.2 and older (RFC 5246, 7.3): a ServerHello immediately followed by the
 * Certificate, in the same record or in further ones. In TLS 1.3 everything after the ServerHello is encrypted, and a resumed
 * session has no Certificate.
 *
 *   ServerHello:  | 2 | length 24 | version 16 | random 32 | session id 8+n | cipher 16 | compression 8 | extensions 16+n |
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { CERTIFICATE, measureFirstCertificate, readCertificateNames } from "./tls-certificate.ts";
import { joinHandshake, SERVER_HELLO } from "./tls-records.ts";

/** A first certificate that ends beyond this number of bytes of the stream is not awaited. */
export const MAX_FLIGHT_LENGTH = 16_384;

const HANDSHAKE_HEADER_LENGTH = 4;
/** After the header, the version and the random. */
const SESSION_ID_OFFSET = HANDSHAKE_HEADER_LENGTH + 2 + 32;
const CIPHER_AND_COMPRESSION_LENGTH = 3;
const EXTENSION_HEADER_LENGTH = 4;
/** SSL 3.0 to TLS 1.2, which TLS 1.3 also declares (RFC 8446, 4.1.3). */
const VERSION_MAJOR = 3;
const MAX_VERSION_MINOR = 3;
/** Extension that only servers of TLS 1.3 send (RFC 8446, 4.2.1). */
const SUPPORTED_VERSIONS = 43;

/**
 * Returns the host names in the first certificate of the server's records at `offset`, as `readCertificateNames` does. "more"
 * if they are incomplete, null if there will be none: TLS 1.3, no Certificate, or one that is damaged or ends beyond
 * `MAX_FLIGHT_LENGTH`. `bytes` is borrowed for the call.
 *
 * @example
 * ```ts
 * readServerFlight(stream, 0, stream.length); // [ "gateway.icloud.com" ]
 * ```
 */
export function readServerFlight(
  bytes: Uint8Array,
  offset: number,
  end: number,
): readonly string[] | "more" | null {
  const limit = Math.min(end, offset + MAX_FLIGHT_LENGTH);
  const { joined, isBroken } = joinHandshake(bytes, offset, limit);
  const names = readMessages(joined);
  return names === "more" && (isBroken || limit < end) ? null : names;
}

function readMessages(joined: Uint8Array): readonly string[] | "more" | null {
  if (joined.length > 0 && joined[0] !== SERVER_HELLO) return null;
  if (joined.length < HANDSHAKE_HEADER_LENGTH) return "more";
  const certificate = HANDSHAKE_HEADER_LENGTH + (joined[1] << 16) + readUint16(joined, 2);
  if (certificate > MAX_FLIGHT_LENGTH) return null;
  if (certificate >= joined.length) return "more";
  if (!isReadable(joined, certificate) || joined[certificate] !== CERTIFICATE) return null;
  const length = measureFirstCertificate(joined, certificate, joined.length);
  if (length < 0 || certificate + length > MAX_FLIGHT_LENGTH) return null;
  if (length === 0 || certificate + length > joined.length) return "more";
  return readCertificateNames(joined, certificate, joined.length);
}

/** Whether what follows the ServerHello in `bytes[0..end)` is unencrypted. */
function isReadable(bytes: Uint8Array, end: number): boolean {
  if (end <= SESSION_ID_OFFSET) return false;
  const version = HANDSHAKE_HEADER_LENGTH;
  if (bytes[version] !== VERSION_MAJOR || bytes[version + 1] > MAX_VERSION_MINOR) return false;
  const list = SESSION_ID_OFFSET + 1 + bytes[SESSION_ID_OFFSET] + CIPHER_AND_COMPRESSION_LENGTH;
  for (let cursor = list + 2; end - cursor >= EXTENSION_HEADER_LENGTH; ) {
    if (readUint16(bytes, cursor) === SUPPORTED_VERSIONS) return false;
    cursor += EXTENSION_HEADER_LENGTH + readUint16(bytes, cursor + 2);
  }
  return true;
}
