import { describe, expect, it } from "vitest";
import {
  readInt32,
  readUint16,
  readUint16LittleEndian,
  readUint32,
  readUint32LittleEndian,
} from "../../src/net/byte-reads.ts";

const BYTES = Uint8Array.of(0, 0xfe, 0xdc, 0xba, 0x98);

describe("integer reads", () => {
  it("have the byte order of their names, and are unsigned", () => {
    expect(readUint16(BYTES, 1)).toBe(0xfedc);
    expect(readUint16LittleEndian(BYTES, 1)).toBe(0xdcfe);
    expect(readUint32(BYTES, 1)).toBe(0xfedcba98);
    expect(readUint32LittleEndian(BYTES, 1)).toBe(0x98badcfe);
  });

  it("have a signed variant for keys", () => {
    expect(readInt32(BYTES, 1)).toBe(0xfedcba98 - 2 ** 32);
    expect(readInt32(BYTES, 0)).toBe(0x00fedcba);
  });
});
