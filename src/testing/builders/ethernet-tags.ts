/** Tags that switches insert between the addresses and the type of a frame, and service headers after a type. */
import { ByteWriter, concatBytes } from "./byte-writer.ts";
import { hardwareAddressBytes, type PacketLayer } from "./packet-layer.ts";

/** Bytes after an EtherType, followed by the next type: VN-Tag, E-Tag, Cisco's tags. */
export function tagLayer(type: number, bytes: readonly number[]): PacketLayer {
  return {
    etherType: type,
    encode: (payload, next) =>
      new ByteWriter()
        .bytes(bytes)
        .uint16(next.etherType ?? 0x88b5)
        .bytes(payload)
        .toBytes(),
  };
}

/** The I-TAG of 802.1ah; put `ethernet()` after it. */
export function macInMacLayer(service = 0x123456): PacketLayer {
  return {
    etherType: 0x88e7,
    encode: (payload) => new ByteWriter().uint32(service).bytes(payload).toBytes(),
  };
}

/** A network service header (RFC 8300). Omitted fields have typical values. */
export interface NshFields {
  readonly version?: number;
  /** In words of 4 bytes; default: what the context needs. */
  readonly length?: number;
  readonly nextProtocol?: number;
  /** Words of context headers after the service path. */
  readonly context?: number;
}

export function nshLayer(fields: NshFields = {}): PacketLayer {
  return {
    etherType: 0x894f,
    encode: (payload, next) => {
      const context = fields.context ?? 4;
      const length = fields.length ?? 2 + context;
      const inner = next.ipVersion === undefined ? 3 : next.ipVersion === 4 ? 1 : 2;
      return new ByteWriter()
        .uint16(((fields.version ?? 0) << 14) | (63 << 6) | length)
        .uint8(context === 4 ? 1 : 2)
        .uint8(fields.nextProtocol ?? inner)
        .uint32(0x000001ff)
        .zeros(4 * context)
        .bytes(payload)
        .toBytes();
    },
  };
}

/** An Ethernet header with a switch chip's tag after its addresses (link types DSA_TAG_...). */
export function switchTagLayer(linkType: number, tag: readonly number[]): PacketLayer {
  return {
    linkType,
    encode: (payload, next) =>
      new ByteWriter()
        .bytes(hardwareAddressBytes("02:00:00:00:00:02"))
        .bytes(hardwareAddressBytes("02:00:00:00:00:01"))
        .bytes(tag)
        .uint16(next.etherType ?? 0x88b5)
        .bytes(payload)
        .toBytes(),
  };
}

/** An 802.11 A-MSDU: the following layers are the first subframe, `others` are the LLC frames in the next ones. */
export function subframesLayer(others: readonly Uint8Array[]): PacketLayer {
  return {
    encode: (payload) => {
      const subframes = [payload, ...others].map((content) => subframe(content));
      const padded = subframes.map((bytes, i) => (i === others.length ? bytes : pad(bytes)));
      return concatBytes(...padded);
    },
  };
}

function subframe(content: Uint8Array): Uint8Array {
  return new ByteWriter()
    .bytes(hardwareAddressBytes("02:00:00:00:00:02"))
    .bytes(hardwareAddressBytes("02:00:00:00:00:01"))
    .uint16(content.length)
    .bytes(content)
    .toBytes();
}

function pad(bytes: Uint8Array): Uint8Array {
  return new ByteWriter().bytes(bytes).pad(4).toBytes();
}
