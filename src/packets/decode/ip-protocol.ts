/** Dispatches from an IP protocol number (IPv6: next header) to the layer after it. */
import { IpProtocol } from "../../net/ip-protocols.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, Tunnel } from "./tunnels.ts";
import { Weird } from "./weirds.ts";

/**
 * Sets the next layer for the payload of an IP protocol at `offset`. Returns 0, or the weird for a payload without
 * ports. A packet quoted by ICMP is not part of this capture: see `icmp.ts`.
 */
export function followIpProtocol(protocol: number, offset: number, end: number, out: DecodedPacket): number {
  out.protocol = protocol;
  if (protocol === IpProtocol.TCP) return follow(Layer.TCP, offset, end, out);
  if (protocol === IpProtocol.UDP) return follow(Layer.UDP, offset, end, out);
  return followRarerIpProtocol(protocol, offset, end, out);
}

function followRarerIpProtocol(protocol: number, offset: number, end: number, out: DecodedPacket): number {
  switch (protocol) {
    case IpProtocol.IPV4:
      return enterTunnel(Tunnel.IP_IN_IP, Layer.IPV4, offset, end, out);
    case IpProtocol.IPV6:
      return enterTunnel(Tunnel.IP_IN_IP, Layer.IPV6, offset, end, out);
    case IpProtocol.ETHERIP:
      return follow(Layer.ETHERIP, offset, end, out);
    case IpProtocol.L2TPV3:
      return follow(Layer.L2TPV3, offset, end, out);
    case IpProtocol.GRE:
      return follow(Layer.GRE, offset, end, out);
    case IpProtocol.AH:
      return follow(Layer.AH, offset, end, out);
    default:
      // The walk ends here; `icmp.ts` continues from this offset.
      follow(Layer.DONE, offset, end, out);
      return weirdOfIpProtocol(protocol);
  }
}

/** Returns the weird under which packets of an IP protocol without ports are counted. */
export function weirdOfIpProtocol(protocol: number): number {
  switch (protocol) {
    case IpProtocol.ICMP:
      return Weird.ICMP;
    case IpProtocol.ICMPV6:
      return Weird.ICMPV6;
    case IpProtocol.IGMP:
      return Weird.IGMP;
    case IpProtocol.ESP:
      return Weird.ESP;
    case IpProtocol.SCTP:
      return Weird.SCTP;
    case IpProtocol.OSPF:
      return Weird.OSPF;
    case IpProtocol.VRRP:
      return Weird.VRRP;
    case IpProtocol.MOBILITY:
      return Weird.MOBILITY;
    case IpProtocol.NO_NEXT_HEADER:
      return Weird.IPV6_NO_NEXT_HEADER;
    default:
      return Weird.OTHER_IP_PROTOCOL;
  }
}

/** IPv6 extension headers of the common form; AH has its own file, and nothing after ESP is readable. */
export function isIpv6Extension(protocol: number): boolean {
  switch (protocol) {
    case IpProtocol.HOP_BY_HOP:
    case IpProtocol.ROUTING:
    case IpProtocol.FRAGMENT:
    case IpProtocol.DESTINATION_OPTIONS:
    case IpProtocol.MOBILITY:
    case IpProtocol.HIP:
    case IpProtocol.SHIM6:
      return true;
    default:
      return false;
  }
}

/** Whether a later fragment of this protocol may belong to a flow: TCP, UDP, or a tunnel that may contain one. */
export function mayCarryPorts(protocol: number): boolean {
  switch (protocol) {
    case IpProtocol.TCP:
    case IpProtocol.UDP:
    case IpProtocol.IPV4:
    case IpProtocol.IPV6:
    case IpProtocol.GRE:
    case IpProtocol.AH:
    case IpProtocol.ETHERIP:
    case IpProtocol.L2TPV3:
      return true;
    default:
      return false;
  }
}
