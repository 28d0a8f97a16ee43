/**
 * TCP (RFC 9293, 3.1): ports, flags, and the payload's offset.
 *
 *    0             2                  4          8                12            13      14
 *   | source port | destination port | sequence | acknowledgment | data offset | flags | window ...
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { IpProtocol } from "../../net/ip-protocols.ts";
import { type DecodedPacket, FragmentKind } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const DESTINATION_PORT_OFFSET = 2;
const PORTS_LENGTH = 4;
const DATA_OFFSET_OFFSET = 12;
const FLAGS_OFFSET = 13;
const MIN_HEADER_LENGTH = 20;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeTcp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  const available = end - offset;
  if (available < MIN_HEADER_LENGTH) return decodeShortTcp(bytes, offset, end, out);
  const headerLength = (bytes[offset + DATA_OFFSET_OFFSET] >> 4) << 2;
  if (headerLength < MIN_HEADER_LENGTH) return Weird.BAD_TCP_HEADER_LENGTH;
  if (headerLength > available && !isTruncated(end, out)) return Weird.TRUNCATED_TCP_HEADER;
  out.tcpFlags = bytes[offset + FLAGS_OFFSET];
  return finish(bytes, offset, headerLength < available ? offset + headerLength : end, end, out);
}

/** Less than a header. The ports suffice if the capture or the fragment ends here; otherwise the packet is malformed. */
function decodeShortTcp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < PORTS_LENGTH || !isTruncated(end, out))
    return truncationWeird(Weird.TRUNCATED_TCP_HEADER, end, out);
  if (end - offset > FLAGS_OFFSET) out.tcpFlags = bytes[offset + FLAGS_OFFSET];
  return finish(bytes, offset, end, end, out);
}

/** Whether the segment continues beyond `end`: truncated by the snaplen, or a first fragment. */
function isTruncated(end: number, out: DecodedPacket): boolean {
  return out.fragment === FragmentKind.FIRST || (out.truncatedBySnaplen !== 0 && end === out.capturedEnd);
}

function finish(bytes: Uint8Array, offset: number, payload: number, end: number, out: DecodedPacket): number {
  out.protocol = IpProtocol.TCP;
  out.sourcePort = readUint16(bytes, offset);
  out.destinationPort = readUint16(bytes, offset + DESTINATION_PORT_OFFSET);
  out.transportOffset = offset;
  out.payloadOffset = payload;
  out.payloadEnd = end;
  return follow(Layer.DONE, payload, end, out);
}
