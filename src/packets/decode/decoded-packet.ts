/**
 * The decoder's result for one packet. One object, reused for every packet: `reset()` sets every field, and offsets
 * refer to the decoded bytes (borrowed, so valid only until the next block).
 */
export class DecodedPacket {
  /** 0, or the code of the weird that stopped the decoder before the ports (`packets/decode/weirds.ts`). */
  weird = 0;
  /** Version of the innermost IP header reached: 4, 6, or 0 for none. */
  ipVersion = 0;
  /** Offset of its source address: 4 or 16 bytes in network byte order. */
  sourceOffset = 0;
  /** Offset of its destination address. */
  destinationOffset = 0;
  /** 6 (TCP) or 17 (UDP) once the ports are decoded, else the last IP protocol reached, or 0. */
  protocol = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** The TCP flags byte (RFC 9293, 3.1); 0 for UDP or if it was not captured. */
  tcpFlags = 0;
  /** Offset of the transport header that has the ports. */
  transportOffset = 0;
  /** First byte after the transport header, and the end of the captured payload. */
  payloadOffset = 0;
  payloadEnd = 0;
  /** Offset and length of the packet's process name in a PKTAP header; 0 if there is none. */
  processOffset = 0;
  processLength = 0;
  /** Direction (`Direction`) and service class (in Apple's numbering) from that header. */
  direction = 0;
  serviceClass = 0;
  /** Offsets of the sender's and receiver's hardware addresses on the innermost link, 6 bytes each; -1: absent. */
  senderOffset = -1;
  receiverOffset = -1;
  /** Ids of the outermost and the innermost VLAN tag (IEEE 802.1Q, 9.6); -1: none. */
  vlan = -1;
  innerVlan = -1;
  /** 1 if the link layer marks the frame as broadcast. */
  linkBroadcast = 0;
  /** `FragmentKind`: whether an IP header of this packet marks it as a fragment. */
  fragment = 0;
  /** The fragmented header: its version, addresses, identification, and protocol (0 for IPv6: not part of its key). */
  fragmentIpVersion = 0;
  fragmentSourceOffset = 0;
  fragmentDestinationOffset = 0;
  fragmentId = 0;
  fragmentProtocol = 0;
  /** Last EtherType reached, for filters; 0 if there was none. */
  etherType = 0;
  /** End of the captured bytes (without a frame check sequence), and 1 if the wire had more. */
  capturedEnd = 0;
  truncatedBySnaplen = 0;
  /**
   * Captured bytes of a 4-byte frame check sequence, if a header in the packet announces one; -1: none, and the frame
   * may be truncated.
   */
  frameCheckLeft = 0;
  /** 1 if the capture claims Ethernet and the packet is bare IP (`claimed-ethernet.ts`). */
  isBareIp = 0;
  /** The next step (`packets/decode/layers.ts`): layer, offset, and end of its bytes. */
  nextLayer = 0;
  nextOffset = 0;
  nextEnd = 0;
  /** Kinds of the tunnels whose headers were reached, and of those that enclose the ports (`Tunnel`). */
  tunnels = 0;
  tunnelsInside = 0;
  readonly #entersTunnels: boolean;

  /** `entersTunnels`: if false, decoding always stops at the outermost IP, TCP or UDP header. */
  constructor(entersTunnels = true) {
    this.#entersTunnels = entersTunnels;
  }

  get entersTunnels(): boolean {
    return this.#entersTunnels;
  }

  /** Copies all fields of `other`, to restore the state from before a tunnel. */
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
    this.truncatedBySnaplen = other.truncatedBySnaplen;
    this.frameCheckLeft = other.frameCheckLeft;
    this.isBareIp = other.isBareIp;
    this.nextLayer = other.nextLayer;
    this.nextOffset = other.nextOffset;
    this.nextEnd = other.nextEnd;
    this.tunnels = other.tunnels;
    this.tunnelsInside = other.tunnelsInside;
  }

  /** Resets every field: `test/packets/decode/decoded-packet.test.ts` checks this by decoding A, B, A. */
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
    this.truncatedBySnaplen = 0;
    this.frameCheckLeft = 0;
    this.isBareIp = 0;
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
  /** The first fragment, which has the ports. */
  FIRST: 1,
  /** A later one, without ports. */
  LATER: 2,
} as const;
