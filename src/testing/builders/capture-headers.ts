/** Headers that capture programs and Wi-Fi drivers put before a packet: 802.11, radiotap, PPI, PKTAP, NFLOG. */
import { type ByteOrder, ByteWriter } from "./byte-writer.ts";
import { hardwareAddressBytes, type LayerNumbers, type PacketLayer } from "./packet-layer.ts";

const ACCESS_POINT = "02:00:00:00:00:03";

/** An 802.11 header. Omitted fields have typical values. */
export interface WifiFields {
  /** 0 management, 1 control, 2 data, 3 extension. */
  readonly type?: number;
  /** 0 data, 4 null, 8 QoS data, 12 QoS null. */
  readonly subtype?: number;
  readonly version?: number;
  readonly toDistribution?: boolean;
  readonly fromDistribution?: boolean;
  readonly isProtected?: boolean;
  /** HT control is present (in a QoS frame). */
  readonly hasHtControl?: boolean;
  readonly isAggregate?: boolean;
  /** Swaps the two bytes of the frame control. */
  readonly isSwapped?: boolean;
  readonly fragment?: number;
  readonly destination?: string;
  /** Pads the header to a multiple of 4. */
  readonly isPadded?: boolean;
  /** Bytes of frame check sequence after the frame. */
  readonly frameCheckLength?: number;
}

export function wifiLayer(fields: WifiFields = {}): PacketLayer {
  return {
    linkType: 105,
    encode: (payload) => {
      const type = fields.type ?? 2;
      const subtype = fields.subtype ?? 0;
      const to = fields.toDistribution ?? true;
      const from = fields.fromDistribution ?? false;
      const target = fields.destination ?? "02:00:00:00:00:02";
      const first = (fields.version ?? 0) | (type << 2) | (subtype << 4);
      const flags =
        (to ? 0x01 : 0) |
        (from ? 0x02 : 0) |
        (fields.isProtected ? 0x40 : 0) |
        (fields.hasHtControl ? 0x80 : 0);
      const writer = new ByteWriter("little")
        .bytes(fields.isSwapped ? [flags, first] : [first, flags])
        .uint16(44)
        .bytes(hardwareAddressBytes(to ? ACCESS_POINT : target))
        .bytes(hardwareAddressBytes("02:00:00:00:00:01"))
        .bytes(hardwareAddressBytes(to ? target : ACCESS_POINT))
        .uint16(0x0010 | (fields.fragment ?? 0));
      if (to && from) writer.bytes(hardwareAddressBytes("02:00:00:00:00:04"));
      const isQos = type === 2 && (subtype & 8) !== 0;
      if (isQos) writer.uint16(fields.isAggregate ? 0x0080 : 0);
      if (isQos && fields.hasHtControl) writer.uint32(0x11223344);
      if (fields.isPadded) writer.pad(4);
      return writer
        .bytes(payload)
        .zeros(fields.frameCheckLength ?? 0)
        .toBytes();
    },
  };
}

/** Radiotap before 802.11. Omitted fields have typical values. */
export interface RadiotapFields {
  readonly version?: number;
  readonly length?: number;
  /** Flags field: 0x10 frame check at the end, 0x20 padded header, 0x40 bad frame check. */
  readonly flags?: number;
  readonly hasTimer?: boolean;
  /** Present words beyond the first. */
  readonly moreWords?: number;
}

export function radiotapLayer(fields: RadiotapFields = {}): PacketLayer {
  return {
    linkType: 127,
    encode: (payload) => {
      const more = fields.moreWords ?? 0;
      const body = new ByteWriter("little");
      const bits = (fields.hasTimer ? 1 : 0) | (fields.flags === undefined ? 0 : 2) | 0x20;
      for (let i = 0; i <= more; i++) body.uint32((i === 0 ? bits : 0) | (i < more ? 0x8000_0000 : 0));
      // `body` lacks the header's first four bytes, so alignment to 8 is alignment to 4 modulo 8 here.
      if (fields.hasTimer) body.zeros((12 - (body.length % 8)) % 8).uint64(123_456_789n);
      if (fields.flags !== undefined) body.uint8(fields.flags);
      body.uint8(0xd0);
      return new ByteWriter("little")
        .uint8(fields.version ?? 0)
        .uint8(0)
        .uint16(fields.length ?? body.length + 4)
        .bytes(body.toBytes())
        .bytes(payload)
        .toBytes();
    },
  };
}

/** Per-packet information (PPI). Omitted fields have typical values. */
export interface PpiFields {
  readonly dlt?: number;
  readonly version?: number;
  readonly length?: number;
  /** Flags of the 802.11-Common field, which is omitted without them: 1 frame check at the end, 4 bad one. */
  readonly wifiFlags?: number;
  /** Inserts a field of 3 bytes before it and aligns fields to 4. */
  readonly isAligned?: boolean;
}

export function ppiLayer(fields: PpiFields = {}): PacketLayer {
  return {
    linkType: 192,
    encode: (payload, next) => {
      const body = new ByteWriter("little");
      if (fields.isAligned) body.uint16(30000).uint16(3).bytes([1, 2, 3]).pad(4);
      if (fields.wifiFlags !== undefined) {
        body.uint16(2).uint16(20).uint64(0n).uint16(fields.wifiFlags).zeros(10);
      }
      return new ByteWriter("little")
        .uint8(fields.version ?? 0)
        .uint8(fields.isAligned ? 1 : 0)
        .uint16(fields.length ?? 8 + body.length)
        .uint32(fields.dlt ?? dltOf(next))
        .bytes(body.toBytes())
        .bytes(payload)
        .toBytes();
    },
  };
}

/** Apple's PKTAP header. Omitted fields have typical values. */
export interface PktapFields {
  /** 258, or 149 as Apple writes it. */
  readonly linkType?: number;
  readonly byteOrder?: ByteOrder;
  readonly length?: number;
  /** 0 none, 1 packet, 2 dropped. */
  readonly type?: number;
  readonly dlt?: number;
  readonly interfaceName?: string;
  /** 1 in, 2 out, and more. */
  readonly flags?: number;
  readonly serviceClass?: number;
  readonly pid?: number;
  readonly command?: string;
  readonly effectivePid?: number;
  readonly effectiveCommand?: string;
}

/** The header of 156 bytes that current systems write. */
export function pktapLayer(fields: PktapFields = {}): PacketLayer {
  return {
    linkType: fields.linkType ?? 258,
    encode: (payload, next) => {
      const header = new ByteWriter(fields.byteOrder ?? "little")
        .uint32(fields.length ?? 156)
        .uint32(fields.type ?? 1)
        .uint32(fields.dlt ?? dltOf(next))
        .bytes(fixedText(fields.interfaceName ?? "en0", 24))
        .uint32(fields.flags ?? 0x0002_0001)
        .uint32(next.ipVersion === 6 ? 30 : 2)
        .uint32(0)
        .uint32(0)
        .uint32(fields.pid ?? 321)
        .bytes(fixedText(fields.command ?? "apsd", 17))
        .zeros(3)
        .uint32(fields.serviceClass ?? 0)
        .zeros(4)
        .uint32(fields.effectivePid ?? 0)
        .bytes(fixedText(fields.effectiveCommand ?? "", 17));
      return header
        .zeros(156 - header.length)
        .bytes(payload)
        .toBytes();
    },
  };
}

/** The short header of `tcpdump --apple-pktapv2`; its optional pieces are the interface name, and commands if given. */
export function pktapV2Layer(fields: PktapFields = {}): PacketLayer {
  return {
    linkType: fields.linkType ?? 258,
    encode: (payload, next) => {
      const pieces = new ByteWriter("little");
      const [name, command, effectiveCommand] = [
        fields.interfaceName ?? "en0",
        fields.command,
        fields.effectiveCommand,
      ].map((text) => {
        if (text === undefined) return 0;
        const piece = 40 + pieces.length;
        pieces.bytes(fixedText(text, text.length + 1));
        return piece;
      });
      return new ByteWriter("little")
        .uint8(fields.length ?? 40 + pieces.length)
        .bytes([0, 0, name, command, effectiveCommand])
        .uint16(fields.dlt ?? dltOf(next))
        .zeros(12)
        .uint32(fields.serviceClass ?? 0)
        .zeros(4)
        .uint32(fields.pid ?? 321)
        .uint32(fields.effectivePid ?? 0xffff_ffff)
        .uint32(0x0008_0000 | (fields.flags ?? 1))
        .bytes(pieces.toBytes())
        .bytes(payload)
        .toBytes();
    },
  };
}

/** A Linux NFLOG header. Omitted fields have typical values. */
export interface NflogFields {
  readonly byteOrder?: ByteOrder;
  readonly version?: number;
  readonly family?: number;
  readonly hardwareProtocol?: number;
  /** Bytes of the packet that the rule logs (`--nflog-size`). */
  readonly copied?: number;
  readonly hasPayload?: boolean;
}

/** Packet header, prefix "ssh" (padded), the packet, and the user id after it. */
export function nflogLayer(fields: NflogFields = {}): PacketLayer {
  return {
    linkType: 239,
    encode: (payload, next) => {
      const copied = payload.slice(0, fields.copied ?? payload.length);
      const writer = new ByteWriter(fields.byteOrder ?? "little")
        .bytes([fields.family ?? (next.ipVersion === 6 ? 10 : 2), fields.version ?? 0, 0, 5])
        .uint16(8)
        .uint16(1);
      const protocol = fields.hardwareProtocol ?? next.etherType ?? 0;
      writer.bytes([protocol >> 8, protocol & 0xff, 1, 0]);
      writer.uint16(8).uint16(10).text("ssh\0");
      if (fields.hasPayload ?? true) {
        writer
          .uint16(4 + copied.length)
          .uint16(9)
          .bytes(copied)
          .pad(4);
      }
      return writer.uint16(8).uint16(11).bytes([0, 0, 0x03, 0xe8]).toBytes();
    },
  };
}

/** Of the link types used here, only raw IP has a different DLT_ value on Darwin. */
function dltOf(next: LayerNumbers): number {
  return next.linkType === undefined || next.linkType === 101 ? 12 : next.linkType;
}

function fixedText(text: string, length: number): Uint8Array {
  return new ByteWriter()
    .text(text)
    .zeros(length - text.length)
    .toBytes();
}
