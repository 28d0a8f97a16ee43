/**
 * The current section of a pcapng: its byte order, interfaces and processes, which determine how later blocks are read.
 * They are valid until the section ends.
 */
import type { InputErrorCode } from "../../errors.ts";
import {
  readUint16,
  readUint16LittleEndian,
  readUint32,
  readUint32LittleEndian,
} from "../../net/byte-reads.ts";
import type { CaptureInterface, PacketBlock } from "../packet-block.ts";
import * as Block from "./pcapng-blocks.ts";
import {
  type InterfaceOptions,
  interfaceNameOf,
  readDropCount,
  readInterfaceOptions,
  readSystemName,
} from "./pcapng-options.ts";
import { PcapngProcesses } from "./pcapng-processes.ts";
import { MAX_INTERFACES } from "./record-parser.ts";
import { MICROSECOND_RESOLUTION, TickClock } from "./timestamps.ts";

/** Interfaces with an entry of their own; further ones share an entry per kind, without names. */
export const OWN_ENTRIES = 1024;

/** Maximum interfaces of one section: 8 bytes of memory each. */
export const MAX_SECTION_INTERFACES = 1 << 20;

const MAJOR_VERSION = 1;

/** Why a block cannot be read; the parser adds its position. */
export interface Refusal {
  readonly code: InputErrorCode;
  readonly text: string;
}

/** One Interface Description Block. */
export interface SectionInterface {
  /** Its index in the packet block's `interfaces`, which are numbered across all sections. */
  readonly id: number;
  /** The entry there, whose counters are cumulative. */
  readonly described: CaptureInterface;
  /** Maximum captured bytes of a packet, 0 = no limit; used only if nothing else tells the length. */
  readonly snaplen: number;
  readonly clock: TickClock;
  /** Drops in a statistics block replace those added up from packets: both count the same ones. */
  hasStatistics: boolean;
}

/** Properties of an interface that determine how its packets are read. */
interface InterfaceKind {
  readonly linkType: number;
  readonly snaplen: number;
  readonly fcsLength: number;
  readonly timeResolution: number;
  readonly timeOffset: number;
}

function keyOf({ linkType, snaplen, fcsLength, timeResolution, timeOffset }: InterfaceKind): string {
  return [linkType, snaplen, fcsLength, timeResolution, timeOffset].join(" ");
}

/** Reads the descriptive blocks. All `bytes` are borrowed, `offset` is the first byte of the block. */
export class PcapngSection {
  littleEndian = true;
  /** Whether any section has begun. */
  hasBegun = false;
  readonly interfaces: SectionInterface[] = [];
  readonly processes = new PcapngProcesses();
  /** Across all sections: interfaces without their own entry, by kind. */
  readonly #kinds = new Map<string, SectionInterface>();
  /** Cache of the last lookup and its result. */
  #lastKind: InterfaceKind | null = null;
  #lastKnown: SectionInterface | null = null;
  readonly #liveName: string | null;
  #isOfDarwin = false;
  /** Decimal digits of the finest clock of all sections. */
  #mostDigits = 0;

  /** @param liveName name of a live source, for interfaces without a name, which are shared across its runs */
  constructor(liveName: string | null = null) {
    this.#liveName = liveName;
  }

  /** Whether options for local use are Apple's here. */
  get hasApplesOptions(): boolean {
    return this.#isOfDarwin || this.processes.areApples;
  }

  uint32(bytes: Uint8Array, offset: number): number {
    return this.littleEndian ? readUint32LittleEndian(bytes, offset) : readUint32(bytes, offset);
  }

  uint16(bytes: Uint8Array, offset: number): number {
    return this.littleEndian ? readUint16LittleEndian(bytes, offset) : readUint16(bytes, offset);
  }

  /** Reads the byte order from a Section Header Block, of which at least 12 bytes are present. */
  readByteOrder(bytes: Uint8Array, offset: number): Refusal | null {
    const magic = offset + Block.BYTE_ORDER_MAGIC_OFFSET;
    this.littleEndian = readUint32LittleEndian(bytes, magic) === Block.BYTE_ORDER_MAGIC;
    if (this.littleEndian || readUint32(bytes, magic) === Block.BYTE_ORDER_MAGIC) return null;
    const found = readUint32(bytes, magic).toString(16).padStart(8, "0");
    return { code: "bad_block", text: `Section Header Block with the unknown byte-order magic ${found}` };
  }

  /**
   * Begins a section with a Section Header Block, of which `length` bytes are present. Other minor versions are
   * compatible; Wireshark and libpcap reject other major versions too.
   */
  readHeader(bytes: Uint8Array, offset: number, length: number): Refusal | null {
    const major = this.uint16(bytes, offset + Block.MAJOR_VERSION_OFFSET);
    if (major !== MAJOR_VERSION) {
      const version = `${major}.${this.uint16(bytes, offset + Block.MINOR_VERSION_OFFSET)}`;
      return { code: "unsupported_format", text: `pcapng version ${version}, only 1.x is supported` };
    }
    this.hasBegun = true;
    this.interfaces.length = 0;
    this.processes.beginSection();
    const end = offset + length - Block.BLOCK_TRAILER_LENGTH;
    const system = readSystemName(bytes, offset + Block.SECTION_OPTIONS_OFFSET, end, this.littleEndian);
    this.#isOfDarwin = system !== null && /^(?:Darwin|macOS|Mac OS X|iOS)/.test(system);
    return null;
  }

  /** Reads a Process Information Block, of which `length` bytes are present. */
  readProcess(bytes: Uint8Array, offset: number, length: number, block: PacketBlock): void {
    this.processes.addBlock(bytes, offset, length, this.littleEndian, block);
  }

  /** Reads a Custom Block, of which `length` bytes are present. */
  readCustom(bytes: Uint8Array, offset: number, length: number, block: PacketBlock): void {
    this.processes.addCustomBlock(bytes, offset, length, this.littleEndian, block);
  }

  /** Reads an Interface Description Block, of which `length` bytes are present. */
  readInterface(bytes: Uint8Array, offset: number, length: number, block: PacketBlock): Refusal | null {
    if (this.interfaces.length >= MAX_SECTION_INTERFACES) {
      return { code: "too_many_interfaces", text: `more than ${MAX_SECTION_INTERFACES} interfaces` };
    }
    const options = this.#interfaceOptions(bytes, offset, length);
    if (options.overlongOption !== null) {
      const text = `an option of ${options.overlongOption} bytes runs past the end of its block`;
      return { code: "bad_block", text };
    }
    const { timeOffset, fcsLength } = options;
    const timeResolution = options.timeResolution ?? MICROSECOND_RESOLUTION;
    const linkType = this.uint16(bytes, offset + Block.LINK_TYPE_OFFSET);
    const snaplen = this.uint32(bytes, offset + Block.SNAPLEN_OFFSET);
    const isShared = block.interfaces.length >= OWN_ENTRIES;
    const kind: InterfaceKind = { linkType, snaplen, fcsLength, timeResolution, timeOffset };
    const known = isShared ? this.#knownOf(kind) : null;
    if (known !== null) {
      known.described.standsFor = (known.described.standsFor ?? 1) + 1;
      this.interfaces.push(known);
      return null;
    }
    if (block.interfaces.length >= MAX_INTERFACES) {
      return { code: "too_many_interfaces", text: `more than ${MAX_INTERFACES} kinds of interfaces` };
    }
    const clock = new TickClock(timeResolution, timeOffset);
    const name = isShared ? null : (interfaceNameOf(bytes, options) ?? this.#liveName);
    const isSame = (one: CaptureInterface) => one.linkType === linkType && one.name === name;
    const ofRunBefore = this.#liveName === null ? -1 : block.interfaces.findIndex(isSame);
    if (ofRunBefore >= 0) {
      const described = block.interfaces[ofRunBefore];
      this.interfaces.push({ id: ofRunBefore, described, snaplen, clock, hasStatistics: false });
      return null;
    }
    const described: CaptureInterface = {
      linkType,
      name,
      fcsLength,
      timeDigits: clock.digits,
      packets: 0,
      dropped: null,
      ...(isShared && { standsFor: 1 }),
    };
    const added = { id: block.interfaces.length, described, snaplen, clock, hasStatistics: false };
    if (isShared) this.#kinds.set(keyOf(kind), added);
    this.interfaces.push(added);
    block.interfaces.push(described);
    this.#mostDigits = Math.max(this.#mostDigits, clock.digits);
    return null;
  }

  /** Whether an Interface Description Block, as above, has a finer clock than all before it. */
  isFiner(bytes: Uint8Array, offset: number, length: number): boolean {
    const { timeResolution } = this.#interfaceOptions(bytes, offset, length);
    return new TickClock(timeResolution ?? MICROSECOND_RESOLUTION, 0).digits > this.#mostDigits;
  }

  #interfaceOptions(bytes: Uint8Array, offset: number, length: number): InterfaceOptions {
    const end = offset + length - Block.BLOCK_TRAILER_LENGTH;
    return readInterfaceOptions(bytes, offset + Block.INTERFACE_OPTIONS_OFFSET, end, this.littleEndian);
  }

  /** Returns the entry shared by interfaces of this kind. Consecutive ones are mostly alike. */
  #knownOf(kind: InterfaceKind): SectionInterface | null {
    const last = this.#lastKind;
    if (
      last === null ||
      last.linkType !== kind.linkType ||
      last.snaplen !== kind.snaplen ||
      last.fcsLength !== kind.fcsLength ||
      last.timeResolution !== kind.timeResolution ||
      last.timeOffset !== kind.timeOffset
    ) {
      this.#lastKind = kind;
      this.#lastKnown = null;
    }
    this.#lastKnown ??= this.#kinds.get(keyOf(kind)) ?? null;
    return this.#lastKnown;
  }

  /**
   * Reads an Interface Statistics Block, of which `length` bytes are present. Its counts are cumulative: a later block
   * replaces an earlier one. Ignored for an undescribed interface, and for one with a shared entry, whose earlier
   * counts are unknown.
   */
  readStatistics(bytes: Uint8Array, offset: number, length: number): void {
    const interfaceId = this.uint32(bytes, offset + Block.INTERFACE_ID_OFFSET);
    if (interfaceId >= this.interfaces.length) return;
    const options = offset + Block.STATISTICS_OPTIONS_OFFSET;
    const end = offset + length - Block.BLOCK_TRAILER_LENGTH;
    const dropped = readDropCount(bytes, options, end, this.littleEndian);
    if (dropped === null) return;
    const origin = this.interfaces[interfaceId];
    if (origin.described.standsFor !== undefined) return;
    origin.described.dropped = dropped;
    origin.hasStatistics = true;
  }
}
