/**
 * EtherIP (RFC 3378, 3): Ethernet in IP, protocol 97.
 *
 *    0                       2
 *   | version 3, reserved 0 | Ethernet
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { Layer, truncationWeird } from "./layers.ts";
import { enterTunnel, Tunnel } from "./tunnels.ts";
import { Weird } from "./weirds.ts";

const HEADER_LENGTH = 2;
const VERSION_3 = 0x3000;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeEtherIp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERIP_HEADER, end, out);
  if (readUint16(bytes, offset) !== VERSION_3) return Weird.BAD_ETHERIP_HEADER;
  return enterTunnel(Tunnel.ETHERIP, Layer.ETHERNET, offset + HEADER_LENGTH, end, out);
}
