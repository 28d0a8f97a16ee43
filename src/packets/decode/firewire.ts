/**
 * Apple's IP over IEEE 1394 (tcpdump.org/linktypes, LINKTYPE_APPLE_IP_OVER_IEEE1394; XNU `firewire.h`).
 *
 *    0                 8            16          18
 *   | destination     | source     | EtherType | payload        addresses are EUI-64
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType } from "./ether-type.ts";
import { truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const ADDRESS_LENGTH = 8;
const TYPE_OFFSET = 16;
const HEADER_LENGTH = 18;
const BROADCAST_BYTE = 0xff;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeFirewire(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_FIREWIRE_HEADER, end, out);
  let broadcastBytes = 0;
  while (broadcastBytes < ADDRESS_LENGTH && bytes[offset + broadcastBytes] === BROADCAST_BYTE)
    broadcastBytes++;
  if (broadcastBytes === ADDRESS_LENGTH) out.linkBroadcast = 1;
  return followEtherType(readUint16(bytes, offset + TYPE_OFFSET), offset + HEADER_LENGTH, end, out);
}
