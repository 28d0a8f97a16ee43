/** Link layers of built packets: the headers before IP. Every field can be overridden. */
import { type ByteOrder, ByteWriter, concatBytes } from "./byte-writer.ts";
import { addressBytes, hardwareAddressBytes, type LayerNumbers, type PacketLayer } from "./packet-layer.ts";

const SOURCE = "02:00:00:00:00:01";
const DESTINATION = "02:00:00:00:00:02";

/** An Ethernet header. Omitted fields have typical values. */
export interface EthernetFields {
  readonly source?: string;
  readonly destination?: string;
  readonly etherType?: number;
  /** Writes the payload's length in place of the type: an 802.3 frame. */
  readonly isLength?: boolean;
}

export function ethernetLayer(fields: EthernetFields = {}): PacketLayer {
  return {
    linkType: 1,
    etherType: 0x6558,
    encode: (payload, next) =>
      new ByteWriter()
        .bytes(hardwareAddressBytes(fields.destination ?? DESTINATION))
        .bytes(hardwareAddressBytes(fields.source ?? SOURCE))
        .uint16(fields.isLength ? payload.length : etherTypeOf(fields.etherType, next))
        .bytes(payload)
        .toBytes(),
  };
}

/** A VLAN tag (IEEE 802.1Q). Omitted fields have typical values. */
export interface VlanFields {
  /** Type of the tag itself: 0x8100, 0x88a8 or 0x9100. */
  readonly type?: number;
  readonly etherType?: number;
  readonly isLength?: boolean;
}

export function vlanLayer(id: number, fields: VlanFields = {}): PacketLayer {
  return {
    etherType: fields.type ?? 0x8100,
    encode: (payload, next) =>
      new ByteWriter()
        .uint16(id)
        .uint16(fields.isLength ? payload.length : etherTypeOf(fields.etherType, next))
        .bytes(payload)
        .toBytes(),
  };
}

export function llcLayer(destination: number, source: number, control: number): PacketLayer {
  return { encode: (payload) => concatBytes([destination, source, control], payload) };
}

export function snapLayer(organization = 0, protocol?: number): PacketLayer {
  return {
    encode: (payload, next) =>
      new ByteWriter()
        .bytes([0xaa, 0xaa, 0x03, organization >> 16, (organization >> 8) & 0xff, organization & 0xff])
        .uint16(etherTypeOf(protocol, next))
        .bytes(payload)
        .toBytes(),
  };
}

export function mplsLayer(label: number, isBottom?: boolean): PacketLayer {
  return {
    etherType: 0x8847,
    pppProtocol: 0x0281,
    encode: (payload, next) => {
      const bottom = isBottom ?? next.etherType !== 0x8847;
      return new ByteWriter()
        .uint32((label << 12) | (bottom ? 0x100 : 0) | 64)
        .bytes(payload)
        .toBytes();
    },
  };
}

/** A PPPoE header (RFC 2516). Omitted fields have typical values. */
export interface PppoeFields {
  readonly versionAndType?: number;
  readonly code?: number;
  readonly length?: number;
}

export function pppoeLayer(fields: PppoeFields = {}): PacketLayer {
  return {
    linkType: 51,
    etherType: 0x8864,
    encode: (payload) =>
      new ByteWriter()
        .uint8(fields.versionAndType ?? 0x11)
        .uint8(fields.code ?? 0)
        .uint16(0x1234)
        .uint16(fields.length ?? payload.length)
        .bytes(payload)
        .toBytes(),
  };
}

/** A PPP header (RFC 1661). Omitted fields have typical values. */
export interface PppFields {
  readonly protocol?: number;
  /** `ff 03` before the protocol. */
  readonly isFramed?: boolean;
  /** Writes the protocol in one byte (only below 256). */
  readonly isCompressed?: boolean;
}

export function pppLayer(fields: PppFields = {}): PacketLayer {
  return {
    linkType: 9,
    etherType: 0x880b,
    encode: (payload, next) => {
      const protocol = fields.protocol ?? next.pppProtocol ?? 0xc021;
      const writer = new ByteWriter().bytes(fields.isFramed ? [0xff, 0x03] : []);
      if (fields.isCompressed) writer.uint8(protocol);
      else writer.uint16(protocol);
      return writer.bytes(payload).toBytes();
    },
  };
}

/** Raw bytes before the payload, under a link type. */
export function prefixLayer(linkType: number, prefix: readonly number[]): PacketLayer {
  return { linkType, encode: (payload) => concatBytes(prefix, payload) };
}

export function ciscoHdlcLayer(address = 0x0f, type?: number): PacketLayer {
  return {
    linkType: 104,
    encode: (payload, next) =>
      new ByteWriter().bytes([address, 0]).uint16(etherTypeOf(type, next)).bytes(payload).toBytes(),
  };
}

/** BSD's loopback header. Omitted fields have typical values. */
export interface LoopbackFields {
  readonly family?: number;
  readonly byteOrder?: ByteOrder;
  /** 0 (NULL) or 108 (LOOP). */
  readonly linkType?: number;
}

/** Defaults: Darwin's family numbers, little-endian. */
export function loopbackLayer(fields: LoopbackFields = {}): PacketLayer {
  return {
    linkType: fields.linkType ?? 0,
    encode: (payload, next) =>
      new ByteWriter(fields.byteOrder ?? "little")
        .uint32(fields.family ?? (next.ipVersion === 6 ? 30 : 2))
        .bytes(payload)
        .toBytes(),
  };
}

/** A header of Linux's cooked captures. Omitted fields have typical values. */
export interface CookedFields {
  readonly packetType?: number;
  /** Second version only. */
  readonly interfaceIndex?: number;
  readonly hardware?: number;
  readonly protocol?: number;
}

export function linuxSllLayer(fields: CookedFields = {}): PacketLayer {
  return {
    linkType: 113,
    encode: (payload, next) =>
      new ByteWriter()
        .uint16(fields.packetType ?? 0)
        .uint16(fields.hardware ?? 1)
        .uint16(6)
        .bytes(hardwareAddressBytes(SOURCE))
        .zeros(2)
        .uint16(etherTypeOf(fields.protocol, next))
        .bytes(payload)
        .toBytes(),
  };
}

export function linuxSll2Layer(fields: CookedFields = {}): PacketLayer {
  return {
    linkType: 276,
    encode: (payload, next) =>
      new ByteWriter()
        .uint16(etherTypeOf(fields.protocol, next))
        .uint16(0)
        .uint32(fields.interfaceIndex ?? 2)
        .uint16(fields.hardware ?? 1)
        .uint8(fields.packetType ?? 0)
        .uint8(6)
        .bytes(hardwareAddressBytes(SOURCE))
        .zeros(2)
        .bytes(payload)
        .toBytes(),
  };
}

export function firewireLayer(destination = "02:00:00:00:00:00:00:02"): PacketLayer {
  return {
    linkType: 138,
    encode: (payload, next) =>
      new ByteWriter()
        .bytes(hardwareAddressBytes(destination))
        .bytes(hardwareAddressBytes("02:00:00:00:00:00:00:01"))
        .uint16(etherTypeOf(undefined, next))
        .bytes(payload)
        .toBytes(),
  };
}

/** An ARP request for 192.0.2.2. */
export function arpLayer(): PacketLayer {
  return {
    etherType: 0x0806,
    encode: (payload) =>
      new ByteWriter()
        .bytes([0, 1, 8, 0, 6, 4, 0, 1])
        .bytes(hardwareAddressBytes(SOURCE))
        .bytes(addressBytes("192.0.2.1"))
        .zeros(6)
        .bytes(addressBytes("192.0.2.2"))
        .bytes(payload)
        .toBytes(),
  };
}

function etherTypeOf(override: number | undefined, next: LayerNumbers): number {
  return override ?? next.etherType ?? 0x88b5;
}
