/**
 * GTP-U, user data of mobile networks (3GPP TS 29.281, 5.1 and 5.2).
 *
 *    0       1      2        4           8          10           11          12
 *   | flags | type | length | tunnel id | sequence | N-PDU number | next type | extensions | IP      type ff: user data
 *   flags: e0 version 1, 10 GTP (not GTP'), 04 extension, 02 sequence, 01 N-PDU; 8 to 11 are there if one of these is
 *   extension: | length in units of 4 | content | next type |
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeEthernet, looksLikeIp } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, skipTunnel, Tunnel } from "./tunnels.ts";

const TYPE_OFFSET = 1;
const LENGTH_OFFSET = 2;
const HEADER_LENGTH = 8;
const OPTIONAL_LENGTH = 4;
const FIXED_FLAGS_MASK = 0xf8;
const VERSION_1_GTP = 0x30;
const OPTIONAL_PRESENT = 0x07;
const EXTENSION_PRESENT = 0x04;
const USER_DATA = 0xff;
const EXTENSION_UNIT = 4;
/** Real packets have one or two; more are an attack on the decoder. */
const MAX_EXTENSIONS = 16;

/** Decodes the header at `offset`, the payload of a UDP packet; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeGtpU(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH || (bytes[offset] & FIXED_FLAGS_MASK) !== VERSION_1_GTP) {
    return follow(Layer.DONE, offset, end, out);
  }
  const innerEnd = Math.min(offset + HEADER_LENGTH + readUint16(bytes, offset + LENGTH_OFFSET), end);
  const inner = bytes[offset + TYPE_OFFSET] === USER_DATA ? payloadOffset(bytes, offset, innerEnd) : -1;
  const layer = inner < 0 ? Layer.DONE : innerLayer(bytes, inner, innerEnd, out);
  if (layer === Layer.DONE) return skipTunnel(Tunnel.GTP_U, offset, end, out);
  return enterTunnel(Tunnel.GTP_U, layer, inner, innerEnd, out);
}

/** Nothing says which of the two a session has: IP, or Ethernet since 5G (3GPP TS 23.501, 5.6.10.2). */
function innerLayer(bytes: Uint8Array, inner: number, end: number, out: DecodedPacket): number {
  if (looksLikeIp(bytes, inner, end, out)) return Layer.RAW_IP;
  return looksLikeEthernet(bytes, inner, end) ? Layer.ETHERNET : Layer.DONE;
}

/** Returns the end of the header, or -1 if its extensions do not fit. */
function payloadOffset(bytes: Uint8Array, offset: number, end: number): number {
  const flags = bytes[offset];
  if ((flags & OPTIONAL_PRESENT) === 0) return offset + HEADER_LENGTH;
  let payload = offset + HEADER_LENGTH + OPTIONAL_LENGTH;
  if ((flags & EXTENSION_PRESENT) === 0) return payload;
  // The last byte before each extension is its type.
  for (let i = 0; i < MAX_EXTENSIONS && payload < end; i++) {
    if (bytes[payload - 1] === 0) return payload;
    const length = bytes[payload] * EXTENSION_UNIT;
    if (length === 0 || end - payload < length) return -1;
    payload += length;
  }
  return -1;
}
