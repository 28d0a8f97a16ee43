/**
 * The endpoint mapper of DCE-RPC (C706, appendix O; MS-RPCE, 2.2.1.2): it returns the port that an interface listens on. The
 * response to `ept_map` contains towers (C706, appendix L), whose floors name the protocols from the interface down to the
 * host.
 *
 *   | floors 2 | ... | 1 | 07 TCP or 08 UDP | 2 | port 2 | 1 | 09 IP | 4 | address 4 |      numbers little-endian, port and address not
 */
import { readIpv4Key } from "../../../net/address-key.ts";
import {
  readUint16,
  readUint16LittleEndian,
  readUint32,
  readUint32LittleEndian,
} from "../../../net/byte-reads.ts";
import {
  type AnnouncementReader,
  type AnnouncementSink,
  announce,
  IS_BROKEN,
  NEEDS_MORE,
} from "./announced-port.ts";

const HEADER = 16;
const VERSION = 5;
const TYPE = 2;
const ORDER = 4;
const LITTLE_ENDIAN = 0x10;
const LENGTH = 8;
const CALL_ID = 12;
const BODY = 24;
const REQUEST = 0;
const RESPONSE = 2;
const BIND = 11;
const ALTER_CONTEXT = 14;
/** e1af8308-5d1f-11c9-91a4-08002b14a0fa, from the part that is the same in both byte orders. */
const INTERFACE_END = [0x91, 0xa4, 0x08, 0x00, 0x2b, 0x14, 0xa0, 0xfa];
const INTERFACE_BYTES = 8;
const OPERATION = 22;
const MAP = 3;
const HANDLE = 20;
const MAX_PENDING = 16;
const MAX_TOWERS = 64;
const MAX_FLOORS = 8;
const OVER_TCP = 0x07;
const OVER_UDP = 0x08;
const OVER_IP = 0x09;

export function readEndpointMapper(emit: AnnouncementSink): AnnouncementReader {
  const asked = new Set<number>();
  let isMapper = false;
  return {
    lengthOf(bytes, offset, end) {
      if (end - offset < HEADER) return bytes[offset] === VERSION ? NEEDS_MORE : IS_BROKEN;
      const length = readsOf(bytes, offset).short(bytes, offset + LENGTH);
      return bytes[offset] === VERSION && length >= HEADER ? length : IS_BROKEN;
    },
    read(side, { bytes, offset, end }) {
      const type = bytes[offset + TYPE];
      const { short, long } = readsOf(bytes, offset);
      if (type === BIND || type === ALTER_CONTEXT) isMapper ||= namesMapper(bytes, offset + BODY, end);
      // Other interfaces never announce ports.
      if (!isMapper) return false;
      const id = long(bytes, offset + CALL_ID);
      if (type === REQUEST && end - offset >= BODY && short(bytes, offset + OPERATION) === MAP) {
        if (asked.size < MAX_PENDING) asked.add(id);
      }
      if (type === RESPONSE && asked.delete(id)) readTowers(bytes, offset + BODY, end, long, side, emit);
      return true;
    },
  };
}

interface Reads {
  readonly short: (bytes: Uint8Array, at: number) => number;
  readonly long: (bytes: Uint8Array, at: number) => number;
}

const BIG: Reads = { short: readUint16, long: readUint32 };
const LITTLE: Reads = { short: readUint16LittleEndian, long: readUint32LittleEndian };

/** Byte order of a message (C706, 14.1). */
function readsOf(bytes: Uint8Array, offset: number): Reads {
  return (bytes[offset + ORDER] & LITTLE_ENDIAN) === 0 ? BIG : LITTLE;
}

/** Whether one of the interfaces being bound is the mapper. */
function namesMapper(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from + INTERFACE_BYTES; at + INTERFACE_END.length <= end; at += 4) {
    if (INTERFACE_END.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}

/** Reads a handle, the number of towers, and the towers (C706, 14.3.3), each preceded twice by its length. */
function readTowers(
  bytes: Uint8Array,
  start: number,
  end: number,
  long: Reads["long"],
  side: 0 | 1,
  emit: AnnouncementSink,
): void {
  // After the handle: the count, then the maximum count, the offset and the actual count of the array.
  let at = start + HANDLE + 12;
  if (at + 4 > end) return;
  const count = Math.min(long(bytes, at), MAX_TOWERS);
  at += 4 + 4 * count;
  for (let i = 0; i < count && at + 8 <= end; i++) {
    const length = long(bytes, at + 4);
    const tower = at + 8;
    if (tower + length > end) return;
    readTower(bytes, tower, tower + length, side, emit);
    at = start + Math.ceil((tower + length - start) / 4) * 4;
  }
}

function readTower(bytes: Uint8Array, start: number, end: number, side: 0 | 1, emit: AnnouncementSink): void {
  if (start + 2 > end) return;
  const floors = Math.min(readUint16LittleEndian(bytes, start), MAX_FLOORS);
  let transport: "tcp" | "udp" | null = null;
  let port = 0;
  let address: number | null = null;
  let at = start + 2;
  for (let i = 0; i < floors && at + 2 <= end; i++) {
    const left = at + 2;
    const right = left + readUint16LittleEndian(bytes, at);
    if (left >= end || right + 2 > end) return;
    const length = readUint16LittleEndian(bytes, right);
    const value = right + 2;
    if (value + length > end) return;
    const protocol = bytes[left];
    if ((protocol === OVER_TCP || protocol === OVER_UDP) && length === 2) {
      transport = protocol === OVER_TCP ? "tcp" : "udp";
      port = readUint16(bytes, value);
    } else if (protocol === OVER_IP && length === 4) address = readIpv4Key(bytes, value) || null;
    at = value + length;
  }
  if (transport !== null) announce(emit, { transport, address, port, side, holds: "service" });
}
