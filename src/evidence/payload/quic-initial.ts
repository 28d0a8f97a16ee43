/**
 * The protection of Initial packets, which anyone who saw the client's first one can remove (RFC 9001, 5; RFC 9369, 3.3): its
 * keys are derived from the destination id that the client chose.
 *
 *   initial  = HKDF-Extract(salt of the version, destination)
 *   client   = HKDF-Expand-Label(initial, "client in", 32)
 *   key, iv, hp = HKDF-Expand-Label(client, "quic key" | "quic iv" | "quic hp", 16 | 12 | 16)
 *
 * Extract and Expand take one HMAC each, as nothing is longer than a block (RFC 5869, 2.2 and 2.3).
 */
import { createDecipheriv } from "node:crypto";
import { encryptBlock } from "./aes-block.ts";
import { isVersion2, type QuicPacket, QuicVersion } from "./quic-packets.ts";
import { type HmacKey, hmac, hmacKey } from "./short-hmac.ts";

/** Salts: RFC 9001, 5.2; RFC 9369, 3.3.1, and its earlier drafts as implemented by ngtcp2; draft-ietf-quic-tls-29, 5.2. */
const SALT_V1 = saltKey("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
const SALT_V2 = saltKey("0dede3def700a6db819381be6e269dcbf9bd2ed9");
const SALT_V2_DRAFT = saltKey("a707c203a59b47184a1d62ca570406ea7ae3e5d3");
const SALT_DRAFT_29 = saltKey("afbfec289993d24c9e9786f19c6111e04390a899");

const CLIENT_SECRET = labelInfo("client in", 32);
const LABELS = [labelInfo("quic key", 16), labelInfo("quic iv", 12), labelInfo("quic hp", 16)];
const LABELS_V2 = [labelInfo("quicv2 key", 16), labelInfo("quicv2 iv", 12), labelInfo("quicv2 hp", 16)];

const TAG_LENGTH = 16;
const SAMPLE_OFFSET = 4;
/** Of the mask: one byte for the first byte, the rest for the packet number. */
const MASK_LENGTH = 5;
/** The protected bits of a long header's first byte: reserved bits and packet number length (RFC 9000, 17.2). */
const PROTECTED_BITS = 0x0f;
const RESERVED_BITS = 0x0c;
const PACKET_NUMBER_LENGTH_BITS = 0x03;

/** Reused. */
const mask = new Uint8Array(MASK_LENGTH);

/**
 * The keys of a client's packets, each derived on first use: three of four packets that are not Initials are rejected by the
 * first key.
 */
export class InitialKeys {
  readonly #secret: HmacKey;
  readonly #labels: readonly Uint8Array[];
  #key: Uint8Array | null = null;
  #iv: Uint8Array | null = null;
  #hp: Uint8Array | null = null;

  /** Derives the keys of the client whose first Initial went to `destination` (borrowed for the call). */
  constructor(version: QuicVersion, destination: Uint8Array) {
    const initial = hmac(saltOf(version), destination);
    this.#secret = hmacKey(hmac(hmacKey(initial), CLIENT_SECRET));
    this.#labels = isVersion2(version) ? LABELS_V2 : LABELS;
  }

  get key(): Uint8Array {
    this.#key ??= hmac(this.#secret, this.#labels[0]).subarray(0, 16);
    return this.#key;
  }

  get iv(): Uint8Array {
    this.#iv ??= hmac(this.#secret, this.#labels[1]).subarray(0, 12);
    return this.#iv;
  }

  /** The header protection key. */
  get hp(): Uint8Array {
    this.#hp ??= hmac(this.#secret, this.#labels[2]).subarray(0, 16);
    return this.#hp;
  }
}

/**
 * Returns the frames in an Initial, owned; null if the keys do not fit or the packet was modified in transit. `bytes`, which
 * `packet` was read from, is borrowed for the call.
 */
export function openInitial(bytes: Uint8Array, packet: QuicPacket, keys: InitialKeys): Uint8Array | null {
  encryptBlock(keys.hp, bytes, packet.packetNumberOffset + SAMPLE_OFFSET, mask);
  const first = bytes[packet.offset] ^ (mask[0] & PROTECTED_BITS);
  // Nonzero means wrong keys: the tag would show it later, at ten times the cost.
  if ((first & RESERVED_BITS) !== 0) return null;
  const payload = packet.packetNumberOffset + (first & PACKET_NUMBER_LENGTH_BITS) + 1;
  // Copies: slices of a Buffer, which both may be, would modify the original.
  const header = new Uint8Array(bytes.subarray(packet.offset, payload));
  const nonce = new Uint8Array(keys.iv);
  header[0] = first;
  for (let i = 1, at = packet.packetNumberOffset; at < payload; i++, at++) {
    header[at - packet.offset] ^= mask[i];
    nonce[nonce.length - payload + at] ^= header[at - packet.offset];
  }
  const tag = packet.end - TAG_LENGTH;
  const decipher = createDecipheriv("aes-128-gcm", keys.key, nonce);
  decipher.setAAD(header).setAuthTag(bytes.subarray(tag, packet.end));
  const frames = decipher.update(bytes.subarray(payload, tag));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return frames;
}

function saltOf(version: QuicVersion): HmacKey {
  if (version === QuicVersion.V2) return SALT_V2;
  if (version === QuicVersion.V2_DRAFT) return SALT_V2_DRAFT;
  return version === QuicVersion.V1 ? SALT_V1 : SALT_DRAFT_29;
}

function saltKey(digits: string): HmacKey {
  return hmacKey(Buffer.from(digits, "hex"));
}

/** The info of HKDF-Expand-Label without context (RFC 8446, 7.1), followed by the number of the only block. */
function labelInfo(label: string, length: number): Uint8Array {
  const text = `tls13 ${label}`;
  return Buffer.from([0, length, text.length, ...Buffer.from(text, "latin1"), 0, 1]);
}
