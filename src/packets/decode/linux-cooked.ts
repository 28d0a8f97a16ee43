/**
 * Linux "cooked" captures (tcpdump.org/linktypes, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2; libpcap `pcap/sll.h`):
 * `-i any` writes it in place of each device's link layer.
 *
 *   SLL    0             2          4                6         14         16
 *         | packet type | ARPHRD   | address length | address | protocol | payload
 *   SLL2   0          2     4                 8        10            11               12        20
 *         | protocol | 0   | interface index | ARPHRD | packet type | address length | address | payload
 */
import { readUint16, readUint32 } from "../../net/byte-reads.ts";
import { EtherType, MAX_LENGTH_FIELD } from "../../net/ether-types.ts";
import { LinkType } from "../../net/link-types.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType } from "./ether-type.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const SLL_TYPE_OFFSET = 0;
const SLL_HARDWARE_OFFSET = 2;
const SLL_LENGTH_OFFSET = 4;
const SLL_ADDRESS_OFFSET = 6;
const SLL_PROTOCOL_OFFSET = 14;
export const SLL_HEADER_LENGTH = 16;
const SLL2_PROTOCOL_OFFSET = 0;
const SLL2_HARDWARE_OFFSET = 8;
const SLL2_INTERFACE_OFFSET = 4;
const SLL2_TYPE_OFFSET = 10;
const SLL2_LENGTH_OFFSET = 11;
const SLL2_ADDRESS_OFFSET = 12;
export const SLL2_HEADER_LENGTH = 20;
/** Length of an Ethernet or Wi-Fi address; it belongs to the device that sent the packet, not to a router's next hop. */
const ADDRESS_LENGTH = 6;
const SENT_AS_BROADCAST = 1;
const SENT_BY_THIS_HOST = 4;
/** Devices (`linux/if_arp.h`) whose protocol field is not an EtherType. */
const Hardware = { FRAME_RELAY: 770, RADIOTAP: 803, NETLINK: 824 } as const;
/** The kernel's own numbers (`linux/if_ether.h`, ETH_P_), which are below every EtherType. */
const Protocol = { NOVELL_802_3: 0x0001, LLC: 0x0004 } as const;

/** Decodes the first version's header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeLinuxSll(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < SLL_HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_LINUX_COOKED_HEADER, end, out);
  if (readUint16(bytes, offset + SLL_TYPE_OFFSET) === SENT_AS_BROADCAST) out.linkBroadcast = 1;
  const hardware = readUint16(bytes, offset + SLL_HARDWARE_OFFSET);
  const protocol = readUint16(bytes, offset + SLL_PROTOCOL_OFFSET);
  if (readUint16(bytes, offset + SLL_LENGTH_OFFSET) === ADDRESS_LENGTH)
    out.senderOffset = offset + SLL_ADDRESS_OFFSET;
  return followCooked(hardware, protocol, offset + SLL_HEADER_LENGTH, end, out);
}

/** Decodes the second version's header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeLinuxSll2(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < SLL2_HEADER_LENGTH)
    return truncationWeird(Weird.TRUNCATED_LINUX_COOKED_HEADER, end, out);
  if (bytes[offset + SLL2_TYPE_OFFSET] === SENT_AS_BROADCAST) out.linkBroadcast = 1;
  const hardware = readUint16(bytes, offset + SLL2_HARDWARE_OFFSET);
  const protocol = readUint16(bytes, offset + SLL2_PROTOCOL_OFFSET);
  if (bytes[offset + SLL2_LENGTH_OFFSET] === ADDRESS_LENGTH) out.senderOffset = offset + SLL2_ADDRESS_OFFSET;
  return followCooked(hardware, protocol, offset + SLL2_HEADER_LENGTH, end, out);
}

/** Whether this link type is one of the two. */
export function isLinuxCooked(linkType: number): boolean {
  return linkType === LinkType.LINUX_SLL || linkType === LinkType.LINUX_SLL2;
}

/**
 * Returns a number for the device and direction of a packet, from its header at `offset` (`bytes` is borrowed): twice
 * the interface index, plus 1 if this host sent it. The first version has no index: 0 or 1. -1 if the header is
 * incomplete.
 */
export function cookedCapturePoint(linkType: number, bytes: Uint8Array, offset: number, end: number): number {
  if (linkType === LinkType.LINUX_SLL) {
    if (end - offset < SLL_HEADER_LENGTH) return -1;
    return readUint16(bytes, offset + SLL_TYPE_OFFSET) === SENT_BY_THIS_HOST ? 1 : 0;
  }
  if (end - offset < SLL2_HEADER_LENGTH) return -1;
  const isSent = bytes[offset + SLL2_TYPE_OFFSET] === SENT_BY_THIS_HOST;
  return readUint32(bytes, offset + SLL2_INTERFACE_OFFSET) * 2 + (isSent ? 1 : 0);
}

/** A GRE device's field contains a GRE protocol type, which is also an EtherType if it leads to IP. */
function followCooked(
  hardware: number,
  protocol: number,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (protocol === EtherType.IPV4 || protocol === EtherType.IPV6) {
    return followEtherType(protocol, offset, end, out);
  }
  switch (hardware) {
    case Hardware.NETLINK:
      return Weird.NETLINK;
    case Hardware.RADIOTAP:
      return follow(Layer.RADIOTAP, offset, end, out);
    case Hardware.FRAME_RELAY:
      return Weird.UNKNOWN_LINUX_PROTOCOL;
    default:
      return followLinuxProtocol(protocol, offset, end, out);
  }
}

function followLinuxProtocol(protocol: number, offset: number, end: number, out: DecodedPacket): number {
  if (protocol === Protocol.LLC) return follow(Layer.LLC, offset, end, out);
  if (protocol === Protocol.NOVELL_802_3) return Weird.LLC;
  if (protocol <= MAX_LENGTH_FIELD) return Weird.UNKNOWN_LINUX_PROTOCOL;
  return followEtherType(protocol, offset, end, out);
}
