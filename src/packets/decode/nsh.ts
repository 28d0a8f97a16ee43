/**
 * Network Service Header (RFC 8300, 2), over Ethernet, GRE or another tunnel.
 *
 *    0                                  2         3               4
 *   | version, O, TTL, length in words | MD type | next protocol | service path, index, context | payload
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const NEXT_PROTOCOL_OFFSET = 3;
const VERSION_MASK = 0xc000;
const LENGTH_MASK = 0x003f;
const WORD_LENGTH = 4;
/** Base header and service path header. */
const MIN_LENGTH = 8;
/** IANA "NSH Next Protocol". */
const NextProtocol = { IPV4: 1, IPV6: 2, ETHERNET: 3, NSH: 4, MPLS: 5 } as const;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeNsh(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_LENGTH) return truncationWeird(Weird.TRUNCATED_NSH_HEADER, end, out);
  const first = readUint16(bytes, offset);
  const length = (first & LENGTH_MASK) * WORD_LENGTH;
  if ((first & VERSION_MASK) !== 0 || length < MIN_LENGTH) return Weird.BAD_LINK_HEADER;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_NSH_HEADER, end, out);
  const payload = offset + length;
  switch (bytes[offset + NEXT_PROTOCOL_OFFSET]) {
    case NextProtocol.IPV4:
      return follow(Layer.IPV4, payload, end, out);
    case NextProtocol.IPV6:
      return follow(Layer.IPV6, payload, end, out);
    case NextProtocol.ETHERNET:
      return follow(Layer.ETHERNET, payload, end, out);
    case NextProtocol.NSH:
      return follow(Layer.NSH, payload, end, out);
    case NextProtocol.MPLS:
      return follow(Layer.MPLS, payload, end, out);
    default:
      return Weird.UNKNOWN_NSH_PROTOCOL;
  }
}
