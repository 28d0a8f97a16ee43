/**
 * IEEE 802.11 MAC header of data frames (IEEE 802.11-2020, 9.2.3 and 9.3.2.1).
 *
 *    0               2          4           10          16          22         24            30    32
 *   | frame control | duration | address 1 | address 2 | address 3 | sequence | (address 4) | (QoS) | (HT) | LLC
 *     frame control, little-endian: version 2 bits, type 2, subtype 4 | to DS, from DS, more fragments, retry,
 *     power, more data, protected, order (a QoS frame: HT control is there)
 */
import { readUint16, readUint16LittleEndian } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const FLAGS_OFFSET = 1;
const FRAME_CONTROL_LENGTH = 2;
const VERSION_MASK = 0x03;
const TYPE_MASK = 0x0c;
const Type = { MANAGEMENT: 0x00, CONTROL: 0x04, DATA: 0x08 } as const;
/** Bits of a data frame's subtype, at their positions in the first byte. */
const WITHOUT_DATA = 0x40;
const QOS = 0x80;
const TO_DISTRIBUTION = 0x01;
const FROM_DISTRIBUTION = 0x02;
const BOTH_DISTRIBUTION = TO_DISTRIBUTION | FROM_DISTRIBUTION;
const PROTECTED = 0x40;
const ORDER = 0x80;
const ADDRESS_1_OFFSET = 4;
const ADDRESS_2_OFFSET = 10;
const ADDRESS_3_OFFSET = 16;
const ADDRESS_4_OFFSET = 24;
const SEQUENCE_OFFSET = 22;
const FRAGMENT_NUMBER_MASK = 0x000f;
const BASE_LENGTH = 24;
const ADDRESS_LENGTH = 6;
const QOS_LENGTH = 2;
const HT_CONTROL_LENGTH = 4;
/** QoS field: several frames in one (A-MSDU). */
const AGGREGATE = 0x80;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeWifi(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  return decodeHeader(1, 0, bytes, offset, end, out);
}

/** Decodes a header that the driver padded to a multiple of 4 (announced by radiotap). */
export function decodePaddedWifi(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  return decodeHeader(4, 0, bytes, offset, end, out);
}

/** Decodes a header whose two bytes of frame control are swapped (in Cisco's CAPWAP). */
export function decodeSwappedWifi(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  return decodeHeader(1, 1, bytes, offset, end, out);
}

function decodeHeader(
  alignment: number,
  firstOffset: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end - offset < FRAME_CONTROL_LENGTH) return truncationWeird(Weird.TRUNCATED_WIFI_HEADER, end, out);
  const first = bytes[offset + firstOffset];
  if ((first & VERSION_MASK) !== 0) return Weird.BAD_WIFI_HEADER;
  switch (first & TYPE_MASK) {
    case Type.MANAGEMENT:
      return Weird.WIFI_MANAGEMENT;
    case Type.CONTROL:
      return Weird.WIFI_CONTROL;
    case Type.DATA:
      break;
    default:
      return Weird.WIFI_EXTENSION;
  }
  const flags = bytes[offset + FLAGS_OFFSET - firstOffset];
  const length = headerLength(first, flags);
  const paddedLength = (length + alignment - 1) & -alignment;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_WIFI_HEADER, end, out);
  const target = (flags & TO_DISTRIBUTION) !== 0 ? ADDRESS_3_OFFSET : ADDRESS_1_OFFSET;
  if (isBroadcast(bytes, offset + target)) out.linkBroadcast = 1;
  out.senderOffset = offset + senderOffset(flags);
  out.receiverOffset = offset + target;
  if ((first & WITHOUT_DATA) !== 0) return Weird.WIFI_WITHOUT_DATA;
  if ((flags & PROTECTED) !== 0) return Weird.WIFI_ENCRYPTED;
  if ((readUint16LittleEndian(bytes, offset + SEQUENCE_OFFSET) & FRAGMENT_NUMBER_MASK) !== 0) {
    return Weird.WIFI_FRAGMENT;
  }
  const isAggregate = (first & QOS) !== 0 && (bytes[offset + qosOffset(flags)] & AGGREGATE) !== 0;
  return follow(isAggregate ? Layer.WIFI_SUBFRAMES : Layer.LLC, offset + paddedLength, end, out);
}

/** Returns the offset of the sending station's address (IEEE 802.11-2020, 9.3.2.1.2, table 9-30). */
function senderOffset(flags: number): number {
  if ((flags & FROM_DISTRIBUTION) === 0) return ADDRESS_2_OFFSET;
  return (flags & TO_DISTRIBUTION) === 0 ? ADDRESS_3_OFFSET : ADDRESS_4_OFFSET;
}

function qosOffset(flags: number): number {
  return (flags & BOTH_DISTRIBUTION) === BOTH_DISTRIBUTION ? BASE_LENGTH + ADDRESS_LENGTH : BASE_LENGTH;
}

function headerLength(first: number, flags: number): number {
  const length = qosOffset(flags);
  if ((first & QOS) === 0) return length;
  return length + QOS_LENGTH + ((flags & ORDER) !== 0 ? HT_CONTROL_LENGTH : 0);
}

function isBroadcast(bytes: Uint8Array, offset: number): boolean {
  return (
    readUint16(bytes, offset) === 0xffff &&
    readUint16(bytes, offset + 2) === 0xffff &&
    readUint16(bytes, offset + 4) === 0xffff
  );
}
