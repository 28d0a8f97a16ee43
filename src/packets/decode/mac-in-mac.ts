/**
 * Provider backbone bridging, MAC-in-MAC (IEEE 802.1Q, 9.7; formerly 802.1ah): a customer's complete frame after the
 * backbone's I-TAG.
 *
 *    0                             4
 *   after the type 0x88e7:
 *   | priority, flags | I-SID 24  | Ethernet of the customer
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const TAG_LENGTH = 4;

/** Decodes an I-TAG, whose type has been read; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeMacInMac(_bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < TAG_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  return follow(Layer.ETHERNET, offset + TAG_LENGTH, end, out);
}
