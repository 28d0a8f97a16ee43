/** A compiled filter expression. */
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";

/**
 * Whether a packet passes. `bytes` and `packet` are borrowed for the call.
 *
 * @param originalLength Bytes of the packet on the wire.
 */
export type PacketFilter = (bytes: Uint8Array, packet: DecodedPacket, originalLength: number) => boolean;
