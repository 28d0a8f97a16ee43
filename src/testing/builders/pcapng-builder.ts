/**
 * Builds pcapng files (draft-ietf-opsawg-pcapng) block by block. A section may change the byte order; every length
 * field can be overridden.
 */
import { type ByteOrder, ByteWriter, concatBytes } from "./byte-writer.ts";

/** An option of any block; numbers are in the section's byte order. */
export type PcapngOption = { readonly code: number } & (
  | { readonly text: string }
  | { readonly bytes: Uint8Array | readonly number[] }
  | { readonly uint8: number }
  | { readonly uint16: number }
  | { readonly uint32: number }
  | { readonly uint64: bigint }
);

/** Overrides for a block's two length fields. */
export interface BlockLengths {
  readonly totalLength?: number;
  readonly trailingLength?: number;
}

/** A section header block. Omitted fields have typical values. */
export interface SectionOptions extends BlockLengths {
  readonly byteOrder?: ByteOrder;
  readonly versionMajor?: number;
  readonly versionMinor?: number;
  /** Default: -1, unspecified. */
  readonly sectionLength?: bigint;
  readonly options?: readonly PcapngOption[];
}

/** An interface description block. Omitted fields have typical values. */
export interface InterfaceOptions extends BlockLengths {
  readonly linkType?: number;
  readonly snaplen?: number;
  /** if_name. */
  readonly name?: string;
  /** Raw if_tsresol: 6 = 10^-6, 9 = 10^-9, 0x80 | n = 2^-n. */
  readonly timeResolution?: number;
  /** if_tsoffset, seconds. */
  readonly timeOffset?: bigint;
  /** if_fcslen, in bits as the standard's text says. */
  readonly fcsLengthBits?: number;
  readonly options?: readonly PcapngOption[];
}

/** A packet block. Omitted fields have typical values. */
export interface PacketOptions extends BlockLengths {
  readonly interfaceId?: number;
  /** Time since 1970, converted to the interface's resolution and offset; default seconds count up from 1700000000. */
  readonly seconds?: number;
  readonly nanoseconds?: number;
  /** The raw 64-bit time field, whatever its unit. */
  readonly ticks?: bigint;
  /** Truncates the packet to this many bytes, as a snaplen does. */
  readonly cutTo?: number;
  readonly capturedLength?: number;
  readonly originalLength?: number;
  /** Obsolete Packet Block only. */
  readonly drops?: number;
  readonly options?: readonly PcapngOption[];
}

/** Block types. */
export const BlockType = {
  SECTION_HEADER: 0x0a0d0d0a,
  INTERFACE: 1,
  OBSOLETE_PACKET: 2,
  SIMPLE_PACKET: 3,
  NAME_RESOLUTION: 4,
  INTERFACE_STATISTICS: 5,
  ENHANCED_PACKET: 6,
  DECRYPTION_SECRETS: 0x0a,
  CUSTOM: 0x0bad,
  CUSTOM_NOT_COPIED: 0x4000_0bad,
  APPLE_PROCESS: 0x8000_0001,
  APPLE_OS_EVENT: 0x8000_0002,
} as const;

/** Second of the first packet without an explicit time: 2023-11-14T22:13:20Z. */
export const FIRST_SECOND = 1_700_000_000;
const NANOSECONDS = 1_000_000_000n;

/** A pcapng file under construction, initially empty: call `section()` first, or omit it to build a damaged file. */
export class PcapngBuilder {
  private readonly parts: Uint8Array[] = [];
  private byteOrder: ByteOrder = "little";
  private interfaces: InterfaceOptions[] = [];
  private packets = 0;

  section(options: SectionOptions = {}): this {
    this.byteOrder = options.byteOrder ?? "little";
    this.interfaces = [];
    const body = this.writer()
      .uint32(0x1a2b3c4d)
      .uint16(options.versionMajor ?? 1)
      .uint16(options.versionMinor ?? 0)
      .uint64(options.sectionLength ?? -1n)
      .bytes(this.optionBytes(options.options));
    return this.block(BlockType.SECTION_HEADER, body.toBytes(), options);
  }

  interface(options: InterfaceOptions = {}): this {
    const list: PcapngOption[] = [];
    if (options.name !== undefined) list.push({ code: 2, text: options.name });
    if (options.timeResolution !== undefined) list.push({ code: 9, uint8: options.timeResolution });
    if (options.fcsLengthBits !== undefined) list.push({ code: 13, uint8: options.fcsLengthBits });
    if (options.timeOffset !== undefined) list.push({ code: 14, uint64: options.timeOffset });
    const body = this.writer()
      .uint16(options.linkType ?? 1)
      .uint16(0)
      .uint32(options.snaplen ?? 262_144)
      .bytes(this.optionBytes([...list, ...(options.options ?? [])]));
    this.interfaces.push(options);
    return this.block(BlockType.INTERFACE, body.toBytes(), options);
  }

  /** Enhanced Packet Block. */
  packet(packet: Uint8Array | readonly number[], options: PacketOptions = {}): this {
    const captured = packet.slice(0, options.cutTo ?? packet.length);
    const interfaceId = options.interfaceId ?? 0;
    const ticks = this.ticksOf(interfaceId, options);
    const body = this.writer()
      .uint32(interfaceId)
      .uint32(Number(ticks >> 32n))
      .uint32(Number(ticks & 0xffff_ffffn))
      .uint32(options.capturedLength ?? captured.length)
      .uint32(options.originalLength ?? packet.length)
      .bytes(captured)
      .pad(4)
      .bytes(this.optionBytes(options.options));
    return this.block(BlockType.ENHANCED_PACKET, body.toBytes(), options);
  }

  /** Simple Packet Block: no interface, no time. */
  simplePacket(packet: Uint8Array | readonly number[], options: PacketOptions = {}): this {
    const body = this.writer()
      .uint32(options.originalLength ?? packet.length)
      .bytes(packet.slice(0, options.cutTo ?? packet.length))
      .pad(4);
    return this.block(BlockType.SIMPLE_PACKET, body.toBytes(), options);
  }

  /** Packet Block, obsoleted by the Enhanced one. */
  obsoletePacket(packet: Uint8Array | readonly number[], options: PacketOptions = {}): this {
    const captured = packet.slice(0, options.cutTo ?? packet.length);
    const interfaceId = options.interfaceId ?? 0;
    const ticks = this.ticksOf(interfaceId, options);
    const body = this.writer()
      .uint16(interfaceId)
      .uint16(options.drops ?? 0xffff)
      .uint32(Number(ticks >> 32n))
      .uint32(Number(ticks & 0xffff_ffffn))
      .uint32(options.capturedLength ?? captured.length)
      .uint32(options.originalLength ?? packet.length)
      .bytes(captured)
      .pad(4)
      .bytes(this.optionBytes(options.options));
    return this.block(BlockType.OBSOLETE_PACKET, body.toBytes(), options);
  }

  /** Name Resolution Block: records of an address of 4 or 16 bytes and its names. */
  nameResolution(records: readonly { address: readonly number[]; names: readonly string[] }[]): this {
    const body = this.writer();
    for (const { address, names } of records) {
      const text = Buffer.from(names.map((name) => `${name}\0`).join(""), "utf8");
      body.uint16(address.length === 4 ? 1 : 2).uint16(address.length + text.length);
      body.bytes(address).bytes(text).pad(4);
    }
    return this.block(BlockType.NAME_RESOLUTION, body.uint32(0).toBytes());
  }

  /** Interface Statistics Block with isb_ifrecv (4), isb_ifdrop (5), isb_osdrop (7) where given. */
  statistics(
    counts: { interfaceId?: number; received?: bigint; dropped?: bigint; osDropped?: bigint } = {},
  ): this {
    const list: PcapngOption[] = [];
    if (counts.received !== undefined) list.push({ code: 4, uint64: counts.received });
    if (counts.dropped !== undefined) list.push({ code: 5, uint64: counts.dropped });
    if (counts.osDropped !== undefined) list.push({ code: 7, uint64: counts.osDropped });
    const body = this.writer()
      .uint32(counts.interfaceId ?? 0)
      .uint64(0n)
      .bytes(this.optionBytes(list));
    return this.block(BlockType.INTERFACE_STATISTICS, body.toBytes());
  }

  /** Decryption Secrets Block; 0x544c534b = TLS key log. */
  decryptionSecrets(secrets: string, type = 0x544c534b): this {
    const data = Buffer.from(secrets, "utf8");
    const body = this.writer().uint32(type).uint32(data.length).bytes(data).pad(4);
    return this.block(BlockType.DECRYPTION_SECRETS, body.toBytes());
  }

  /** Custom Block of a Private Enterprise Number. */
  custom(data: Uint8Array | readonly number[], enterprise = 32473, copied = true): this {
    const body = this.writer().uint32(enterprise).bytes(data).pad(4);
    return this.block(copied ? BlockType.CUSTOM : BlockType.CUSTOM_NOT_COPIED, body.toBytes());
  }

  /** Apple's Process Information Block. */
  appleProcess(pid: number, name: string, uuid?: readonly number[]): this {
    const list: PcapngOption[] = [{ code: 2, text: name }];
    if (uuid !== undefined) list.push({ code: 4, bytes: uuid });
    const body = this.writer().uint32(pid).bytes(this.optionBytes(list));
    return this.block(BlockType.APPLE_PROCESS, body.toBytes());
  }

  /** Any block: pads `body` to 4 and puts it between the length fields. */
  block(type: number, body: Uint8Array | readonly number[], lengths: BlockLengths = {}): this {
    const padded = this.writer().bytes(body).pad(4).toBytes();
    const total = lengths.totalLength ?? padded.length + 12;
    const block = this.writer().uint32(type).uint32(total).bytes(padded);
    return this.raw(block.uint32(lengths.trailingLength ?? total).toBytes());
  }

  /** Raw bytes. */
  raw(bytes: Uint8Array | readonly number[]): this {
    this.parts.push(Uint8Array.from(bytes));
    return this;
  }

  /** Bytes so far: the offset of the next block. */
  get length(): number {
    return this.parts.reduce((sum, part) => sum + part.length, 0);
  }

  build(): Uint8Array {
    return concatBytes(...this.parts);
  }

  private writer(): ByteWriter {
    return new ByteWriter(this.byteOrder);
  }

  /** The options with their end, or nothing if there are none (as the standard allows). */
  private optionBytes(options: readonly PcapngOption[] = []): Uint8Array {
    const writer = this.writer();
    for (const option of options) {
      const value = this.optionValue(option);
      writer.uint16(option.code).uint16(value.length).bytes(value).pad(4);
    }
    return options.length === 0 ? writer.toBytes() : writer.uint32(0).toBytes();
  }

  private optionValue(option: PcapngOption): Uint8Array {
    const writer = this.writer();
    if ("text" in option) return writer.text(option.text).toBytes();
    if ("bytes" in option) return writer.bytes(option.bytes).toBytes();
    if ("uint8" in option) return writer.uint8(option.uint8).toBytes();
    if ("uint16" in option) return writer.uint16(option.uint16).toBytes();
    if ("uint32" in option) return writer.uint32(option.uint32).toBytes();
    return writer.uint64(option.uint64).toBytes();
  }

  private ticksOf(interfaceId: number, options: PacketOptions): bigint {
    const index = this.packets++;
    if (options.ticks !== undefined) return options.ticks;
    const described = this.interfaces[interfaceId];
    const resolution = described?.timeResolution ?? 6;
    const perSecond = resolution >= 0x80 ? 1n << BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
    const seconds = BigInt(options.seconds ?? FIRST_SECOND + index) - (described?.timeOffset ?? 0n);
    return seconds * perSecond + (BigInt(options.nanoseconds ?? 0) * perSecond) / NANOSECONDS;
  }
}

/**
 * Begins a pcapng file.
 *
 * @example
 * ```ts
 * import { packet, pcapng } from "appleflow/testing";
 *
 * const frame = packet().ethernet().arp().build();
 * const file = pcapng().section().interface({ linkType: 1 }).packet(frame, { seconds: 1_769_850_000, nanoseconds: 0 });
 * console.log(file.build().length);
 * ```
 */
export function pcapng(): PcapngBuilder {
  return new PcapngBuilder();
}
