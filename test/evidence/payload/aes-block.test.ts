import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encryptBlock } from "../../../src/evidence/payload/aes-block.ts";

function encrypted(key: Uint8Array, bytes: Uint8Array, offset = 0, length = 16): string {
  const out = new Uint8Array(length);
  encryptBlock(key, bytes, offset, out);
  return Buffer.from(out).toString("hex");
}

describe("a block of AES-128", () => {
  it("matches FIPS 197, appendix C.1", () => {
    const key = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
    const plain = Buffer.from("00112233445566778899aabbccddeeff", "hex");
    expect(encrypted(key, plain)).toBe("69c4e0d86a7b0430d8cdb78070b4c55a");
  });

  it("matches OpenSSL for any requested length", () => {
    const keys = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const texts = fc.uint8Array({ minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(keys, texts, fc.integer({ min: 1, max: 16 }), (key, bytes, length) => {
        const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
        const wanted = cipher.update(bytes.subarray(4)).toString("hex");
        expect(encrypted(key, bytes, 4, length)).toBe(wanted.slice(0, 2 * length));
      }),
    );
  });
});
