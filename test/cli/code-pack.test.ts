import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packCode, unpackCode } from "../../src/cli/code-pack.ts";

const packs = fc
  .dictionary(fc.stringMatching(/^[\w.-]{1,30}$/), fc.uint8Array({ maxLength: 50 }))
  .map((codes) => new Map(Object.entries(codes).map(([name, code]) => [name, Buffer.from(code)])));

describe("a pack of compiled code", () => {
  it("returns each file as it was stored, aligned to eight bytes", () => {
    fc.assert(
      fc.property(packs, (pack) => {
        const bytes = packCode(pack);
        const read = unpackCode(bytes);
        expect([...read]).toEqual([...pack]);
        for (const code of read.values()) expect((code.byteOffset - bytes.byteOffset) % 8).toBe(0);
      }),
    );
  });

  it("is rejected when a byte is missing", () => {
    const bytes = packCode(
      new Map([
        ["a.cjs", Buffer.from("one")],
        ["b.cjs", Buffer.from("more than eight")],
      ]),
    );
    expect(unpackCode(bytes).size).toBe(2);
    for (let length = 0; length < bytes.length; length++) {
      expect(unpackCode(bytes.subarray(0, length)).size, `${length} bytes`).toBe(0);
    }
    expect(unpackCode(Buffer.concat([bytes, Buffer.alloc(8)])).size).toBe(0);
    expect(unpackCode(null).size).toBe(0);
  });

  it("is rejected when a sector is damaged, or its header is wrong", () => {
    const code = Buffer.from(Array.from({ length: 8192 }, (_, i) => i % 251));
    const bytes = packCode(new Map([["a.cjs", code]]));
    for (let offset = bytes.length - 8192; offset < bytes.length; offset += 512) {
      const damaged = Buffer.from(bytes);
      damaged.fill(0, offset, offset + 512);
      expect(unpackCode(damaged).size, `at ${offset}`).toBe(0);
    }
    for (const head of ["null", "[]", "{}", '{"sum":0,"entries":[null]}', '{"sum":0,"entries":1}']) {
      expect(unpackCode(Buffer.from(`${head}\n`)).size, head).toBe(0);
    }
  });
});
