/**
 * UDP (RFC 768).
 *
 *    0             2                  4        6          8
 *   | source port | destination port | length | checksum | payload
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { IpProtocol } from "../../net/ip-protocols.ts";
import { type DecodedPacket, FragmentKind } from "./decoded-packet.ts";
import { follow, truncationWeird } from "./layers.ts";
import { layerInUdp } from "./udp-tunnels.ts";
import { Weird } from "./weirds.ts";

const DESTINATION_PORT_OFFSET = 2;
const PORTS_LENGTH = 4;
const LENGTH_OFFSET = 4;
const HEADER_LENGTH = 8;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeUdp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  const available = end - offset;
  if (available < HEADER_LENGTH) {
    const isTruncated = out.truncatedBySnaplen !== 0 && end === out.capturedEnd;
    if (!isTruncated || available < PORTS_LENGTH)
      return truncationWeird(Weird.TRUNCATED_UDP_HEADER, end, out);
    return finish(bytes, offset, end, end, out);
  }
  const length = readUint16(bytes, offset + LENGTH_OFFSET);
  // 0: a jumbogram (RFC 2675, 4), or segmentation offload.
  if (length !== 0) {
    if (length < HEADER_LENGTH) return Weird.BAD_UDP_LENGTH;
    if (length < available) end = offset + length;
    // Longer than the IP header's length allows. If the capture ends first, there is no contradiction.
    else if (length > available && end !== out.capturedEnd && out.fragment !== FragmentKind.FIRST) {
      return Weird.BAD_UDP_LENGTH;
    }
  }
  return finish(bytes, offset, offset + HEADER_LENGTH, end, out);
}

function finish(bytes: Uint8Array, offset: number, payload: number, end: number, out: DecodedPacket): number {
  const sourcePort = readUint16(bytes, offset);
  const destinationPort = readUint16(bytes, offset + DESTINATION_PORT_OFFSET);
  out.protocol = IpProtocol.UDP;
  out.sourcePort = sourcePort;
  out.destinationPort = destinationPort;
  out.transportOffset = offset;
  out.payloadOffset = payload;
  out.payloadEnd = end;
  return follow(layerInUdp(sourcePort, destinationPort, bytes, payload, end), payload, end, out);
}
