/** Builds responses of TLS servers: ServerHello (RFC 5246, 7.4.1.3) and Certificate (7.4.2), as messages. */
import { ByteWriter, concatBytes } from "../../src/testing/builders/byte-writer.ts";

const SERVER_HELLO = 2;
const CERTIFICATE = 11;

/** `supported_versions` of a server that has chosen TLS 1.3 (RFC 8446, 4.2.1). */
export const CHOSEN_TLS_13 = [0, 43, 0, 2, 3, 4] as const;
/** `renegotiation_info`, empty (RFC 5746, 3.2). */
const RENEGOTIATION = [0xff, 1, 0, 1, 0];

/** A ServerHello. Old servers send no extensions, not even a length of zero. */
export function buildServerHello(
  extensions: readonly number[] | null = RENEGOTIATION,
  version = 0x0303,
): Uint8Array {
  const body = new ByteWriter().uint16(version);
  body.bytes(Uint8Array.from({ length: 32 }, (_, i) => i + 1));
  body.uint8(32).bytes(Uint8Array.from({ length: 32 }, (_, i) => 0xff - i));
  body.uint16(0xc02f).uint8(0);
  if (extensions !== null) body.uint16(extensions.length).bytes(Uint8Array.from(extensions));
  return message(SERVER_HELLO, body.toBytes());
}

/** A Certificate message with a chain of certificates in DER. */
export function buildCertificate(...chain: readonly Uint8Array[]): Uint8Array {
  const list = concatBytes(...chain.flatMap((one) => [uint24(one.length), one]));
  return message(CERTIFICATE, concatBytes(uint24(list.length), list));
}

function message(type: number, body: Uint8Array): Uint8Array {
  return concatBytes([type], uint24(body.length), body);
}

function uint24(value: number): number[] {
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}
