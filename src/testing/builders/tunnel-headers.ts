/** Headers of tunnels in IP and UDP. Every field can be overridden. */
import { ByteWriter, concatBytes } from "./byte-writer.ts";
import type { PacketLayer } from "./packet-layer.ts";

/** Indications between UDP and IPv6 in Teredo. */
export interface TeredoFields {
  readonly authentication?: { readonly idLength: number; readonly valueLength: number };
  readonly hasOrigin?: boolean;
}

export function teredoLayer(fields: TeredoFields = {}): PacketLayer {
  return {
    encode: (payload) => {
      const writer = new ByteWriter();
      const authentication = fields.authentication;
      if (authentication !== undefined) {
        writer.uint16(1).uint8(authentication.idLength).uint8(authentication.valueLength);
        writer.zeros(authentication.idLength + authentication.valueLength + 9);
      }
      if (fields.hasOrigin) writer.uint16(0).uint16(0xffff).uint32(0xffff_ffff);
      return writer.bytes(payload).toBytes();
    },
  };
}

/** A VXLAN header (RFC 7348). Omitted fields have typical values. */
export interface VxlanFields {
  readonly flags?: number;
  readonly group?: number;
  readonly identifier?: number;
  /** The byte after the identifier. */
  readonly reserved?: number;
}

export function vxlanLayer(fields: VxlanFields = {}): PacketLayer {
  return {
    encode: (payload) =>
      new ByteWriter()
        .uint8(fields.flags ?? 0x08)
        .uint8(0)
        .uint16(fields.group ?? 0)
        .uint32(((fields.identifier ?? 100) << 8) | (fields.reserved ?? 0))
        .bytes(payload)
        .toBytes(),
  };
}

/** A VXLAN-GPE header. Omitted fields have typical values. */
export interface VxlanGpeFields {
  readonly flags?: number;
  /** 1 IPv4, 2 IPv6, 3 Ethernet, 5 MPLS. */
  readonly next?: number;
}

export function vxlanGpeLayer(fields: VxlanGpeFields = {}): PacketLayer {
  return {
    encode: (payload, next) =>
      new ByteWriter()
        .uint8(fields.flags ?? 0x0c)
        .uint16(0)
        .uint8(fields.next ?? (next.ipVersion === undefined ? 3 : next.ipVersion === 4 ? 1 : 2))
        .uint32(100 << 8)
        .bytes(payload)
        .toBytes(),
  };
}

/** A Geneve header (RFC 8926). Omitted fields have typical values. */
export interface GeneveFields {
  readonly version?: number;
  readonly flags?: number;
  readonly protocol?: number;
  /** A multiple of 4 bytes. */
  readonly options?: readonly number[];
}

export function geneveLayer(fields: GeneveFields = {}): PacketLayer {
  const options = fields.options ?? [];
  return {
    encode: (payload, next) =>
      new ByteWriter()
        .uint8(((fields.version ?? 0) << 6) | (options.length / 4))
        .uint8(fields.flags ?? 0)
        .uint16(fields.protocol ?? next.etherType ?? 0)
        .uint32(100 << 8)
        .bytes(options)
        .bytes(payload)
        .toBytes(),
  };
}

/** An ERSPAN header. Omitted fields have typical values. */
export interface ErspanFields {
  /** 2 (default) or 3; type I is GRE with the protocol 0x88be and no sequence number. */
  readonly type?: 2 | 3;
  /** Replaces the version derived from the type. */
  readonly version?: number;
  readonly isTruncated?: boolean;
  /** Type III: 0 Ethernet, 2 IP. */
  readonly frameType?: number;
  /** Type III: the 8-byte platform subheader is present. */
  readonly hasPlatform?: boolean;
}

/** After `gre({ sequence })`. */
export function erspanLayer(fields: ErspanFields = {}): PacketLayer {
  const type = fields.type ?? 2;
  return {
    etherType: type === 2 ? 0x88be : 0x22eb,
    encode: (payload) => {
      const writer = new ByteWriter()
        .uint16(((fields.version ?? type - 1) << 12) | 1)
        .uint16((fields.isTruncated ? 0x0400 : 0) | 100)
        .uint32(0x12);
      if (type === 3) {
        writer.uint16(7).uint16(((fields.frameType ?? 0) << 10) | (fields.hasPlatform ? 1 : 0));
        if (fields.hasPlatform) writer.uint32(0x0400_0001).uint32(2);
      }
      return writer.bytes(payload).toBytes();
    },
  };
}

/** A GTP-U header (3GPP TS 29.281). Omitted fields have typical values. */
export interface GtpUFields {
  /** Added to version 1 and GTP: 4 extensions, 2 sequence, 1 N-PDU. */
  readonly flags?: number;
  readonly type?: number;
  readonly length?: number;
  /** Contents of extension headers, each 4 n - 2 bytes. */
  readonly extensions?: readonly (readonly number[])[];
}

export function gtpULayer(fields: GtpUFields = {}): PacketLayer {
  const extensions = fields.extensions ?? [];
  const flags = fields.flags ?? (extensions.length === 0 ? 0x30 : 0x34);
  return {
    encode: (payload) => {
      const optional = new ByteWriter();
      if ((flags & 7) !== 0) {
        // Repeats the PDU session container of 5G.
        optional
          .uint16(0)
          .uint8(0)
          .uint8(extensions.length === 0 ? 0 : 0x85);
        for (const [i, content] of extensions.entries()) {
          optional.uint8((content.length + 2) / 4).bytes(content);
          optional.uint8(i + 1 < extensions.length ? 0x85 : 0);
        }
      }
      const rest = concatBytes(optional.toBytes(), payload);
      return new ByteWriter()
        .uint8(flags)
        .uint8(fields.type ?? 0xff)
        .uint16(fields.length ?? rest.length)
        .uint32(77)
        .bytes(rest)
        .toBytes();
    },
  };
}

/** A TZSP header. Omitted fields have typical values. */
export interface TzspFields {
  readonly version?: number;
  readonly type?: number;
  /** 1 Ethernet (default), 18 Wi-Fi, 119 PRISM, 127 AVS. */
  readonly protocol?: number;
  /** Tags before the frame; default: only the end tag. */
  readonly tags?: readonly number[];
}

export function tzspLayer(fields: TzspFields = {}): PacketLayer {
  return {
    encode: (payload) =>
      new ByteWriter()
        .uint8(fields.version ?? 1)
        .uint8(fields.type ?? 0)
        .uint16(fields.protocol ?? 1)
        .bytes(fields.tags ?? [1])
        .bytes(payload)
        .toBytes(),
  };
}

/** An L2TPv2 header (RFC 2661). Omitted fields have typical values. */
export interface L2tpFields {
  /** Replaces version 2 and the flags derived from the other fields. */
  readonly flags?: number;
  /** null: omitted. Default: the correct length. */
  readonly length?: number | null;
  readonly hasSequence?: boolean;
  /** Bytes of padding before the payload. */
  readonly padding?: number;
}

/** Version 2; put `ppp()` after it. */
export function l2tpLayer(fields: L2tpFields = {}): PacketLayer {
  return {
    encode: (payload) => {
      const flags =
        (fields.length === null ? 0 : 0x4000) |
        (fields.hasSequence ? 0x0800 : 0) |
        (fields.padding === undefined ? 0 : 0x0200);
      const rest = new ByteWriter().uint16(1).uint16(2);
      if (fields.hasSequence) rest.uint16(5).uint16(0);
      if (fields.padding !== undefined) rest.uint16(fields.padding).zeros(fields.padding);
      rest.bytes(payload);
      const body = rest.toBytes();
      const writer = new ByteWriter().uint16(fields.flags ?? 2 | flags);
      if (fields.length !== null) writer.uint16(fields.length ?? body.length + 4);
      return writer.bytes(body).toBytes();
    },
  };
}

/** An L2TPv3 header (RFC 3931). Omitted fields have typical values. */
export interface L2tpv3Fields {
  /** 0: a control message. */
  readonly session?: number;
  /** 0, 4 or 8 bytes. */
  readonly cookie?: readonly number[];
  readonly hasSublayer?: boolean;
  /** Over UDP: 4 bytes before the session id. */
  readonly isInUdp?: boolean;
}

export function l2tpv3Layer(fields: L2tpv3Fields = {}): PacketLayer {
  return {
    ipProtocol: 115,
    encode: (payload) => {
      const writer = new ByteWriter();
      if (fields.isInUdp) writer.uint16(3).uint16(0);
      writer.uint32(fields.session ?? 9).bytes(fields.cookie ?? []);
      if (fields.hasSublayer) writer.uint32(0x4000_0001);
      return writer.bytes(payload).toBytes();
    },
  };
}

/** RFC 3378. `header`: version and reserved bits. */
export function etherIpLayer(header = 0x3000): PacketLayer {
  return { ipProtocol: 97, encode: (payload) => new ByteWriter().uint16(header).bytes(payload).toBytes() };
}

/** A CAPWAP header (RFC 5415). Omitted fields have typical values. */
export interface CapwapFields {
  /** 0 CAPWAP (default), 1 DTLS. */
  readonly type?: number;
  /** Header length in words of 4 bytes. */
  readonly length?: number;
  /** 1 802.11 (default). */
  readonly binding?: number;
  /** An 802.11 frame as on the air instead of 802.3. */
  readonly isNative?: boolean;
  /** 0x80 a fragment, 0x40 the last, 0x20 wireless information, 0x10 radio address, 0x08 keep-alive. */
  readonly flags?: number;
  /** In units of 8 bytes. */
  readonly fragmentOffset?: number;
  /** Bytes after the fixed header. */
  readonly options?: readonly number[];
}

/** The header of CAPWAP data. */
export function capwapLayer(fields: CapwapFields = {}): PacketLayer {
  return {
    encode: (payload) => {
      const options = fields.options ?? [];
      const length = fields.length ?? 2 + options.length / 4;
      const binding = fields.binding ?? 1;
      return new ByteWriter()
        .uint8(fields.type ?? 0)
        .uint8(length << 3)
        .uint8(0x40 | (binding << 1) | (fields.isNative ? 1 : 0))
        .uint8(fields.flags ?? 0)
        .uint16(0)
        .uint16((fields.fragmentOffset ?? 0) << 3)
        .bytes(options)
        .bytes(payload)
        .toBytes();
    },
  };
}

/** The header of LISP data: its flags, then a nonce and an instance id. */
export function lispLayer(flags = 0x88): PacketLayer {
  return {
    encode: (payload) =>
      new ByteWriter()
        .uint32(((flags << 24) | 0x123456) >>> 0)
        .uint32(0x700)
        .bytes(payload)
        .toBytes(),
  };
}
