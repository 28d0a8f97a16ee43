/**
 * pcapng blocks (draft-ietf-opsawg-pcapng, section 4): their numbers and the offsets of their fields.
 *
 *   any block:   | type | total length | body ... (padded to 4) | total length again |
 *   section:     | byte-order magic | major minor | section length (64 bits) | options |
 *   interface:   | link type, reserved | snaplen | options |
 *   enhanced:    | interface | time, upper | time, lower | captured length | original length | packet | options |
 *   obsolete:    | interface (16 bits), drops (16 bits) | ... the rest as in the enhanced one |
 *   simple:      | original length | packet |
 *   statistics:  | interface | time, upper | time, lower | options |
 *   process:     | process number | options |
 *   custom:      | enterprise number | defined by that enterprise |
 *
 * All numbers are in the byte order of the section. Offsets count from the first byte of the block.
 */

export const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
export const INTERFACE_BLOCK = 1;
export const OBSOLETE_PACKET_BLOCK = 2;
export const SIMPLE_PACKET_BLOCK = 3;
export const STATISTICS_BLOCK = 5;
export const ENHANCED_PACKET_BLOCK = 6;
/** Apple's Process Information Block; a number for local use, which other tools may use differently. */
export const PROCESS_BLOCK = 0x8000_0001;

/** An enterprise's custom block that may be copied to other files; plus the kind that may not. */
export const CUSTOM_BLOCK = 0xbad;
export const CUSTOM_BLOCK_NOT_COPIED = 0x4000_0bad;

export const BLOCK_LENGTH_OFFSET = 4;
/** Type and length: enough to skip a block. */
export const BLOCK_HEADER_LENGTH = 8;
export const BLOCK_TRAILER_LENGTH = 4;
/** Type, length, empty body, length again. */
export const MIN_BLOCK_LENGTH = 12;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
export const BYTE_ORDER_MAGIC_OFFSET = 8;
export const MAJOR_VERSION_OFFSET = 12;
export const MINOR_VERSION_OFFSET = 14;
export const SECTION_BLOCK_LENGTH = 28;

export const LINK_TYPE_OFFSET = 8;
export const SNAPLEN_OFFSET = 12;
export const INTERFACE_OPTIONS_OFFSET = 16;
const INTERFACE_BLOCK_LENGTH = 20;

export const INTERFACE_ID_OFFSET = 8;
/** 16 bits: packets lost between the packet before and this one; obsolete Packet Block only. */
export const DROPS_OFFSET = 10;
/** Value of the drops field: unknown. */
export const DROPS_UNKNOWN = 0xffff;
export const TIME_HIGH_OFFSET = 12;
export const TIME_LOW_OFFSET = 16;
export const CAPTURED_LENGTH_OFFSET = 20;
export const ORIGINAL_LENGTH_OFFSET = 24;
export const PACKET_OFFSET = 28;
/** Length of an Enhanced or obsolete Packet Block without a packet. */
export const PACKET_BLOCK_LENGTH = 32;

export const SIMPLE_ORIGINAL_LENGTH_OFFSET = 8;
export const SIMPLE_PACKET_OFFSET = 12;
export const SIMPLE_PACKET_BLOCK_LENGTH = 16;

export const STATISTICS_OPTIONS_OFFSET = 20;
const STATISTICS_BLOCK_LENGTH = 24;

/** Options follow the number; shorter blocks are not rejected, see `PROCESS_BLOCK`. */
export const PROCESS_NUMBER_OFFSET = 8;
export const PROCESS_NUMBER_LENGTH = 4;

export const ENTERPRISE_OFFSET = 8;
export const CUSTOM_DATA_OFFSET = 12;
/** Header of an entry in Wireshark's custom blocks: type and length. */
export const CUSTOM_ENTRY_HEADER_LENGTH = 8;

export const SECTION_OPTIONS_OFFSET = 24;

/** Returns the block length for a length field: some writers omit the padding, which Wireshark accepts. */
export function paddedLength(lengthField: number): number {
  return Math.ceil(lengthField / 4) * 4;
}

/**
 * Returns the minimum length of a block type; `MIN_BLOCK_LENGTH` means that it is skipped, or read as far as it is
 * valid.
 */
export function minLengthOf(type: number): number {
  switch (type) {
    case ENHANCED_PACKET_BLOCK:
    case OBSOLETE_PACKET_BLOCK:
      return PACKET_BLOCK_LENGTH;
    case SIMPLE_PACKET_BLOCK:
      return SIMPLE_PACKET_BLOCK_LENGTH;
    case INTERFACE_BLOCK:
      return INTERFACE_BLOCK_LENGTH;
    case STATISTICS_BLOCK:
      return STATISTICS_BLOCK_LENGTH;
    case SECTION_HEADER_BLOCK:
      return SECTION_BLOCK_LENGTH;
    default:
      return MIN_BLOCK_LENGTH;
  }
}

/** Returns a readable name of a block type. */
export function blockNameOf(type: number): string {
  return BLOCK_NAMES.get(type) ?? `block of type 0x${type.toString(16)}`;
}

const BLOCK_NAMES: ReadonlyMap<number, string> = new Map([
  [SECTION_HEADER_BLOCK, "Section Header Block"],
  [INTERFACE_BLOCK, "Interface Description Block"],
  [OBSOLETE_PACKET_BLOCK, "Packet Block"],
  [SIMPLE_PACKET_BLOCK, "Simple Packet Block"],
  [STATISTICS_BLOCK, "Interface Statistics Block"],
  [ENHANCED_PACKET_BLOCK, "Enhanced Packet Block"],
  [PROCESS_BLOCK, "Process Information Block"],
]);
