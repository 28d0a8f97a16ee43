/**
 * TLS messages of clients and servers (RFC 8446, RFC 5246), with their plaintext headers and extensions. A hello is built
 * once per name and kind; each connection gets a copy with its own random, session and keys.
 */
import { ByteWriter, concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import {
  alpn,
  type Extension,
  encryptedHello,
  serverName,
} from "../../../src/testing/builders/client-hello.ts";
import { Random } from "../random.ts";
import type { Office } from "./office.ts";

export type HelloKind = "post-quantum" | "tls13" | "tls12" | "quic-post-quantum" | "quic";

const HANDSHAKE = 22;
const CHANGE_CIPHER_SPEC = 20;
const APPLICATION_DATA = 23;
const SERVER_HELLO = 2;
const NEW_SESSION_TICKET = 4;
const CERTIFICATE = 11;
const SERVER_KEY_EXCHANGE = 12;
const SERVER_HELLO_DONE = 14;
const CLIENT_KEY_EXCHANGE = 16;

/** IANA, TLS Supported Groups, with key lengths in bytes. */
const X25519 = { group: 29, clientKey: 32, serverKey: 32 } as const;
const X25519MLKEM768 = { group: 0x11ec, clientKey: 1216, serverKey: 1120 } as const;
const SUITES = [0x1301, 0x1302, 0x1303, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8];
const SUITES_QUIC = [0x1301, 0x1302, 0x1303];
const SUITES_TLS12 = [0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8, 0x009d, 0x009c];
const GROUPS = [X25519.group, 23, 24];
/**
 * Idle timeout, initial data limits, initial stream limits, and the client's connection ID, which is empty (RFC 9000, 18.2).
 */
const TRANSPORT_PARAMETERS = [1, 4, 0x80, 0, 0x75, 0x30, 4, 4, 0x80, 0x10, 0, 0, 8, 2, 0x40, 0x64, 15, 0];
/** After type, length and version. */
const RANDOM_OFFSET = 6;
const RANDOM_BYTES = 32;
const SESSION_ID_OFFSET = RANDOM_OFFSET + RANDOM_BYTES + 1;

/**
 * Builds hellos and keeps them. Their random choices come from a separate generator, so that an additional name of Apple's
 * changes names only, not the traffic.
 */
export class HelloShelf {
  readonly #kept = new Map<string, Uint8Array>();
  readonly #random = new Random(1);

  /** A ClientHello for `name`, without records; owned by the caller. */
  take(kind: HelloKind, name: string, office: Office): Uint8Array {
    const key = `${kind} ${name}`;
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      kept = buildHello(kind, name, this.#random);
      this.#kept.set(key, kept);
    }
    const hello = kept.slice();
    hello.set(office.opaque(RANDOM_BYTES), RANDOM_OFFSET);
    if (!kind.startsWith("quic")) hello.set(office.opaque(RANDOM_BYTES), SESSION_ID_OFFSET);
    return hello;
  }
}

function buildHello(kind: HelloKind, name: string, random: Random): Uint8Array {
  const isQuic = kind.startsWith("quic");
  const isPostQuantum = kind.endsWith("post-quantum");
  const suites = kind === "tls12" ? SUITES_TLS12 : isQuic ? SUITES_QUIC : SUITES;
  const groups = isPostQuantum ? [X25519MLKEM768.group, ...GROUPS] : GROUPS;
  const common = [
    extension(23, []),
    extension(0xff01, [0]),
    extension(10, words(groups)),
    extension(11, [1, 0]),
    extension(5, [1, 0, 0, 0, 0]),
    extension(13, words([0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601])),
    extension(18, []),
    isQuic ? alpn("h3") : alpn("h2", "http/1.1"),
  ];
  const extensions = [serverName(name), ...common];
  if (kind !== "tls12") {
    const shares = isPostQuantum ? [X25519MLKEM768, X25519] : [X25519];
    extensions.push(extension(43, [2, 3, 4]), extension(45, [1, 1]), keyShare(shares, random));
    // Some resume with a ticket; browsers send a GREASE encrypted hello; some of them shuffle their extensions.
    if (isPostQuantum && random.fraction() < 0.5) extensions.push(extension(35, opaqueBytes(192, random)));
    if (isPostQuantum && random.fraction() < 0.5) extensions.push(encryptedHello());
    if (isPostQuantum && random.fraction() < 0.5) extensions.reverse();
  }
  if (isQuic) extensions.push(extension(57, TRANSPORT_PARAMETERS));
  const list = new ByteWriter();
  for (const { type, data } of extensions) list.uint16(type).uint16(data.length).bytes(data);
  const body = new ByteWriter().uint16(0x0303).zeros(RANDOM_BYTES);
  if (isQuic) body.uint8(0);
  else body.uint8(RANDOM_BYTES).zeros(RANDOM_BYTES);
  body.bytes(words(suites)).uint8(1).uint8(0).uint16(list.length).bytes(list.toBytes());
  return message(1, body.toBytes());
}

function keyShare(groups: readonly (typeof X25519 | typeof X25519MLKEM768)[], random: Random): Extension {
  const entries = new ByteWriter();
  for (const { group, clientKey } of groups) {
    entries.uint16(group).uint16(clientKey).bytes(opaqueBytes(clientKey, random));
  }
  const data = new ByteWriter().uint16(entries.length).bytes(entries.toBytes());
  return extension(51, data.toBytes());
}

function opaqueBytes(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.uint32() >>> 24);
}

/** The ServerHello of TLS 1.3 with its key. */
export function serverHello(isPostQuantum: boolean, office: Office): Uint8Array {
  const { group, serverKey } = isPostQuantum ? X25519MLKEM768 : X25519;
  const share = new ByteWriter().uint16(group).uint16(serverKey).bytes(office.opaque(serverKey)).toBytes();
  const body = new ByteWriter().uint16(0x0303).bytes(office.opaque(RANDOM_BYTES));
  body.uint8(RANDOM_BYTES).bytes(office.opaque(RANDOM_BYTES)).uint16(0x1301).uint8(0);
  body
    .uint16(share.length + 10)
    .bytes([0, 43, 0, 2, 3, 4, 0, 51])
    .uint16(share.length)
    .bytes(share);
  return message(SERVER_HELLO, body.toBytes());
}

/** The first flight of a TLS 1.3 server: its hello, and the certificate among encrypted messages. */
export function serverFlight13(isPostQuantum: boolean, office: Office): Uint8Array {
  return concatBytes(
    record(HANDSHAKE, serverHello(isPostQuantum, office)),
    record(CHANGE_CIPHER_SPEC, [1]),
    applicationData(office.pause(2_400, 4_600), office),
  );
}

/** The first flight of a TLS 1.2 server: hello, opaque certificates, key, done. */
export function serverFlight12(office: Office): Uint8Array {
  const hello = new ByteWriter().uint16(0x0303).bytes(office.opaque(RANDOM_BYTES));
  hello.uint8(RANDOM_BYTES).bytes(office.opaque(RANDOM_BYTES)).uint16(0xc02f).uint8(0);
  hello.uint16(5).bytes([0xff, 1, 0, 1, 0]);
  const chain = new ByteWriter();
  for (const length of [office.pause(1_200, 2_000), 1_306]) {
    chain
      .uint8(0)
      .uint16(length)
      .bytes([0x30, 0x82])
      .uint16(length - 4)
      .bytes(office.opaque(length - 4));
  }
  const certificate = new ByteWriter().uint8(0).uint16(chain.length).bytes(chain.toBytes());
  const key = new ByteWriter().bytes([3, 0, 29, 32]).bytes(office.opaque(32)).uint16(0x0804).uint16(256);
  return concatBytes(
    record(HANDSHAKE, message(SERVER_HELLO, hello.toBytes())),
    record(HANDSHAKE, message(CERTIFICATE, certificate.toBytes())),
    record(HANDSHAKE, message(SERVER_KEY_EXCHANGE, key.bytes(office.opaque(256)).toBytes())),
    record(HANDSHAKE, message(SERVER_HELLO_DONE, [])),
  );
}

/** The second flight of a TLS 1.2 client: its key, and the first encrypted message. */
export function clientKey12(office: Office): Uint8Array {
  const key = message(CLIENT_KEY_EXCHANGE, concatBytes([32], office.opaque(32)));
  return concatBytes(record(HANDSHAKE, key), finished12(office));
}

/** The last flight of a TLS 1.2 server's handshake. */
export function serverEnd12(office: Office): Uint8Array {
  const ticket = message(NEW_SESSION_TICKET, concatBytes([0, 0, 0x1c, 0x20, 0, 192], office.opaque(192)));
  return concatBytes(record(HANDSHAKE, ticket), finished12(office));
}

function finished12(office: Office): Uint8Array {
  return concatBytes(record(CHANGE_CIPHER_SPEC, [1]), record(HANDSHAKE, office.opaque(40)));
}

/** The last flight of a TLS 1.3 client's handshake. */
export function clientEnd13(office: Office): Uint8Array {
  return concatBytes(record(CHANGE_CIPHER_SPEC, [1]), applicationData(53, office));
}

/** A record with `length` encrypted bytes, at most 16,640. */
export function applicationData(length: number, office: Office): Uint8Array {
  return record(APPLICATION_DATA, office.opaque(length));
}

/** One record of TLS 1.2 and later. */
export function record(type: number, content: Uint8Array | readonly number[]): Uint8Array {
  return concatBytes([type, 3, 3, content.length >> 8, content.length & 0xff], content);
}

function message(type: number, body: Uint8Array | readonly number[]): Uint8Array {
  return concatBytes([type, 0, body.length >> 8, body.length & 0xff], body);
}

function extension(type: number, data: Uint8Array | readonly number[]): Extension {
  return { type, data: Uint8Array.from(data) };
}

/** A list of 16-bit words with its length in bytes before it. */
function words(values: readonly number[]): Uint8Array {
  const writer = new ByteWriter().uint16(2 * values.length);
  for (const value of values) writer.uint16(value);
  return writer.toBytes();
}
