/**
 * What the decoder found in one packet. One record, reused for every packet: `reset()` touches every field, and
 * offsets point into the bytes that were decoded (borrowed, so valid only until the next block).
 */
export class DecodedPacket {
  /** 0, or the code of the weird that stopped the decoder short of ports (`packets/decode/weirds.ts`). */
  weird = 0;
  /** Innermost IP header that was reached: 4, 6, or 0 for none. */
  ipVersion = 0;
  /** Offset of its source address: 4 or 16 bytes in network byte order. */
  sourceOffset = 0;
  /** Offset of its destination address. */
  destinationOffset = 0;
  /** Transport of the ports: 6 (TCP) or 17 (UDP) once decoded, else the IP protocol that was met last, or 0. */
  protocol = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** The TCP flags byte (RFC 9293, 3.1), 0 for UDP or where the capture ends before it. */
  tcpFlags = 0;
  /** Offset of the transport header that has the ports. */
  transportOffset = 0;
  /** First byte after the transport header, and the end of the payload as far as it was captured. */
  payloadOffset = 0;
  payloadEnd = 0;
  /** Where a PKTAP header names the process that the packet is for, and how long the name is; 0 where none is named. */
  processOffset = 0;
  processLength = 0;
  /** Which way that header says it went (`Direction`), and in which class of service, as Apple numbers it. */
  direction = 0;
  serviceClass = 0;
  /** Where the hardware addresses of the sender and the receiver on the innermost link begin, 6 bytes each; -1: not there. */
  senderOffset = -1;
  receiverOffset = -1;
  /** The numbers of the outermost and the innermost VLAN tag (IEEE 802.1Q, 9.6); -1: there is none. */
  vlan = -1;
  innerVlan = -1;
  /** 1 when the link layer said that the frame went to everybody. */
  linkBroadcast = 0;
  /** `FragmentKind`: whether an IP header of this packet said it is a fragment. */
  fragment = 0;
  /** The fragmented header: its version, addresses, identification, and protocol (0 for IPv6: not part of its key). */
  fragmentIpVersion = 0;
  fragmentSourceOffset = 0;
  fragmentDestinationOffset = 0;
  fragmentId = 0;
  fragmentProtocol = 0;
  /** EtherType met last, for filters; 0 where there was none. */
  etherType = 0;
  /** Where the captured bytes end (without a frame check sequence), and 1 when the wire had more. */
  capturedEnd = 0;
  cutBySnaplen = 0;
  /** Bytes that were captured of a frame check of 4, if a header in the packet says that it has one; -1: none, not all of the frame. */
  frameCheckLeft = 0;
  /** 1 when the capture claims Ethernet, and the packet is IP without it (`claimed-ethernet.ts`). */
  isIpAlone = 0;
  /** The walk's next step (`packets/decode/layers.ts`): what stands where, and up to where its bytes go. */
  nextLayer = 0;
  nextOffset = 0;
  nextEnd = 0;
  /** The kinds of tunnels whose headers were met, and those of them that the ports are inside of (`Tunnel`). */
  tunnels = 0;
  tunnelsInside = 0;
  readonly #entersTunnels: boolean;

  /** `entersTunnels`: false stops every walk at the outermost IP, TCP or UDP header. */
  constructor(entersTunnels = true) {
    this.#entersTunnels = entersTunnels;
  }

  get entersTunnels(): boolean {
    return this.#entersTunnels;
  }

  /** Makes the record like `other`, all fields: for a walk that may have to return to where it stood. */
  copyFrom(other: DecodedPacket): void {
    this.weird = other.weird;
    this.ipVersion = other.ipVersion;
    this.sourceOffset = other.sourceOffset;
    this.destinationOffset = other.destinationOffset;
    this.protocol = other.protocol;
    this.sourcePort = other.sourcePort;
    this.destinationPort = other.destinationPort;
    this.tcpFlags = other.tcpFlags;
    this.transportOffset = other.transportOffset;
    this.payloadOffset = other.payloadOffset;
    this.payloadEnd = other.payloadEnd;
    this.processOffset = other.processOffset;
    this.processLength = other.processLength;
    this.direction = other.direction;
    this.serviceClass = other.serviceClass;
    this.senderOffset = other.senderOffset;
    this.receiverOffset = other.receiverOffset;
    this.vlan = other.vlan;
    this.innerVlan = other.innerVlan;
    this.linkBroadcast = other.linkBroadcast;
    this.fragment = other.fragment;
    this.fragmentIpVersion = other.fragmentIpVersion;
    this.fragmentSourceOffset = other.fragmentSourceOffset;
    this.fragmentDestinationOffset = other.fragmentDestinationOffset;
    this.fragmentId = other.fragmentId;
    this.fragmentProtocol = other.fragmentProtocol;
    this.etherType = other.etherType;
    this.capturedEnd = other.capturedEnd;
    this.cutBySnaplen = other.cutBySnaplen;
    this.frameCheckLeft = other.frameCheckLeft;
    this.isIpAlone = other.isIpAlone;
    this.nextLayer = other.nextLayer;
    this.nextOffset = other.nextOffset;
    this.nextEnd = other.nextEnd;
    this.tunnels = other.tunnels;
    this.tunnelsInside = other.tunnelsInside;
  }

  /** Makes the record as new. Every field: `test/packets/decode/decoded-packet.test.ts` decodes A, B, A to hold it. */
  reset(): void {
    this.weird = 0;
    this.ipVersion = 0;
    this.sourceOffset = 0;
    this.destinationOffset = 0;
    this.protocol = 0;
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.tcpFlags = 0;
    this.transportOffset = 0;
    this.payloadOffset = 0;
    this.payloadEnd = 0;
    this.processOffset = 0;
    this.processLength = 0;
    this.direction = 0;
    this.serviceClass = 0;
    this.senderOffset = -1;
    this.receiverOffset = -1;
    this.vlan = -1;
    this.innerVlan = -1;
    this.linkBroadcast = 0;
    this.fragment = 0;
    this.fragmentIpVersion = 0;
    this.fragmentSourceOffset = 0;
    this.fragmentDestinationOffset = 0;
    this.fragmentId = 0;
    this.fragmentProtocol = 0;
    this.etherType = 0;
    this.capturedEnd = 0;
    this.cutBySnaplen = 0;
    this.frameCheckLeft = 0;
    this.isIpAlone = 0;
    this.nextLayer = 0;
    this.nextOffset = 0;
    this.nextEnd = 0;
    this.tunnels = 0;
    this.tunnelsInside = 0;
  }
}

/** Values of `DecodedPacket.fragment`. */
export const FragmentKind = {
  NONE: 0,
  /** The first fragment: it has the ports. */
  FIRST: 1,
  /** A later one: no ports of its own. */
  LATER: 2,
} as const;
