/** Builds protected QUIC packets (RFC 9001, 5; RFC 9369, 3): the reverse of what the project reads. */
import { createCipheriv, createHmac, hkdfSync } from "node:crypto";
import { ByteWriter, concatBytes } from "../../src/testing/builders/byte-writer.ts";

/** Versions by their numbers on the wire. */
export const QUIC_V1 = 0x0000_0001;
export const QUIC_V2 = 0x6b33_43cf;
export const QUIC_DRAFT_29 = 0xff00_001d;

const SALTS: Readonly<Record<number, string>> = {
  [QUIC_V1]: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a",
  [QUIC_V2]: "0dede3def700a6db819381be6e269dcbf9bd2ed9",
  [QUIC_DRAFT_29]: "afbfec289993d24c9e9786f19c6111e04390a899",
};

/** Fields of an Initial; omitted ones have plain values. */
export interface InitialFields {
  readonly version?: number;
  readonly destination: Uint8Array;
  readonly source?: Uint8Array;
  readonly token?: Uint8Array;
  readonly packetNumber?: number;
  /** The destination that the keys are derived from, if it is not the packet's. */
  readonly keysFrom?: Uint8Array;
  readonly isFromServer?: boolean;
  /** Padded payload length. */
  readonly paddedTo?: number;
}

/** A protected Initial that contains `frames`. */
export function buildInitial(fields: InitialFields, frames: Uint8Array): Uint8Array {
  const version = fields.version ?? QUIC_V1;
  const source = fields.source ?? new Uint8Array(0);
  const token = fields.token ?? new Uint8Array(0);
  const payload = concatBytes(frames, new Uint8Array(Math.max(0, (fields.paddedTo ?? 1162) - frames.length)));
  const header = new ByteWriter()
    .uint8(version === QUIC_V2 ? 0xd3 : 0xc3)
    .uint32(version)
    .uint8(fields.destination.length)
    .bytes(fields.destination)
    .uint8(source.length)
    .bytes(source);
  if (token.length < 64) header.uint8(token.length);
  else header.uint16(0x4000 | token.length);
  header
    .bytes(token)
    .uint16(0x4000 | (4 + payload.length + 16))
    .uint32(fields.packetNumber ?? 0);
  const role = fields.isFromServer ? "server in" : "client in";
  return protect(header.toBytes(), payload, version, fields.keysFrom ?? fields.destination, role);
}

/** `header` ends with a 4-byte packet number. */
function protect(
  header: Uint8Array,
  payload: Uint8Array,
  version: number,
  destination: Uint8Array,
  role: string,
): Uint8Array {
  const secret = hkdfSync("sha256", destination, Buffer.from(SALTS[version], "hex"), info(role, 32), 32);
  const prefix = version === QUIC_V2 ? "quicv2 " : "quic ";
  const expand = (label: string, length: number) =>
    createHmac("sha256", Buffer.from(secret))
      .update(concatBytes(info(prefix + label, length), [1]))
      .digest()
      .subarray(0, length);
  const nonce = Uint8Array.from(expand("iv", 12));
  for (let i = 0; i < 4; i++) nonce[8 + i] ^= header[header.length - 4 + i];
  const cipher = createCipheriv("aes-128-gcm", expand("key", 16), nonce).setAAD(header);
  const sealed = concatBytes(cipher.update(payload), cipher.final(), cipher.getAuthTag());
  const ecb = createCipheriv("aes-128-ecb", expand("hp", 16), null).setAutoPadding(false);
  const mask = ecb.update(sealed.subarray(0, 16));
  const hidden = header.slice();
  hidden[0] ^= mask[0] & 0x0f;
  for (let i = 0; i < 4; i++) hidden[hidden.length - 4 + i] ^= mask[1 + i];
  return concatBytes(hidden, sealed);
}

function info(label: string, length: number): Uint8Array {
  const text = `tls13 ${label}`;
  return new ByteWriter().uint16(length).uint8(text.length).text(text).uint8(0).toBytes();
}

/** A CRYPTO frame with `hello[start..end)` at its offset. */
export function cryptoFrame(hello: Uint8Array, start = 0, end = hello.length): Uint8Array {
  const part = hello.subarray(start, end);
  return new ByteWriter()
    .uint8(6)
    .uint16(0x4000 | start)
    .uint16(0x4000 | part.length)
    .bytes(part)
    .toBytes();
}

/** A Retry (RFC 9000, 17.2.5) with a token and an unchecked tag. */
export function buildRetry(version: number, destination: Uint8Array, source: Uint8Array): Uint8Array {
  return new ByteWriter()
    .uint8(version === QUIC_V2 ? 0xc0 : 0xf0)
    .uint32(version)
    .uint8(destination.length)
    .bytes(destination)
    .uint8(source.length)
    .bytes(source)
    .zeros(1200)
    .toBytes();
}
