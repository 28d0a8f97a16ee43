/**
 * Builds capture files in memory: `pcap({ linkType: 1 }).record(packet).build()` and
 * `pcapng().section().interface({ linkType: 1 }).packet(packet).build()` (`pcapng-builder.ts`). Every field that a
 * writer could get wrong can be overridden, so that damaged files are built in the same way as valid ones.
 */
import { type ByteOrder, ByteWriter } from "./byte-writer.ts";

import { FIRST_SECOND } from "./pcapng-builder.ts";

export { BlockType, FIRST_SECOND, PcapngBuilder, type PcapngOption, pcapng } from "./pcapng-builder.ts";

/** First four bytes of a classic capture, by variant. */
const PCAP_MAGIC = {
  microseconds: 0xa1b2c3d4,
  nanoseconds: 0xa1b23c4d,
  /** Alexey Kuznetsov's format: record headers are eight bytes longer. */
  modified: 0xa1b2cd34,
} as const;

/** Fields of the file header. All optional: little-endian, microseconds, version 2.4, snaplen 262144, Ethernet. */
export interface PcapFileOptions {
  readonly byteOrder?: ByteOrder;
  readonly magic?: keyof typeof PCAP_MAGIC | number;
  readonly versionMajor?: number;
  readonly versionMinor?: number;
  readonly snaplen?: number;
  readonly linkType?: number;
  /** Bytes of frame check sequence (an even number): sets the corresponding bits above the link type. */
  readonly fcsLength?: number;
  /** Replaces the whole 32-bit link type field. */
  readonly linkTypeField?: number;
}

/** Fields of a record header that do not follow from the packet. */
export interface PcapRecordOptions {
  /** Seconds since 1970; default 1700000000 plus the ordinal of the record. */
  readonly seconds?: number;
  /** Nanoseconds of the second; written in the file's precision. */
  readonly nanoseconds?: number;
  /** The raw fraction field, whatever its unit. */
  readonly fraction?: number;
  /** Truncates the packet to this many bytes, as a snaplen does. */
  readonly cutTo?: number;
  /** Overrides for the length fields. */
  readonly capturedLength?: number;
  readonly originalLength?: number;
}

const FCS_LENGTH_PRESENT = 0x0400_0000;
const FCS_LENGTH_SHIFT = 28;
const MODIFIED_EXTRA_LENGTH = 8;

/** A classic capture under construction. */
export class PcapBuilder {
  private readonly writer: ByteWriter;
  private readonly magic: number;
  private records = 0;

  constructor(options: PcapFileOptions = {}) {
    this.writer = new ByteWriter(options.byteOrder ?? "little");
    const magic = options.magic ?? "microseconds";
    this.magic = typeof magic === "number" ? magic : PCAP_MAGIC[magic];
    this.writer
      .uint32(this.magic)
      .uint16(options.versionMajor ?? 2)
      .uint16(options.versionMinor ?? 4)
      .uint32(0)
      .uint32(0)
      .uint32(options.snaplen ?? 262_144)
      .uint32(options.linkTypeField ?? linkTypeField(options.linkType ?? 1, options.fcsLength ?? 0));
  }

  /** Appends a record with its header. */
  record(packet: Uint8Array | readonly number[], options: PcapRecordOptions = {}): this {
    const captured = packet.slice(0, options.cutTo ?? packet.length);
    const nanoseconds = options.nanoseconds ?? 0;
    this.writer
      .uint32(options.seconds ?? FIRST_SECOND + this.records)
      .uint32(options.fraction ?? this.fractionOf(nanoseconds))
      .uint32(options.capturedLength ?? captured.length)
      .uint32(options.originalLength ?? packet.length);
    // Interface index, protocol, packet type, padding: ignored by readers.
    if (this.magic === PCAP_MAGIC.modified) this.writer.zeros(MODIFIED_EXTRA_LENGTH);
    this.writer.bytes(captured);
    this.records++;
    return this;
  }

  /** Appends raw bytes: damage, a truncated record, trailing garbage. */
  raw(bytes: Uint8Array | readonly number[]): this {
    this.writer.bytes(bytes);
    return this;
  }

  /** Bytes so far: the offset of the next record. */
  get length(): number {
    return this.writer.length;
  }

  /** Returns the file. */
  build(): Uint8Array {
    return this.writer.toBytes();
  }

  private fractionOf(nanoseconds: number): number {
    return this.magic === PCAP_MAGIC.nanoseconds ? nanoseconds : Math.floor(nanoseconds / 1000);
  }
}

/**
 * Begins a classic capture (pcap).
 *
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * import { packet, pcap } from "appleflow/testing";
 *
 * const syn = packet()
 *   .ethernet()
 *   .ipv4({ source: "192.0.2.7", destination: "17.253.21.203" })
 *   .tcp({ sourcePort: 50_123, destinationPort: 443, flags: "S" })
 *   .build();
 * writeFileSync("syn.pcap", pcap().record(syn, { seconds: 1_769_850_000, nanoseconds: 0 }).build());
 * ```
 */
export function pcap(options: PcapFileOptions = {}): PcapBuilder {
  return new PcapBuilder(options);
}

function linkTypeField(linkType: number, fcsLength: number): number {
  if (fcsLength === 0) return linkType;
  return (linkType | FCS_LENGTH_PRESENT | ((fcsLength / 2) << FCS_LENGTH_SHIFT)) >>> 0;
}
