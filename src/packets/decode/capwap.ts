/**
 * CAPWAP data (RFC 5415, 4.3 and 4.4.2): frames between an access point and its controller. Encrypted ones (DTLS) and
 * keep-alives are not entered.
 *
 *    0               1                                    4             6                8
 *   | version, type | header length 5, radio 5, binding 5, | fragment id | fragment offset | (radio address, ...) | frame
 *                   | flags: 802.11 or not, F, L, W, M, K  |
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeEthernet } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, skipTunnel, Tunnel } from "./tunnels.ts";

const MIN_HEADER_LENGTH = 8;
const VERSION_AND_TYPE = 0x00;
const LENGTH_OFFSET = 1;
const LENGTH_SHIFT = 3;
const WORD_LENGTH = 4;
const BINDING_OFFSET = 2;
/** The five bits of the binding, and the flag for a native frame. */
const BINDING_MASK = 0x3e;
const WIFI_BINDING = 0x02;
const NATIVE = 0x01;
const FLAGS_OFFSET = 3;
const KEEP_ALIVE = 0x08;
const RESERVED_FLAGS = 0x07;
const FRAGMENT_OFFSET = 6;
const FRAGMENT_OFFSET_MASK = 0xfff8;
/** Version and type bits of a data frame, in the first byte of its frame control. */
const DATA_MASK = 0x0f;
const DATA = 0x08;

/** Decodes the header at `offset`, the payload of a UDP packet; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeCapwap(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_HEADER_LENGTH || bytes[offset] !== VERSION_AND_TYPE) {
    return follow(Layer.DONE, offset, end, out);
  }
  const length = (bytes[offset + LENGTH_OFFSET] >> LENGTH_SHIFT) * WORD_LENGTH;
  const flags = bytes[offset + FLAGS_OFFSET];
  if (length < MIN_HEADER_LENGTH || (flags & RESERVED_FLAGS) !== 0) {
    return follow(Layer.DONE, offset, end, out);
  }
  const isLaterFragment = (readUint16(bytes, offset + FRAGMENT_OFFSET) & FRAGMENT_OFFSET_MASK) !== 0;
  const isFrame = !isLaterFragment && (flags & KEEP_ALIVE) === 0;
  const layer = isFrame
    ? innerLayer(bytes[offset + BINDING_OFFSET], bytes, offset + length, end)
    : Layer.DONE;
  if (layer === Layer.DONE) return skipTunnel(Tunnel.CAPWAP, offset, end, out);
  return enterTunnel(Tunnel.CAPWAP, layer, offset + length, end, out);
}

function innerLayer(binding: number, bytes: Uint8Array, frame: number, end: number): number {
  if ((binding & NATIVE) === 0) return looksLikeEthernet(bytes, frame, end) ? Layer.ETHERNET : Layer.DONE;
  if ((binding & BINDING_MASK) !== WIFI_BINDING || end - frame < 2) return Layer.DONE;
  if ((bytes[frame] & DATA_MASK) === DATA) return Layer.WIFI;
  // Cisco's devices swap the two bytes of the frame control.
  return (bytes[frame + 1] & DATA_MASK) === DATA ? Layer.WIFI_SWAPPED : Layer.DONE;
}
