/**
 * The current section of a pcapng: its byte order, its interfaces and its processes, which is all that the blocks after
 * its header are read by. They end with the section.
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

/** Interfaces that have an entry of their own; later ones share the entries of their kinds, without names. */
export const OWN_ENTRIES = 1024;

/** Interfaces of one section: 8 bytes of memory each. */
export const MAX_SECTION_INTERFACES = 1 << 20;

const MAJOR_VERSION = 1;

/** Why a block cannot be read; the parser adds where it stands. */
export interface Refusal {
  readonly code: InputErrorCode;
  readonly text: string;
}

/** One Interface Description Block. */
export interface SectionInterface {
  /** Its index in the packet block's `interfaces`, which go on over all sections. */
  readonly id: number;
  /** The entry there, whose counters go on. */
  readonly described: CaptureInterface;
  /** Bytes that it captures of a packet at most, 0 = no limit; believed only where nothing else tells. */
  readonly snaplen: number;
  readonly clock: TickClock;
  /** Drops told by a statistics block replace those added up from packets: they count the same ones. */
  hasStatistics: boolean;
}

/** What the packets of an interface are read by. */
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

/** Reads the blocks that describe things. All `bytes` are borrowed, `offset` is the first byte of the block. */
export class PcapngSection {
  littleEndian = true;
  /** Whether a section has begun at all. */
  hasBegun = false;
  readonly interfaces: SectionInterface[] = [];
  readonly processes = new PcapngProcesses();
  /** Of all sections: interfaces without an entry of their own, by what packets are read by. */
  readonly #kinds = new Map<string, SectionInterface>();
  /** What was looked up last, and what was found. */
  #lastKind: InterfaceKind | null = null;
  #lastKnown: SectionInterface | null = null;
  readonly #liveName: string | null;
  #isOfDarwin = false;
  /** Decimal digits of a second that the finest clock of all sections tells. */
  #mostDigits = 0;

  /** @param liveName where it is of a live source: the name of interfaces without one, which go on over its runs */
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

  /** Takes over the byte order of the Section Header Block of which at least 12 bytes are there. */
  readByteOrder(bytes: Uint8Array, offset: number): Refusal | null {
    const magic = offset + Block.BYTE_ORDER_MAGIC_OFFSET;
    this.littleEndian = readUint32LittleEndian(bytes, magic) === Block.BYTE_ORDER_MAGIC;
    if (this.littleEndian || readUint32(bytes, magic) === Block.BYTE_ORDER_MAGIC) return null;
    const found = readUint32(bytes, magic).toString(16).padStart(8, "0");
    return { code: "bad_block", text: `Section Header Block with the unknown byte-order magic ${found}` };
  }

  /**
   * Begins a section by its Section Header Block of which `length` bytes are there. Other minor versions are compatible; Wireshark
   * and libpcap stop at another major one, too.
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

  /** Process Information Block of which `length` bytes are there. */
  readProcess(bytes: Uint8Array, offset: number, length: number, block: PacketBlock): void {
    this.processes.addBlock(bytes, offset, length, this.littleEndian, block);
  }

  /** Custom Block of which `length` bytes are there. */
  readCustom(bytes: Uint8Array, offset: number, length: number, block: PacketBlock): void {
    this.processes.addCustomBlock(bytes, offset, length, this.littleEndian, block);
  }

  /** Interface Description Block of which `length` bytes are there. */
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

  /** Whether an Interface Description Block, as above, tells smaller parts of a second apart than all before it. */
  isFiner(bytes: Uint8Array, offset: number, length: number): boolean {
    const { timeResolution } = this.#interfaceOptions(bytes, offset, length);
    return new TickClock(timeResolution ?? MICROSECOND_RESOLUTION, 0).digits > this.#mostDigits;
  }

  #interfaceOptions(bytes: Uint8Array, offset: number, length: number): InterfaceOptions {
    const end = offset + length - Block.BLOCK_TRAILER_LENGTH;
    return readInterfaceOptions(bytes, offset + Block.INTERFACE_OPTIONS_OFFSET, end, this.littleEndian);
  }

  /** The entry that interfaces of this kind share. Those that follow each other are mostly alike. */
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
   * Interface Statistics Block of which `length` bytes are there. Its counts are cumulative: a later block replaces
   * an earlier one. Of an interface that was not described it means nothing, and harms nothing; nor is it known what one
   * that shares its entry has told before.
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
