/** Hardware addresses of 48 bits (IEEE 802, 8.2) as numbers: a double represents them exactly. */
import type { AddressKey } from "./address-key.ts";
import { readUint16, readUint32 } from "./byte-reads.ts";

const LENGTH = 6;
const PREFIX_UNIT = 0x1000000;
const FIRST_BYTE_UNIT = 2 ** 40;
/** Bits of the first byte: group address, and locally administered address. */
const GROUP_BIT = 0x01;
const LOCAL_BIT = 0x02;
/** The bytes that EUI-64 inserts between the two halves (RFC 4291, appendix A). */
const EUI64_MIDDLE = 0xfffe;

/** Reads the address in the 6 bytes at `offset`, which the caller has checked. `bytes` is borrowed. */
export function readHardware(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset) * 2 ** 32 + readUint32(bytes, offset + 2);
}

/** Formats an address as `d8:30:62:01:02:03`. */
export function formatHardware(address: number): string {
  const digits = address.toString(16).padStart(2 * LENGTH, "0");
  return (digits.match(/../g) ?? []).join(":");
}

/** Parses an address (`d8:30:62:1:2:3`, or with dashes); null for anything else. */
export function parseHardware(text: string): number | null {
  if (!/^[0-9a-f]{1,2}(?:([:-])[0-9a-f]{1,2})(?:\1[0-9a-f]{1,2}){4}$/i.test(text)) return null;
  return text.split(/[:-]/).reduce((address, part) => address * 0x100 + Number.parseInt(part, 16), 0);
}

/** The first three bytes: the registered vendor prefix, unless the address is locally administered. */
export function hardwarePrefix(address: number): number {
  return Math.floor(address / PREFIX_UNIT);
}

/** Whether it is the address of a single station: not a group, and not zero (the loopback device has zeros). */
export function isStation(address: number): boolean {
  return address !== 0 && (firstByte(address) & GROUP_BIT) === 0;
}

/** Whether it is locally administered, such as a private address: it does not identify a vendor. */
export function isPrivateHardware(address: number): boolean {
  return (firstByte(address) & LOCAL_BIT) !== 0;
}

/** Returns the hardware address that an IPv6 address was made from (RFC 4291, appendix A), or null. */
export function hardwareInAddress(key: AddressKey): number | null {
  if (typeof key === "number") return null;
  const b = key.charCodeAt(5);
  const c = key.charCodeAt(6);
  if ((b & 0xff) !== EUI64_MIDDLE >>> 8 || c >>> 8 !== (EUI64_MIDDLE & 0xff)) return null;
  const first = (key.charCodeAt(4) ^ (LOCAL_BIT << 8)) * 2 ** 32;
  return first + ((b >>> 8) * 0x100 + (c & 0xff)) * 0x10000 + key.charCodeAt(7);
}

function firstByte(address: number): number {
  return Math.floor(address / FIRST_BYTE_UNIT);
}
