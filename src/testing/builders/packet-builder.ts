/**
 * Builds packets layer by layer, outermost first:
 *
 *   packet().ethernet().vlan(10).ipv4({ source: "192.0.2.1" }).tcp({ destinationPort: 443, flags: "S" }).build()
 *
 * Types, protocol numbers, lengths and checksums are derived from the inner layers unless a field overrides them.
 */
import { concatBytes } from "./byte-writer.ts";
import * as capture from "./capture-headers.ts";
import * as tags from "./ethernet-tags.ts";
import * as ip from "./ip-headers.ts";
import * as link from "./link-headers.ts";
import type { PacketLayer } from "./packet-layer.ts";
import * as transport from "./transport-headers.ts";
import * as tunnel from "./tunnel-headers.ts";

/** A packet under construction; every method returns a new one, so that outer layers can be shared. */
export class PacketBuilder {
  private readonly layers: readonly PacketLayer[];
  private readonly content: Uint8Array;
  private readonly trailer: Uint8Array;

  constructor(
    layers: readonly PacketLayer[] = [],
    content: Uint8Array = new Uint8Array(0),
    trailer: Uint8Array = new Uint8Array(0),
  ) {
    this.layers = layers;
    this.content = content;
    this.trailer = trailer;
  }

  /** LINKTYPE_ value of the outermost layer. */
  get linkType(): number {
    const linkType = this.layers[0]?.linkType;
    if (linkType === undefined) throw new Error("the outermost layer is no link layer");
    return linkType;
  }

  ethernet(fields?: link.EthernetFields): PacketBuilder {
    return this.layer(link.ethernetLayer(fields));
  }

  vlan(id: number, fields?: link.VlanFields): PacketBuilder {
    return this.layer(link.vlanLayer(id, fields));
  }

  /** Bytes after an EtherType of their own, followed by the next type. */
  tag(type: number, ...bytes: readonly number[]): PacketBuilder {
    return this.layer(tags.tagLayer(type, bytes));
  }

  /** Put `ethernet()` after it. */
  macInMac(service?: number): PacketBuilder {
    return this.layer(tags.macInMacLayer(service));
  }

  nsh(fields?: tags.NshFields): PacketBuilder {
    return this.layer(tags.nshLayer(fields));
  }

  /** Ethernet with a switch chip's tag. */
  switchTag(linkType: number, ...tag: readonly number[]): PacketBuilder {
    return this.layer(tags.switchTagLayer(linkType, tag));
  }

  /**
   * After `wifi({ isAggregate: true })`; the following layers are the first subframe, `others` the contents of the
   * next.
   */
  subframes(...others: readonly Uint8Array[]): PacketBuilder {
    return this.layer(tags.subframesLayer(others));
  }

  /** LLC without SNAP. */
  llc(destination: number, source: number, control = 3): PacketBuilder {
    return this.layer(link.llcLayer(destination, source, control));
  }

  /** LLC with SNAP. */
  snap(organization?: number, protocol?: number): PacketBuilder {
    return this.layer(link.snapLayer(organization, protocol));
  }

  mpls(label: number, isBottom?: boolean): PacketBuilder {
    return this.layer(link.mplsLayer(label, isBottom));
  }

  pppoe(fields?: link.PppoeFields): PacketBuilder {
    return this.layer(link.pppoeLayer(fields));
  }

  ppp(fields?: link.PppFields): PacketBuilder {
    return this.layer(link.pppLayer(fields));
  }

  /** Raw bytes as the outermost layer of a link type. */
  prefix(linkType: number, ...bytes: readonly number[]): PacketBuilder {
    return this.layer(link.prefixLayer(linkType, bytes));
  }

  ciscoHdlc(address?: number, type?: number): PacketBuilder {
    return this.layer(link.ciscoHdlcLayer(address, type));
  }

  loopback(fields?: link.LoopbackFields): PacketBuilder {
    return this.layer(link.loopbackLayer(fields));
  }

  sll(fields?: link.CookedFields): PacketBuilder {
    return this.layer(link.linuxSllLayer(fields));
  }

  sll2(fields?: link.CookedFields): PacketBuilder {
    return this.layer(link.linuxSll2Layer(fields));
  }

  firewire(destination?: string): PacketBuilder {
    return this.layer(link.firewireLayer(destination));
  }

  arp(): PacketBuilder {
    return this.layer(link.arpLayer());
  }

  wifi(fields?: capture.WifiFields): PacketBuilder {
    return this.layer(capture.wifiLayer(fields));
  }

  radiotap(fields?: capture.RadiotapFields): PacketBuilder {
    return this.layer(capture.radiotapLayer(fields));
  }

  ppi(fields?: capture.PpiFields): PacketBuilder {
    return this.layer(capture.ppiLayer(fields));
  }

  pktap(fields?: capture.PktapFields): PacketBuilder {
    return this.layer(capture.pktapLayer(fields));
  }

  pktapV2(fields?: capture.PktapFields): PacketBuilder {
    return this.layer(capture.pktapV2Layer(fields));
  }

  nflog(fields?: capture.NflogFields): PacketBuilder {
    return this.layer(capture.nflogLayer(fields));
  }

  ipv4(fields?: ip.Ipv4Fields): PacketBuilder {
    return this.layer(ip.ipv4Layer(fields));
  }

  ipv6(fields?: ip.Ipv6Fields): PacketBuilder {
    return this.layer(ip.ipv6Layer(fields));
  }

  /** An IPv6 extension header of the common form; `units` of 8 bytes beyond the first 8. */
  extension(number: number, units?: number, nextHeader?: number): PacketBuilder {
    return this.layer(ip.extensionLayer(number, units, nextHeader));
  }

  /** The IPv6 fragment header. */
  fragment(fields?: ip.FragmentFields): PacketBuilder {
    return this.layer(ip.fragmentLayer(fields));
  }

  ah(units?: number): PacketBuilder {
    return this.layer(ip.ahLayer(units));
  }

  gre(fields?: ip.GreFields): PacketBuilder {
    return this.layer(ip.greLayer(fields));
  }

  /** GRE version 1; put `ppp()` after it. */
  pptp(fields?: ip.PptpFields): PacketBuilder {
    return this.layer(ip.pptpLayer(fields));
  }

  icmp(protocol?: number): PacketBuilder {
    return this.layer(ip.icmpLayer(protocol));
  }

  tcp(fields?: transport.TcpFields): PacketBuilder {
    return this.layer(transport.tcpLayer(fields));
  }

  udp(fields?: transport.UdpFields): PacketBuilder {
    return this.layer(transport.udpLayer(fields));
  }

  /** Between `udp()` and `ipv6()`: the indications, if any. */
  teredo(fields?: tunnel.TeredoFields): PacketBuilder {
    return this.layer(tunnel.teredoLayer(fields));
  }

  vxlan(fields?: tunnel.VxlanFields): PacketBuilder {
    return this.layer(tunnel.vxlanLayer(fields));
  }

  vxlanGpe(fields?: tunnel.VxlanGpeFields): PacketBuilder {
    return this.layer(tunnel.vxlanGpeLayer(fields));
  }

  geneve(fields?: tunnel.GeneveFields): PacketBuilder {
    return this.layer(tunnel.geneveLayer(fields));
  }

  /** After `gre({ sequence })`. */
  erspan(fields?: tunnel.ErspanFields): PacketBuilder {
    return this.layer(tunnel.erspanLayer(fields));
  }

  gtpU(fields?: tunnel.GtpUFields): PacketBuilder {
    return this.layer(tunnel.gtpULayer(fields));
  }

  /** After `udp()`; put `ethernet()` after it, or `wifi()` if it is native. */
  capwap(fields?: tunnel.CapwapFields): PacketBuilder {
    return this.layer(tunnel.capwapLayer(fields));
  }

  lisp(flags?: number): PacketBuilder {
    return this.layer(tunnel.lispLayer(flags));
  }

  tzsp(fields?: tunnel.TzspFields): PacketBuilder {
    return this.layer(tunnel.tzspLayer(fields));
  }

  /** Version 2 over UDP; put `ppp()` after it. */
  l2tp(fields?: tunnel.L2tpFields): PacketBuilder {
    return this.layer(tunnel.l2tpLayer(fields));
  }

  l2tpv3(fields?: tunnel.L2tpv3Fields): PacketBuilder {
    return this.layer(tunnel.l2tpv3Layer(fields));
  }

  etherIp(header?: number): PacketBuilder {
    return this.layer(tunnel.etherIpLayer(header));
  }

  /** The innermost bytes: as given, UTF-8 text, or that many bytes counting up from 0. */
  payload(content: Uint8Array | readonly number[] | string | number): PacketBuilder {
    return new PacketBuilder(this.layers, payloadBytes(content), this.trailer);
  }

  /** Bytes after the outermost layer: padding of a short frame, a frame check sequence. */
  padding(content: Uint8Array | readonly number[] | number): PacketBuilder {
    const bytes = typeof content === "number" ? new Uint8Array(content) : Uint8Array.from(content);
    return new PacketBuilder(this.layers, this.content, bytes);
  }

  /** Returns the packet. */
  build(): Uint8Array {
    let bytes = this.content;
    for (let i = this.layers.length - 1; i >= 0; i--) {
      bytes = this.layers[i].encode(bytes, this.layers[i + 1] ?? {}, this.addressesAround(i));
    }
    return concatBytes(bytes, this.trailer);
  }

  private layer(layer: PacketLayer): PacketBuilder {
    return new PacketBuilder([...this.layers, layer], this.content, this.trailer);
  }

  private addressesAround(index: number): PacketLayer["addresses"] {
    return this.layers.slice(0, index).findLast((layer) => layer.addresses !== undefined)?.addresses;
  }
}

/**
 * Begins a packet; add layers outermost first.
 *
 * @example
 * ```ts
 * import { packet } from "appleflow/testing";
 *
 * const ping = packet().ethernet().vlan(10).ipv4({ source: "192.0.2.7" }).udp({ destinationPort: 53 }).payload("hi").build();
 * console.log(ping.length);
 * ```
 */
export function packet(): PacketBuilder {
  return new PacketBuilder();
}

function payloadBytes(content: Uint8Array | readonly number[] | string | number): Uint8Array {
  if (typeof content === "string") return new Uint8Array(Buffer.from(content, "utf8"));
  if (typeof content === "number") return Uint8Array.from({ length: content }, (_, i) => i);
  return Uint8Array.from(content);
}
