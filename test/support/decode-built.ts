/** Decodes built packets as in a block of a capture: amid other bytes, at some offset. */
import { DecodedPacket } from "../../src/packets/decode/decoded-packet.ts";
import { decodePacket } from "../../src/packets/decode/packet-decoder.ts";
import { packetClassOf, weirdName } from "../../src/packets/decode/weirds.ts";
import type { PacketBuilder } from "../../src/testing/builders/packet-builder.ts";

/** How the capture presents the packet. */
export interface CaptureOptions {
  readonly linkType?: number;
  /** Captured bytes; the packet's length by default. */
  readonly cutTo?: number;
  readonly originalLength?: number;
  readonly fcsLength?: number;
  /** Value of the surrounding bytes. */
  readonly junk?: number;
  /** Bytes before the packet. */
  readonly offset?: number;
  /** The record to decode into, if one is reused. */
  readonly out?: DecodedPacket;
  /** False: the decoder stops at the outermost header. */
  readonly entersTunnels?: boolean;
}

/** A decoded packet, with helpers for tests. */
export interface Decoded {
  readonly out: DecodedPacket;
  /** The block; offsets of `out` refer to it. */
  readonly bytes: Uint8Array;
  /** Name of the weird, `none` if there are ports. */
  readonly weird: string;
  readonly packetClass: number;
  readonly payload: Uint8Array;
  /** `tcp 192.0.2.1 49200 > 198.51.100.2 443`, or the weird. */
  readonly summary: string;
}

/** Decodes raw bytes of a link type. */
export function decodeBytes(linkType: number, packet: Uint8Array, options: CaptureOptions = {}): Decoded {
  const length = options.cutTo ?? packet.length;
  const offset = options.offset ?? 5;
  const bytes = new Uint8Array(offset + length + 64).fill(options.junk ?? 0xa5);
  bytes.set(packet.subarray(0, length), offset);
  const out = options.out ?? new DecodedPacket(options.entersTunnels);
  const original = options.originalLength ?? packet.length;
  const code = decodePacket(
    options.linkType ?? linkType,
    bytes,
    offset,
    length,
    original,
    options.fcsLength ?? 0,
    out,
  );
  const weird = weirdName(code);
  return {
    out,
    bytes,
    weird,
    packetClass: packetClassOf(code),
    payload: bytes.slice(out.payloadOffset, out.payloadEnd),
    summary: code === 0 ? portsText(out, bytes) : weird,
  };
}

/** Decodes a built packet. */
export function decodeBuilt(packet: PacketBuilder, options: CaptureOptions = {}): Decoded {
  return decodeBytes(options.linkType ?? packet.linkType, packet.build(), options);
}

/** Formats an address, IPv6 with all its groups: for comparison, not for people. */
export function addressText(bytes: Uint8Array, offset: number, ipVersion: number): string {
  if (ipVersion === 4) return bytes.subarray(offset, offset + 4).join(".");
  const groups: string[] = [];
  for (let i = offset; i < offset + 16; i += 2) groups.push(((bytes[i] << 8) | bytes[i + 1]).toString(16));
  return groups.join(":");
}

function portsText(out: DecodedPacket, bytes: Uint8Array): string {
  const source = addressText(bytes, out.sourceOffset, out.ipVersion);
  const destination = addressText(bytes, out.destinationOffset, out.ipVersion);
  const transport = out.protocol === 6 ? "tcp" : "udp";
  return `${transport} ${source} ${out.sourcePort} > ${destination} ${out.destinationPort}`;
}
