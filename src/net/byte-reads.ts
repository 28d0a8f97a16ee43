/**
 * Reads unsigned integers in network byte order. The caller has checked the length: reading past the end of `bytes`
 * returns 0 bits, reading past the end of a packet returns bytes of another packet.
 */

/** 16 bits at `offset`, big-endian. `bytes` is borrowed for the call. */
export function readUint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 8) | bytes[offset + 1];
}

/** 32 bits at `offset`, big-endian, as a number from 0 to 2^32 - 1. `bytes` is borrowed for the call. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return readInt32(bytes, offset) >>> 0;
}

/** 32 bits at `offset`, big-endian, as a signed number: for keys and hashes, where only the bits matter. */
export function readInt32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3];
}

/** 16 bits at `offset`, little-endian. `bytes` is borrowed for the call. */
export function readUint16LittleEndian(bytes: Uint8Array, offset: number): number {
  return bytes[offset] | (bytes[offset + 1] << 8);
}

/** 32 bits at `offset`, little-endian, as a number from 0 to 2^32 - 1. `bytes` is borrowed for the call. */
export function readUint32LittleEndian(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24)) >>> 0
  );
}
