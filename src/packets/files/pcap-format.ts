/**
 * Classic pcap: draft-ietf-opsawg-pcap, and libpcap's `sf-pcap.c` for files in practice.
 *
 *   file:    | magic | major minor | zone | accuracy | snaplen | link type (low 16 bits), FCS (high bits) |
 *   record:  | seconds | fraction | captured length | original length | packet ...
 *   modified record: the same, then interface index, protocol, packet type, padding (8 bytes), packet ...
 *
 * Where captures were joined with `cat`, the next file header takes the place of a record, and no record looks like it.
 *
 * The snaplen in the header is ignored: 0 and absurd values are common (libpcap's comments list the writers).
 */
import { InputError, type InputErrorCode } from "../../errors.ts";
import { readUint32, readUint32LittleEndian } from "../../net/byte-reads.ts";
import { NANOSECONDS } from "../../net/moment.ts";
import { BLOCK_CAPACITY, type CaptureInterface, type PacketBlock } from "../packet-block.ts";
import { DAMAGE_LENGTH, damageHint, isPcapAt } from "./damage.ts";
import {
  isPlausibleLength,
  MAX_CAPTURED_LENGTH,
  MAX_INTERFACES,
  type RecordParser,
} from "./record-parser.ts";
import { keepLastTime, MAX_SECONDS, storeTime } from "./timestamps.ts";

/** Bytes of the file header. */
export const PCAP_HEADER_LENGTH = 24;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** Alexey Kuznetsov's modified format; KUZNETZOV_TCPDUMP_MAGIC in libpcap. */
const MAGIC_MODIFIED = 0xa1b2cd34;

const MAJOR_OFFSET = 4;
const MINOR_OFFSET = 6;
const ACCURACY_OFFSET = 12;
const LINK_TYPE_OFFSET = 20;
const MAJOR_VERSION = 2;
const LINK_TYPE_MASK = 0xffff;
/** If set, the four bits above give the length of each frame's check sequence in 16-bit words. */
const FCS_LENGTH_VALID = 0x04000000;
const FCS_LENGTH_SHIFT = 28;

const CAPTURED_LENGTH_OFFSET = 8;
const ORIGINAL_LENGTH_OFFSET = 12;
/** Bytes before each packet, except in the modified format. */
export const RECORD_HEADER_LENGTH = 16;
const MODIFIED_RECORD_HEADER_LENGTH = 24;

/** Whether a capture that begins with these bytes is a classic pcap. `bytes` is borrowed. */
export function isPcap(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && magicOf(bytes) !== null;
}

interface Magic {
  readonly value: number;
  readonly littleEndian: boolean;
}

function magicOf(bytes: Uint8Array): Magic | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    const value = view.getUint32(0, littleEndian);
    if (value === MAGIC_MICROSECONDS || value === MAGIC_NANOSECONDS || value === MAGIC_MODIFIED) {
      return { value, littleEndian };
    }
  }
  return null;
}

/** Contents of the file header. */
export interface PcapHeader {
  readonly littleEndian: boolean;
  readonly linkType: number;
  readonly fcsLength: number;
  /** Resolution of a record's fraction field: 10^6 or 10^9 per second. */
  readonly unitsPerSecond: number;
  readonly recordHeaderLength: number;
}

/**
 * Parses the file header; `bytes` (borrowed) begins with the magic. Throws `InputError` for a truncated header or
 * another version.
 */
export function readPcapHeader(bytes: Uint8Array, source: string): PcapHeader {
  if (bytes.length < PCAP_HEADER_LENGTH) {
    throw new InputError(
      "truncated_header",
      `${source}: the pcap file header needs ${PCAP_HEADER_LENGTH} bytes, ${bytes.length} left`,
      { source, offset: 0 },
    );
  }
  const magic = magicOf(bytes);
  if (magic === null)
    throw new InputError("not_a_capture", `${source}: not a pcap file`, { source, offset: 0 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = view.getUint16(MAJOR_OFFSET, magic.littleEndian);
  if (major !== MAJOR_VERSION) {
    const version = `${major}.${view.getUint16(MINOR_OFFSET, magic.littleEndian)}`;
    throw new InputError("unsupported_format", `${source}: pcap version ${version}, only 2.x is supported`, {
      source,
      offset: MAJOR_OFFSET,
    });
  }
  const linkField = view.getUint32(LINK_TYPE_OFFSET, magic.littleEndian);
  return {
    littleEndian: magic.littleEndian,
    linkType: linkField & LINK_TYPE_MASK,
    fcsLength: (linkField & FCS_LENGTH_VALID) !== 0 ? (linkField >>> FCS_LENGTH_SHIFT) * 2 : 0,
    unitsPerSecond: magic.value === MAGIC_NANOSECONDS ? NANOSECONDS : 1_000_000,
    recordHeaderLength: magic.value === MAGIC_MODIFIED ? MODIFIED_RECORD_HEADER_LENGTH : RECORD_HEADER_LENGTH,
  };
}

/**
 * Whether the file header of a joined capture is at `offset`, judging by 16 bytes before `end`. As a record it would
 * have the magic number as its time, and no bytes (or, in a very old file with a zone, too many).
 */
function isHeaderAt(bytes: Uint8Array, offset: number, end: number, littleEndian: boolean): boolean {
  if (end - offset < RECORD_HEADER_LENGTH) return false;
  const captured = readCapturedLength(bytes, offset, littleEndian);
  if (captured > 0 && captured <= MAX_CAPTURED_LENGTH) return false;
  // The accuracy is 0 in every file; an original length never is.
  return readUint32(bytes, offset + ACCURACY_OFFSET) === 0 && isPcapAt(bytes, offset, end);
}

export interface PcapParserOptions {
  /** Whether to continue with captures joined by `cat` (default) or to report the second header as an error. */
  readonly readsJoined?: boolean;
}

/** Splits a classic pcap, from after its file header, into records. */
export class PcapParser implements RecordParser {
  readonly format = "pcap";
  error: InputError | null = null;
  #header: PcapHeader;
  readonly #source: string;
  readonly #readsJoined: boolean;
  #interface: CaptureInterface;
  #interfaceId = 0;
  #isDescribed = false;
  /** Interfaces of joined captures by header contents: equal ones are shared. */
  #interfaceIds: Map<string, number> | null = null;
  /** Offset in the capture of the next byte to parse. */
  #position = PCAP_HEADER_LENGTH;
  #records = 0;

  constructor(header: PcapHeader, source: string, { readsJoined = true }: PcapParserOptions = {}) {
    this.#header = header;
    this.#source = source;
    this.#readsJoined = readsJoined;
    this.#interface = interfaceOf(header);
  }

  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    if (!this.#isDescribed) {
      block.interfaces.push(this.#interface);
      this.#isDescribed = true;
    }
    let cursor = offset;
    for (;;) {
      cursor += this.#parseRecords(bytes, cursor, end, block);
      // The records before a header form a separate block: block ends must not depend on how bytes arrive.
      if (this.error !== null || block.count > 0) break;
      if (!this.#beginJoined(bytes, cursor, end, block)) break;
      cursor += PCAP_HEADER_LENGTH;
    }
    keepLastTime(block);
    return cursor - offset;
  }

  #parseRecords(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    const { recordHeaderLength, littleEndian, unitsPerSecond } = this.#header;
    const nanosecondsPerUnit = NANOSECONDS / unitsPerSecond;
    const { offsets, capturedLengths, originalLengths, seconds, nanoseconds, interfaceIds, hostMarks } =
      block;
    // One view for up to 1024 records: its reads were 1.4 times as fast as composing bytes (Node 20).
    const view = new DataView(bytes.buffer, bytes.byteOffset, end);
    const first = block.count;
    let row = first;
    let cursor = offset;
    while (row < BLOCK_CAPACITY && end - cursor >= recordHeaderLength) {
      const captured = view.getUint32(cursor + CAPTURED_LENGTH_OFFSET, littleEndian);
      // One comparison: 0 wraps to the largest number.
      if ((captured - 1) >>> 0 >= MAX_CAPTURED_LENGTH) {
        if (isHeaderAt(bytes, cursor, end, littleEndian)) break;
        if (captured > 0) {
          // The following bytes show the cause, so wait for them; a live stream may not continue.
          if (this.#readsJoined && end - cursor < DAMAGE_LENGTH) break;
          this.#refuse(captured, damageHint(bytes, cursor, end), cursor - offset, row - first);
          break;
        }
      }
      const packet = cursor + recordHeaderLength;
      if (end - packet < captured) break;
      const second = view.getUint32(cursor, littleEndian);
      const fraction = view.getUint32(cursor + 4, littleEndian);
      const original = view.getUint32(cursor + ORIGINAL_LENGTH_OFFSET, littleEndian);
      if (second <= MAX_SECONDS && fraction < unitsPerSecond) {
        seconds[row] = second;
        // Below 10^9: an integer that needs no rounding.
        nanoseconds[row] = Math.imul(fraction, nanosecondsPerUnit);
      } else storeTime(second, fraction * nanosecondsPerUnit, block, row);
      if (!isPlausibleLength(captured, original)) block.implausibleLengths++;
      offsets[row] = packet;
      capturedLengths[row] = captured;
      originalLengths[row] = original;
      cursor = packet + captured;
      row++;
    }
    interfaceIds.fill(this.#interfaceId, first, row);
    hostMarks.fill(0, first, row);
    block.count = row;
    this.#interface.packets += row - first;
    this.#records += row - first;
    this.#position += cursor - offset;
    return cursor - offset;
  }

  /** Continues with the capture whose file header is at `offset`, if there is one. */
  #beginJoined(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): boolean {
    if (end - offset < PCAP_HEADER_LENGTH) return false;
    if (!isHeaderAt(bytes, offset, end, this.#header.littleEndian)) return false;
    if (!this.#readsJoined) {
      this.error = this.#errorHere(
        "unsupported_format",
        "the header of a second capture, which this reader does not read",
      );
      return false;
    }
    const header = readPcapHeader(bytes.subarray(offset, offset + PCAP_HEADER_LENGTH), this.#source);
    this.#interfaceIds ??= new Map([[headerKey(this.#header), this.#interfaceId]]);
    const key = headerKey(header);
    const known = this.#interfaceIds.get(key);
    if (known === undefined && block.interfaces.length >= MAX_INTERFACES) {
      this.error = this.#errorHere(
        "too_many_interfaces",
        `more than ${MAX_INTERFACES} kinds of captures were joined`,
      );
      return false;
    }
    this.#interfaceId = known ?? block.interfaces.push(interfaceOf(header)) - 1;
    this.#interfaceIds.set(key, this.#interfaceId);
    this.#interface = block.interfaces[this.#interfaceId];
    this.#header = header;
    this.#position += PCAP_HEADER_LENGTH;
    return true;
  }

  #errorHere(code: InputErrorCode, text: string): InputError {
    const offset = this.#position;
    return new InputError(code, `${this.#source}: at byte ${offset}: ${text}`, {
      source: this.#source,
      offset,
    });
  }

  finish(bytes: Uint8Array, offset: number, end: number): InputError | null {
    const left = end - offset;
    if (left === 0) return null;
    const { recordHeaderLength, littleEndian } = this.#header;
    if (isHeaderAt(bytes, offset, end, littleEndian)) {
      const text = `a second pcap file header needs ${PCAP_HEADER_LENGTH} bytes, ${left} left`;
      return this.#errorHere("truncated_header", text);
    }
    const hint = damageHint(bytes, offset, end);
    const captured = left < recordHeaderLength ? 0 : readCapturedLength(bytes, offset, littleEndian);
    if (captured > MAX_CAPTURED_LENGTH) this.#refuse(captured, hint, 0, 0);
    if (this.error !== null) return this.error;
    const record = this.#records + 1;
    return new InputError(
      "truncated_record",
      `${this.#source}: pcap record ${record} at byte ${this.#position} needs ${recordHeaderLength + captured} bytes, ${left} left${hint}`,
      { source: this.#source, offset: this.#position, record },
    );
  }

  #refuse(captured: number, hint: string, consumed: number, rows: number): void {
    const record = this.#records + rows + 1;
    const offset = this.#position + consumed;
    this.error = new InputError(
      "bad_record_length",
      `${this.#source}: pcap record ${record} at byte ${offset} says it has ${captured} bytes, ` +
        `the limit is ${MAX_CAPTURED_LENGTH}${hint}`,
      { source: this.#source, offset, record },
    );
  }
}

function readCapturedLength(bytes: Uint8Array, offset: number, littleEndian: boolean): number {
  const field = offset + CAPTURED_LENGTH_OFFSET;
  return littleEndian ? readUint32LittleEndian(bytes, field) : readUint32(bytes, field);
}

function interfaceOf({ linkType, fcsLength, unitsPerSecond }: PcapHeader): CaptureInterface {
  const timeDigits = unitsPerSecond === NANOSECONDS ? 9 : 6;
  return { linkType, name: null, fcsLength, timeDigits, packets: 0, dropped: null };
}

function headerKey({ linkType, fcsLength, unitsPerSecond }: PcapHeader): string {
  return `${linkType} ${fcsLength} ${unitsPerSecond}`;
}
