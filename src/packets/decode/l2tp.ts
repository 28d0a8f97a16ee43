/**
 * L2TP data in UDP: version 2 (RFC 2661, 3.1) with PPP, and version 3 (RFC 3931, 4.1.2.1).
 *
 *    0                2          then, each if its flag is there
 *   | flags, version | L: length | tunnel id | session id | S: Ns, Nr | O: offset size, padding | PPP
 *   version 3:       | reserved  | session id | cookie, sublayer | frame            (`l2tpv3.ts`)
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikePpp } from "./inner-headers.ts";
import { l2tpv3Frame, l2tpv3Layer } from "./l2tpv3.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, skipTunnel, Tunnel } from "./tunnels.ts";

const FLAGS_LENGTH = 2;
const FIELD_LENGTH = 2;
const CONTROL = 0x8000;
const LENGTH_PRESENT = 0x4000;
const SEQUENCE_PRESENT = 0x0800;
const OFFSET_PRESENT = 0x0200;
const RESERVED = 0x34f0;
const VERSION_MASK = 0x000f;
const IDS_LENGTH = 4;
const SEQUENCE_LENGTH = 4;
const MIN_HEADER_LENGTH = 6;
const MAX_HEADER_LENGTH = 14;
/** A version 3 data message has only the T flag. */
const VERSION_3_DATA = 0x0003;
const VERSION_3_SESSION_OFFSET = 4;

/** Decodes the header at `offset`, the payload of a UDP packet; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeL2tp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_HEADER_LENGTH) return follow(Layer.DONE, offset, end, out);
  const flags = readUint16(bytes, offset);
  if (flags === VERSION_3_DATA) return decodeVersion3(bytes, offset, end, out);
  const version = flags & VERSION_MASK;
  if ((version !== 2 && version !== 3) || (flags & RESERVED) !== 0) {
    return follow(Layer.DONE, offset, end, out);
  }
  const kind = version === 2 ? Tunnel.L2TPV2 : Tunnel.L2TPV3;
  if (version === 3 || (flags & CONTROL) !== 0) return skipTunnel(kind, offset, end, out);
  const innerEnd = messageEnd(flags, bytes, offset, end, out);
  const inner = innerEnd < 0 ? -1 : payloadOffset(flags, bytes, offset, innerEnd);
  if (inner < 0 || !looksLikePpp(bytes, inner, innerEnd, out)) return skipTunnel(kind, offset, end, out);
  return enterTunnel(kind, Layer.PPP, inner, innerEnd, out);
}

/** Returns the end of the message by its own length, or -1 if that exceeds the packet. */
function messageEnd(
  flags: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if ((flags & LENGTH_PRESENT) === 0) return end;
  const ownEnd = offset + readUint16(bytes, offset + FLAGS_LENGTH);
  if (ownEnd <= end) return ownEnd;
  return end === out.capturedEnd ? end : -1;
}

/** Returns the end of the header, or -1 if it does not fit. */
function payloadOffset(flags: number, bytes: Uint8Array, offset: number, end: number): number {
  let payload = offset + FLAGS_LENGTH + IDS_LENGTH;
  if ((flags & LENGTH_PRESENT) !== 0) payload += FIELD_LENGTH;
  if ((flags & SEQUENCE_PRESENT) !== 0) payload += SEQUENCE_LENGTH;
  if ((flags & OFFSET_PRESENT) === 0) return payload;
  if (end - offset < MAX_HEADER_LENGTH) return -1;
  return payload + FIELD_LENGTH + readUint16(bytes, payload);
}

function decodeVersion3(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  const frame = l2tpv3Frame(bytes, offset + VERSION_3_SESSION_OFFSET, end, out);
  if (frame < 0) return skipTunnel(Tunnel.L2TPV3, offset, end, out);
  return enterTunnel(Tunnel.L2TPV3, l2tpv3Layer(bytes, frame, end), frame, end, out);
}
