import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DnsNameReader, readLabel } from "../../../src/evidence/payload/dns-name.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { uncompressed } from "../../../src/testing/builders/dns-builder.ts";

const HEADER = new Uint8Array(12);

/** Reads the name at `offset` of a message made of a header and `parts`. */
function readAt(offset: number, ...parts: readonly (Uint8Array | readonly number[])[]) {
  const bytes = concatBytes(HEADER, ...parts);
  const reader = new DnsNameReader(bytes, 0);
  const name = reader.read(offset, bytes.length);
  return { name, next: reader.next, isCut: reader.isCut, label: reader.labelOffset };
}

const read = (...parts: readonly (Uint8Array | readonly number[])[]) => readAt(12, ...parts);

describe("a DNS name", () => {
  it("consists of its labels, in lower case", () => {
    expect(read(uncompressed("Mesu.APPLE.com"))).toMatchObject({ name: "mesu.apple.com", next: 28 });
  });

  it("can be the root", () => {
    expect(read([0])).toMatchObject({ name: "", next: 13 });
  });

  it("can end with a pointer to an earlier name", () => {
    const names = [uncompressed("apple.com"), [3, 0x77, 0x77, 0x77, 0xc0, 12], [0xc0, 23]] as const;
    expect(readAt(23, ...names)).toMatchObject({ name: "www.apple.com", next: 29, label: 23 });
    expect(readAt(29, ...names)).toMatchObject({ name: "www.apple.com", next: 31, label: 23 });
  });

  it("is the same after another one was read", () => {
    const names = concatBytes(HEADER, uncompressed("apple.com"), [0xc0, 12], [0xc0, 18], [0xc0, 12]);
    const reader = new DnsNameReader(names, 0);
    const read = (offset: number) => [reader.read(offset, names.length), reader.next, reader.labelOffset];
    expect(read(12)).toEqual(["apple.com", 23, 12]);
    expect(read(23)).toEqual(["apple.com", 25, 12]);
    expect(read(25)).toEqual(["com", 27, 18]);
    expect(read(27)).toEqual(["apple.com", 29, 12]);
  });

  it("is the same whatever thousands of names were read before", () => {
    const names = Array.from({ length: 5000 }, (_, i) =>
      i % 9 === 0 ? "" : `h${i % 700}.x${i % 11}.example`,
    );
    for (const name of names) expect(read(name === "" ? [0] : uncompressed(name)).name).toBe(name);
  });

  it("is read relative to the message, not to the buffer", () => {
    const bytes = concatBytes([9, 9, 9], HEADER, uncompressed("apple.com"), [0xc0, 12]);
    expect(new DnsNameReader(bytes, 3).read(26, 28)).toBe("apple.com");
  });
});

describe("a hostile DNS name", () => {
  it("cannot pass for another by a dot within a label", () => {
    expect(read(uncompressed(["evil.apple", "com"])).name).toBe("evil\ufffdapple.com");
    expect(read(uncompressed(["evil", "apple.com"])).name).toBe("evil.apple\ufffdcom");
  });

  it("cannot pass for another by a byte order mark", () => {
    expect(read(uncompressed(["\ufeffwww", "apple", "com"])).name).toBe("\ufeffwww.apple.com");
  });

  it("keeps UTF-8, and replaces invalid bytes by U+FFFD", () => {
    expect(read(uncompressed(["Büro", "local"])).name).toBe("büro.local");
    expect(read(uncompressed([[0x61, 0xff, 0xc3], "local"])).name).toBe("a\ufffd\ufffd.local");
  });

  it("keeps control characters, which are escaped at the output", () => {
    expect(read(uncompressed(["\u001b[31m\n\0", "com"])).name).toBe("\u001b[31m\n\0.com");
  });

  it.each([
    ["points to itself", [0xc0, 12]],
    ["has a label and then points to itself", [1, 0x61, 0xc0, 12]],
    ["points forward", [0xc0, 20, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["points into the message header", [0xc0, 11]],
    ["has the undefined label type of byte 64", [64, ...new Array<number>(70).fill(0x61), 0]],
    ["has the undefined label type of byte 191", [191, ...new Array<number>(200).fill(0x61), 0]],
  ])("is malformed if it %s", (_, bytes) => {
    expect(read(bytes)).toMatchObject({ name: null, isCut: false });
  });

  it("is malformed if two pointers form a loop", () => {
    expect(readAt(14, [0xc0, 14], [0xc0, 12])).toMatchObject({ name: null, isCut: false });
  });

  it("is malformed if a pointer leads to a name that runs into the pointer", () => {
    expect(readAt(14, [1, 0x61], [0xc0, 12])).toMatchObject({ name: null, isCut: false });
  });

  it("has at most 253 characters: 255 bytes", () => {
    const label = "a".repeat(63);
    const longest = uncompressed([label, label, label, "a".repeat(61)]);
    expect(longest).toHaveLength(255);
    expect(read(longest).name).toHaveLength(253);
    expect(read(uncompressed([label, label, label, "a".repeat(62)]))).toMatchObject({
      name: null,
      isCut: false,
    });
    expect(read(uncompressed(new Array<string>(127).fill("a"))).name).toHaveLength(253);
    expect(read(uncompressed(new Array<string>(128).fill("a"))).name).toBeNull();
  });

  it("of 64 KiB is abandoned after 255 bytes", () => {
    expect(read(uncompressed(new Array<string>(1000).fill("a".repeat(63)))).name).toBeNull();
  });

  it("that collects labels through pointers has the same limit", () => {
    // Each name is a label of 49 bytes and a pointer to the one before.
    const parts: number[][] = [[49, ...new Array<number>(49).fill(0x61), 0]];
    let at = 12;
    for (let i = 0; i < 5; i++) {
      const length = parts[i].length;
      parts.push([49, ...new Array<number>(49).fill(0x62), 0xc0, at]);
      at += length;
    }
    const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, part) => sum + part.length, 12));
    expect(readAt(starts[3], ...parts).name).toHaveLength(199);
    expect(readAt(starts[4], ...parts).name).toHaveLength(249);
    expect(readAt(starts[5], ...parts).name).toBeNull();
  });

  it("can pass through at most 64 pointers", () => {
    const chain = [0, ...Array.from({ length: 70 }, (_, i) => [0xc0, i === 0 ? 12 : 11 + 2 * i]).flat()];
    expect(readAt(13 + 2 * 63, chain).name).toBe("");
    expect(readAt(13 + 2 * 64, chain)).toMatchObject({ name: null, isCut: false });
  });
});

describe("a DNS name at the end of the bytes", () => {
  const whole = concatBytes(uncompressed("apple.com").subarray(0, 10), [0xc0, 12]);

  it("is truncated, wherever that is", () => {
    const name = uncompressed("mesu.apple.com");
    for (let length = 0; length < name.length; length++) {
      expect(read(name.subarray(0, length))).toMatchObject({ name: null, isCut: true });
    }
    expect(read(whole.subarray(0, 11))).toMatchObject({ name: null, isCut: true });
  });

  it("is not read beyond the end", () => {
    const bytes = concatBytes(HEADER, uncompressed("apple.com"));
    expect(new DnsNameReader(bytes, 0).read(12, bytes.length - 1)).toBeNull();
  });
});

describe("the first label of a DNS name", () => {
  it("keeps its case", () => {
    const bytes = concatBytes([7], uncompressed(["Dr. Jäger’s Mac", "_airplay"]));
    expect(readLabel(bytes, 1)).toBe("Dr. Jäger’s Mac");
  });
});

describe("any DNS name", () => {
  const label = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(..."abcz019-_ @") });

  it("is read as it was written, with or without pointers", () => {
    fc.assert(
      fc.property(fc.array(label, { maxLength: 8 }), fc.nat(), (labels, cut) => {
        const at = labels.length === 0 ? 0 : cut % labels.length;
        const tail = uncompressed(labels.slice(at));
        const head = uncompressed(labels.slice(0, at)).slice(0, -1);
        const bytes = concatBytes(HEADER, tail, head, [0xc0, 12]);
        const reader = new DnsNameReader(bytes, 0);
        expect(reader.read(12 + tail.length, bytes.length)).toBe(labels.join("."));
        expect(reader.next).toBe(bytes.length);
      }),
    );
  });
});
