/**
 * Options of pcapng blocks (draft-ietf-opsawg-pcapng, sections 3.5, 4.1, 4.2 and 4.6): | code | length | value, padded
 * to 4 |, up to code 0 or the end of the block. Only for blocks that occur rarely.
 */

const END_OF_OPTIONS = 0;
const OPTION_HEADER_LENGTH = 4;

const NAME_OPTION = 2;
const TIME_RESOLUTION_OPTION = 9;
const FCS_LENGTH_OPTION = 13;
const TIME_OFFSET_OPTION = 14;
const PROCESS_NAME_OPTION = 2;
const PROCESS_UUID_OPTION = 4;
const UUID_LENGTH = 16;
const SYSTEM_OPTION = 3;
const INTERFACE_DROPS_OPTION = 5;
const SYSTEM_DROPS_OPTION = 7;

/** Longer names are truncated to bound the memory of an interface. Linux allows 15 bytes, Windows 255. */
const MAX_NAME_LENGTH = 255;
/** For a process: Darwin stores 16 or 32 bytes. */
const MAX_PROCESS_NAME_LENGTH = 64;

/** Options of an Interface Description Block; null if absent. */
export interface InterfaceOptions {
  /** Offset and length of if_name; decoded by `interfaceNameOf`, which costs more than everything else. */
  nameOffset: number;
  nameLength: number;
  /** Raw if_tsresol. */
  timeResolution: number | null;
  /** if_tsoffset, seconds. */
  timeOffset: number;
  /** Bytes of frame check sequence at the end of each frame. */
  fcsLength: number;
  /** Length of an option that exceeds its block, or null if there is none. */
  overlongOption: number | null;
}

/**
 * Reads the options in `bytes[offset .. end - 1]` (borrowed) of an Interface Description Block. If an option is
 * repeated, the last one counts.
 */
export function readInterfaceOptions(
  bytes: Uint8Array,
  offset: number,
  end: number,
  littleEndian: boolean,
): InterfaceOptions {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const options: InterfaceOptions = {
    nameOffset: 0,
    nameLength: 0,
    timeResolution: null,
    timeOffset: 0,
    fcsLength: 0,
    overlongOption: null,
  };
  options.overlongOption = forEachOption(view, offset, end, littleEndian, (code, value, length) => {
    if (code === NAME_OPTION) {
      options.nameOffset = value;
      options.nameLength = length;
    } else if (code === TIME_RESOLUTION_OPTION && length >= 1) options.timeResolution = bytes[value];
    else if (code === FCS_LENGTH_OPTION && length >= 1) options.fcsLength = fcsLengthOf(bytes[value]);
    else if (code === TIME_OFFSET_OPTION && length >= 8) {
      options.timeOffset = Number(view.getBigInt64(value, littleEndian));
    }
  });
  return options;
}

/** Returns the name that `options` refers to in `bytes` (borrowed), truncated to 255 bytes. */
export function interfaceNameOf(bytes: Uint8Array, options: InterfaceOptions): string | null {
  return textOf(bytes, options.nameOffset, options.nameLength);
}

/**
 * Returns the packets dropped by interface and system, from the options in `bytes[offset .. end - 1]` (borrowed) of an
 * Interface Statistics Block, or null if neither is given. Some writers use all ones for "unknown"; that, and any other
 * impossible count (2^53 and more), is ignored.
 */
export function readDropCount(
  bytes: Uint8Array,
  offset: number,
  end: number,
  littleEndian: boolean,
): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let byInterface: number | null = null;
  let bySystem: number | null = null;
  forEachOption(view, offset, end, littleEndian, (code, value, length) => {
    if (length < 8) return;
    if (code === INTERFACE_DROPS_OPTION) byInterface = countOf(view.getBigUint64(value, littleEndian));
    else if (code === SYSTEM_DROPS_OPTION) bySystem = countOf(view.getBigUint64(value, littleEndian));
  });
  if (byInterface === null && bySystem === null) return null;
  const dropped = (byInterface ?? 0) + (bySystem ?? 0);
  return Number.isSafeInteger(dropped) ? dropped : null;
}

/** Options of a Process Information Block; null if absent. */
export interface ProcessOptions {
  /** Truncated to 64 bytes. */
  readonly name: string | null;
  /** 32 hexadecimal digits; null also if all are 0. */
  readonly uuid: string | null;
}

/** Reads the options in `bytes[offset .. end - 1]` (borrowed) of a Process Information Block. */
export function readProcessOptions(
  bytes: Uint8Array,
  offset: number,
  end: number,
  littleEndian: boolean,
): ProcessOptions {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let name: string | null = null;
  let uuid: string | null = null;
  forEachOption(view, offset, end, littleEndian, (code, value, length) => {
    if (code === PROCESS_NAME_OPTION) name = textOf(bytes, value, Math.min(length, MAX_PROCESS_NAME_LENGTH));
    else if (code === PROCESS_UUID_OPTION && length === UUID_LENGTH) {
      const digits = Buffer.from(bytes.subarray(value, value + length)).toString("hex");
      uuid = /^0+$/.test(digits) ? null : digits;
    }
  });
  return { name, uuid };
}

/**
 * Returns the operating system in the options of a Section Header Block, in `bytes[offset .. end - 1]` (borrowed), or
 * null.
 */
export function readSystemName(
  bytes: Uint8Array,
  offset: number,
  end: number,
  littleEndian: boolean,
): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let name: string | null = null;
  forEachOption(view, offset, end, littleEndian, (code, value, length) => {
    if (code === SYSTEM_OPTION) name = textOf(bytes, value, length);
  });
  return name;
}

function countOf(value: bigint): number | null {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
}

/** Calls `visit` for every complete option; returns the length of one that exceeds `end`, or null. */
function forEachOption(
  view: DataView,
  offset: number,
  end: number,
  littleEndian: boolean,
  visit: (code: number, value: number, length: number) => void,
): number | null {
  let cursor = offset;
  while (end - cursor >= OPTION_HEADER_LENGTH) {
    const code = view.getUint16(cursor, littleEndian);
    const length = view.getUint16(cursor + 2, littleEndian);
    if (code === END_OF_OPTIONS) return null;
    const value = cursor + OPTION_HEADER_LENGTH;
    if (end - value < length) return length;
    visit(code, value, length);
    cursor = value + Math.ceil(length / 4) * 4;
  }
  return null;
}

/** Returns the text up to its first NUL (old Apple systems write one) as UTF-8; null if it is empty. */
function textOf(bytes: Uint8Array, offset: number, length: number): string | null {
  const text = bytes.subarray(offset, offset + Math.min(length, MAX_NAME_LENGTH));
  const nul = text.indexOf(0);
  return new TextDecoder().decode(nul < 0 ? text : text.subarray(0, nul)) || null;
}

/**
 * The standard's text says bits, its example 4 bytes, and writers follow both: multiples of 8 are bits, other values
 * can only be bytes (up to 7; beyond that is damage).
 */
function fcsLengthOf(value: number): number {
  if (value % 8 === 0) return value / 8;
  return value < 8 ? value : 0;
}
