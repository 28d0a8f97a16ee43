/**
 * Bare IP in a capture that claims Ethernet: tools that record an iPhone over USB write packets of the cellular
 * interface, which have no link layer, among frames of Wi-Fi. The bytes in place of the EtherType are part of the
 * source address.
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { PacketClass, packetClassOf, Weird } from "./weirds.ts";

const IPV4_MIN_HEADER_LENGTH = 20;
const IPV4_TOTAL_LENGTH_OFFSET = 2;
const IPV6_HEADER_LENGTH = 40;
const IPV6_PAYLOAD_LENGTH_OFFSET = 4;

/** Whether decoding as Ethernet ended in a way that suggests it is not Ethernet. */
export function mayBeBareIp(weird: number): boolean {
  switch (weird) {
    case Weird.UNKNOWN_ETHER_TYPE:
    case Weird.LLC:
    case Weird.TRUNCATED_LLC_HEADER:
      return true;
    default:
      return false;
  }
}

/**
 * Whether `bytes[offset..end)` begins with an IP header whose length is exactly that of the packet on the wire:
 * `wireLength` bytes, possibly truncated by the snaplen. `bytes` is borrowed.
 */
export function isWholeIp(bytes: Uint8Array, offset: number, end: number, wireLength: number): boolean {
  const version = end > offset ? bytes[offset] >> 4 : 0;
  if (version === 4 && end - offset >= IPV4_MIN_HEADER_LENGTH) {
    const headerLength = (bytes[offset] & 0x0f) << 2;
    const isLengthValid = headerLength >= IPV4_MIN_HEADER_LENGTH && headerLength <= wireLength;
    return isLengthValid && readUint16(bytes, offset + IPV4_TOTAL_LENGTH_OFFSET) === wireLength;
  }
  if (version !== 6 || end - offset < IPV6_HEADER_LENGTH) return false;
  return IPV6_HEADER_LENGTH + readUint16(bytes, offset + IPV6_PAYLOAD_LENGTH_OFFSET) === wireLength;
}

/** Whether decoding as IP reached something known, which confirms the header. */
export function confirmsBareIp(weird: number): boolean {
  if (weird === Weird.OTHER_IP_PROTOCOL) return false;
  const packetClass = packetClassOf(weird);
  return packetClass !== PacketClass.MALFORMED && packetClass !== PacketClass.NON_IP;
}
