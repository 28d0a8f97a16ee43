/** IP and protocols directly on it: headers of built packets with their lengths and checksums. */
import { ByteWriter, concatBytes } from "./byte-writer.ts";
import { addressBytes, internetChecksum, type PacketLayer } from "./packet-layer.ts";

/** An IPv4 header (RFC 791). Omitted fields have typical values. */
export interface Ipv4Fields {
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: number;
  readonly id?: number;
  readonly timeToLive?: number;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset?: number;
  readonly moreFragments?: boolean;
  /** A multiple of 4 bytes. */
  readonly options?: readonly number[];
  readonly totalLength?: number;
  /** In words of 4 bytes. */
  readonly headerWords?: number;
  readonly version?: number;
}

export function ipv4Layer(fields: Ipv4Fields = {}): PacketLayer {
  const source = addressBytes(fields.source ?? "192.0.2.1");
  const destination = addressBytes(fields.destination ?? "198.51.100.2");
  const options = fields.options ?? [];
  return {
    etherType: 0x0800,
    ipProtocol: 4,
    pppProtocol: 0x0021,
    linkType: 101,
    ipVersion: 4,
    addresses: { source, destination },
    encode: (payload, next) => {
      const header = new ByteWriter()
        .uint8(((fields.version ?? 4) << 4) | (fields.headerWords ?? 5 + options.length / 4))
        .uint8(0)
        .uint16(fields.totalLength ?? 20 + options.length + payload.length)
        .uint16(fields.id ?? 0x1234)
        .uint16((fields.moreFragments ? 0x2000 : 0) | ((fields.fragmentOffset ?? 0) >> 3))
        .uint8(fields.timeToLive ?? 64)
        .uint8(fields.protocol ?? next.ipProtocol ?? 253)
        .uint16(0)
        .bytes(source)
        .bytes(destination)
        .bytes(options)
        .toBytes();
      const checksum = internetChecksum(header);
      header.set([checksum >> 8, checksum & 0xff], 10);
      return concatBytes(header, payload);
    },
  };
}

/** An IPv6 header (RFC 8200). Omitted fields have typical values. */
export interface Ipv6Fields {
  readonly source?: string;
  readonly destination?: string;
  readonly nextHeader?: number;
  readonly payloadLength?: number;
  readonly hopLimit?: number;
  readonly version?: number;
}

export function ipv6Layer(fields: Ipv6Fields = {}): PacketLayer {
  const source = addressBytes(fields.source ?? "2001:db8::1");
  const destination = addressBytes(fields.destination ?? "2001:db8::2");
  return {
    etherType: 0x86dd,
    ipProtocol: 41,
    pppProtocol: 0x0057,
    linkType: 101,
    ipVersion: 6,
    addresses: { source, destination },
    encode: (payload, next) =>
      new ByteWriter()
        .uint32(((fields.version ?? 6) << 28) | 0x12345)
        .uint16(fields.payloadLength ?? payload.length)
        .uint8(fields.nextHeader ?? next.ipProtocol ?? 59)
        .uint8(fields.hopLimit ?? 64)
        .bytes(source)
        .bytes(destination)
        .bytes(payload)
        .toBytes(),
  };
}

/** An IPv6 extension header of the common form: 0 hop-by-hop, 43 routing, 60 destination options, 135 mobility. */
export function extensionLayer(number: number, units = 0, nextHeader?: number): PacketLayer {
  return {
    ipProtocol: number,
    encode: (payload, next) =>
      new ByteWriter()
        .uint8(nextHeader ?? next.ipProtocol ?? 59)
        .uint8(units)
        .bytes([1, 4, 0, 0, 0, 0])
        .zeros(units * 8)
        .bytes(payload)
        .toBytes(),
  };
}

/** An IPv6 fragment header (RFC 8200, 4.5). Omitted fields have typical values. */
export interface FragmentFields {
  readonly offset?: number;
  readonly more?: boolean;
  readonly id?: number;
  readonly nextHeader?: number;
}

export function fragmentLayer(fields: FragmentFields = {}): PacketLayer {
  return {
    ipProtocol: 44,
    encode: (payload, next) =>
      new ByteWriter()
        .uint8(fields.nextHeader ?? next.ipProtocol ?? 59)
        .uint8(0)
        .uint16((fields.offset ?? 0) | (fields.more ? 1 : 0))
        .uint32(fields.id ?? 0x89abcdef)
        .bytes(payload)
        .toBytes(),
  };
}

/** `units`: its length field, in words of 4 bytes minus 2. The default has a check of 12 bytes. */
export function ahLayer(units = 4): PacketLayer {
  return {
    ipProtocol: 51,
    encode: (payload, next) =>
      new ByteWriter()
        .uint8(next.ipProtocol ?? 59)
        .uint8(units)
        .uint16(0)
        .uint32(0x100)
        .uint32(1)
        .zeros(Math.max(0, (units - 1) * 4))
        .bytes(payload)
        .toBytes(),
  };
}

/** A GRE header (RFC 2784, RFC 2890). Omitted fields have typical values. */
export interface GreFields {
  readonly protocol?: number;
  readonly hasChecksum?: boolean;
  readonly key?: number;
  readonly sequence?: number;
  /** Replaces the flags and version derived from the other fields. */
  readonly flags?: number;
}

export function greLayer(fields: GreFields = {}): PacketLayer {
  return {
    ipProtocol: 47,
    encode: (payload, next) => {
      const flags =
        (fields.hasChecksum ? 0x8000 : 0) |
        (fields.key === undefined ? 0 : 0x2000) |
        (fields.sequence === undefined ? 0 : 0x1000);
      const writer = new ByteWriter()
        .uint16(fields.flags ?? flags)
        .uint16(fields.protocol ?? next.etherType ?? 0);
      if (fields.hasChecksum) writer.uint32(0);
      if (fields.key !== undefined) writer.uint32(fields.key);
      if (fields.sequence !== undefined) writer.uint32(fields.sequence);
      return writer.bytes(payload).toBytes();
    },
  };
}

/** PPTP's GRE header (RFC 2637). Omitted fields have typical values. */
export interface PptpFields {
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly payloadLength?: number;
  readonly flags?: number;
}

/** GRE version 1. Without a sequence number it carries nothing. */
export function pptpLayer(fields: PptpFields = { sequence: 1 }): PacketLayer {
  return {
    ipProtocol: 47,
    encode: (payload) => {
      const flags =
        0x2001 |
        (fields.sequence === undefined ? 0 : 0x1000) |
        (fields.acknowledgment === undefined ? 0 : 0x0080);
      const writer = new ByteWriter()
        .uint16(fields.flags ?? flags)
        .uint16(0x880b)
        .uint16(fields.payloadLength ?? payload.length)
        .uint16(7);
      if (fields.sequence !== undefined) writer.uint32(fields.sequence);
      if (fields.acknowledgment !== undefined) writer.uint32(fields.acknowledgment);
      return writer.bytes(payload).toBytes();
    },
  };
}

/** An ICMP (or, with 58, ICMPv6) echo request. */
export function icmpLayer(protocol = 1): PacketLayer {
  return {
    ipProtocol: protocol,
    encode: (payload) =>
      new ByteWriter()
        .uint8(protocol === 1 ? 8 : 128)
        .uint8(0)
        .uint16(0)
        .uint32(1)
        .bytes(payload)
        .toBytes(),
  };
}
