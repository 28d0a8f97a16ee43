/** The positions of the parts of a valid capture. Simple on purpose, and independent of the parsers under test. */

/** A part: the file header, a record, a block. */
export interface CapturePart {
  readonly start: number;
  readonly end: number;
  /** The packet in it, if any. */
  readonly packet: { readonly start: number; readonly end: number } | null;
}

/** The structure of a capture. */
export interface CaptureLayout {
  readonly format: "pcap" | "pcapng";
  readonly isLittleEndian: boolean;
  readonly parts: readonly CapturePart[];
  /** Bytes of a record header (classic). */
  readonly recordHeaderLength: number;
}

const PCAP_MAGICS = [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34];
const SECTION_HEADER = 0x0a0d0d0a;

/** Returns the layout of a capture as far as it is valid; null for anything else, and for compressed captures. */
export function layoutOf(bytes: Uint8Array): CaptureLayout | null {
  if (bytes.length < 24) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) === SECTION_HEADER) return pcapngLayout(view);
  const header = pcapHeaderAt(view, 0);
  return header === null ? null : pcapLayout(view, header);
}

interface PcapHeader {
  readonly isLittleEndian: boolean;
  readonly recordHeaderLength: number;
}

function pcapHeaderAt(view: DataView, offset: number): PcapHeader | null {
  for (const isLittleEndian of [true, false]) {
    const magic = view.getUint32(offset, isLittleEndian);
    if (PCAP_MAGICS.includes(magic)) {
      return { isLittleEndian, recordHeaderLength: magic === 0xa1b2cd34 ? 24 : 16 };
    }
  }
  return null;
}

/** The header of a capture joined with cat, possibly truncated, in place of a record without bytes or with too many. */
function joinedHeaderAt(view: DataView, offset: number, captured: number): PcapHeader | null {
  if (captured > 0 && captured <= 262_144) return null;
  const header = pcapHeaderAt(view, offset);
  if (header === null) return null;
  const isVersion2 = view.getUint16(offset + 4, header.isLittleEndian) === 2;
  const isMinor4 = view.getUint16(offset + 6, header.isLittleEndian) === 4;
  return isVersion2 && isMinor4 && view.getUint32(offset + 12) === 0 ? header : null;
}

function pcapLayout(view: DataView, first: PcapHeader): CaptureLayout {
  const parts: CapturePart[] = [{ start: 0, end: 24, packet: null }];
  let { isLittleEndian, recordHeaderLength } = first;
  let cursor = 24;
  while (cursor + recordHeaderLength <= view.byteLength) {
    const captured = view.getUint32(cursor + 8, isLittleEndian);
    const joined = joinedHeaderAt(view, cursor, captured);
    if (joined !== null) {
      if (cursor + 24 > view.byteLength) break;
      ({ isLittleEndian, recordHeaderLength } = joined);
      parts.push({ start: cursor, end: cursor + 24, packet: null });
      cursor += 24;
      continue;
    }
    const start = cursor + recordHeaderLength;
    if (captured > 262_144 || start + captured > view.byteLength) break;
    parts.push({ start: cursor, end: start + captured, packet: { start, end: start + captured } });
    cursor = start + captured;
  }
  return { format: "pcap", parts, ...first };
}

function pcapngLayout(view: DataView): CaptureLayout {
  const parts: CapturePart[] = [];
  const first = view.getUint32(8, true) === 0x1a2b3c4d;
  let isLittleEndian = first;
  let cursor = 0;
  while (cursor + 12 <= view.byteLength) {
    const type = view.getUint32(cursor, isLittleEndian);
    if (type === SECTION_HEADER) isLittleEndian = view.getUint32(cursor + 8, true) === 0x1a2b3c4d;
    const length = view.getUint32(cursor + 4, isLittleEndian);
    if (length < 12 || length % 4 !== 0 || cursor + length > view.byteLength) break;
    parts.push({
      start: cursor,
      end: cursor + length,
      packet: packetIn(view, cursor, length, type, isLittleEndian),
    });
    cursor += length;
  }
  return { format: "pcapng", isLittleEndian: first, parts, recordHeaderLength: 0 };
}

function packetIn(view: DataView, block: number, length: number, type: number, isLittleEndian: boolean) {
  if (type === 3) return { start: block + 12, end: block + length - 4 };
  if (type !== 6 && type !== 2) return null;
  const start = block + 28;
  return { start, end: Math.min(block + length - 4, start + view.getUint32(block + 20, isLittleEndian)) };
}
