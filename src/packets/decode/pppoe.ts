/**
 * PPP over Ethernet, session stage (RFC 2516, 4 and 6).
 *
 *    0               1      2            4        6
 *   | version, type | code | session id | length | PPP from its protocol on
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const CODE_OFFSET = 1;
const LENGTH_OFFSET = 4;
const HEADER_LENGTH = 6;
const VERSION_AND_TYPE = 0x11;
const SESSION_CODE = 0;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodePppoe(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_PPPOE_HEADER, end, out);
  if (bytes[offset] !== VERSION_AND_TYPE) return Weird.BAD_PPPOE_HEADER;
  if (bytes[offset + CODE_OFFSET] !== SESSION_CODE) return Weird.PPPOE_DISCOVERY;
  const payload = offset + HEADER_LENGTH;
  const length = readUint16(bytes, offset + LENGTH_OFFSET);
  return follow(Layer.PPP, payload, Math.min(payload + length, end), out);
}
