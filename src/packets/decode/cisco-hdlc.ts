/**
 * Cisco HDLC, a vendor's framing of serial lines (described in RFC 1547, 4.3.1).
 *
 *    0         1         2           4
 *   | address | control | EtherType | payload        address 0f unicast, 8f broadcast
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType } from "./ether-type.ts";
import { truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const TYPE_OFFSET = 2;
const HEADER_LENGTH = 4;
const BROADCAST = 0x8f;
/** Keep-alives of the line; elsewhere this number means RARP. */
const SERIAL_LINE_ADDRESS_RESOLUTION = 0x8035;
const CISCO_DISCOVERY = 0x2000;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeCiscoHdlc(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_CISCO_HDLC_HEADER, end, out);
  if (bytes[offset] === BROADCAST) out.linkBroadcast = 1;
  const type = readUint16(bytes, offset + TYPE_OFFSET);
  if (type === SERIAL_LINE_ADDRESS_RESOLUTION || type === CISCO_DISCOVERY) return Weird.CISCO_CONTROL;
  return followEtherType(type, offset + HEADER_LENGTH, end, out);
}

/** Decodes the same header after a byte with the direction. */
export function decodeCiscoHdlcWithDirection(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  return decodeCiscoHdlc(bytes, offset + 1, end, out);
}
