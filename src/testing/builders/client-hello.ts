/** Builds ClientHellos (RFC 8446, 4.1.2): bare, in records, and split. */
import { ByteWriter, concatBytes } from "./byte-writer.ts";

/** An extension of a ClientHello. */
export interface Extension {
  readonly type: number;
  readonly data: Uint8Array;
}

const HANDSHAKE = 22;

/**
 * Returns the extension with the server name that the client requests (RFC 6066, 3).
 *
 * @example
 * ```ts
 * import { buildClientHello, serverName } from "appleflow/testing";
 *
 * const hello = buildClientHello(serverName("mesu.apple.com"));
 * console.log(hello.length);
 * ```
 */
export function serverName(name: string | Uint8Array, type = 0): Extension {
  const bytes = typeof name === "string" ? Buffer.from(name, "utf8") : name;
  const data = new ByteWriter()
    .uint16(bytes.length + 3)
    .uint8(type)
    .uint16(bytes.length)
    .bytes(bytes);
  return { type: 0, data: data.toBytes() };
}

/**
 * Returns the extension with the protocols that the client offers (RFC 7301).
 *
 * @example
 * ```ts
 * import { alpn, buildClientHello, serverName } from "appleflow/testing";
 *
 * console.log(buildClientHello(serverName("www.example.org"), alpn("h2", "http/1.1")).length);
 * ```
 */
export function alpn(...protocols: readonly string[]): Extension {
  const list = new ByteWriter();
  for (const protocol of protocols) list.uint8(Buffer.byteLength(protocol)).text(protocol);
  return { type: 16, data: new ByteWriter().uint16(list.length).bytes(list.toBytes()).toBytes() };
}

/** Returns an outer `encrypted_client_hello`. */
export function encryptedHello(): Extension {
  const data = new ByteWriter()
    .uint8(0)
    .uint16(1)
    .uint16(1)
    .uint8(42)
    .uint16(32)
    .zeros(32)
    .uint16(144)
    .zeros(144);
  return { type: 0xfe0d, data: data.toBytes() };
}

/** Returns a `key_share` with a post-quantum key (X25519MLKEM768: 1216 bytes), too long for one segment. */
export function postQuantumKey(): Extension {
  const key = Uint8Array.from({ length: 1216 }, (_, i) => (i * 31) & 0xff);
  const data = new ByteWriter()
    .uint16(key.length + 4)
    .uint16(0x11ec)
    .uint16(key.length)
    .bytes(key);
  return { type: 51, data: data.toBytes() };
}

/**
 * Returns a TLS 1.2 ClientHello (RFC 5246, 7.4.1.2), without a record around it; the caller owns the bytes.
 *
 * @example
 * ```ts
 * import { buildClientHello, packet, serverName, toRecords } from "appleflow/testing";
 *
 * const hello = toRecords(buildClientHello(serverName("mesu.apple.com")));
 * const frame = packet().ethernet().ipv4().tcp({ destinationPort: 443, flags: "PA" }).payload(hello).build();
 * console.log(frame.length);
 * ```
 */
export function buildClientHello(...extensions: readonly Extension[]): Uint8Array {
  const list = new ByteWriter();
  for (const { type, data } of extensions) list.uint16(type).uint16(data.length).bytes(data);
  const body = new ByteWriter().uint16(0x0303);
  body.bytes(Uint8Array.from({ length: 32 }, (_, i) => i + 1));
  body.uint8(32).bytes(Uint8Array.from({ length: 32 }, (_, i) => 0xff - i));
  body.uint16(6).uint16(0x1301).uint16(0x1302).uint16(0x1303);
  body.uint8(1).uint8(0).uint16(list.length).bytes(list.toBytes());
  return new ByteWriter().uint8(1).uint8(0).uint16(body.length).bytes(body.toBytes()).toBytes();
}

/**
 * Splits a handshake message into TLS records of these lengths and one with the rest; the caller owns the bytes.
 *
 * @example
 * ```ts
 * import { buildClientHello, serverName, toRecords } from "appleflow/testing";
 *
 * // Two records: the first has 20 bytes of the message.
 * console.log(toRecords(buildClientHello(serverName("mesu.apple.com")), 20).length);
 * ```
 */
export function toRecords(message: Uint8Array, ...lengths: readonly number[]): Uint8Array {
  const records: Uint8Array[] = [];
  let cursor = 0;
  for (const length of [...lengths, message.length]) {
    const part = message.subarray(cursor, cursor + length);
    cursor += part.length;
    if (part.length === 0) continue;
    records.push(new ByteWriter().uint8(HANDSHAKE).uint16(0x0301).uint16(part.length).bytes(part).toBytes());
  }
  return concatBytes(...records);
}
