import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { decompressed, decompressorOf } from "../../../src/packets/files/compression.ts";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { pcap, pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { retainedBufferBytes } from "../../support/retained-memory.ts";
import { collectBytes, collectSource, inputErrorOf, MemorySource, packetOf } from "./collect-records.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-compression-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** `capture()` as compressed by `zstd -19` 1.5.4: one frame with a checksum. */
const ZSTD = Buffer.from(
  `
  KLUv/WSpW60eANQk1MOyoQIABAAEAAHxU2UAPAAHDhUcIyoxOD9GTVRbYmlwd36FjJOaoaivtr3Ey9LZ4Ofu9fwDChEYHyYtNDtC
  SVBXXmVsc3qBiI+WnQE9pKuyucDHztXc4+rx+P8GDRQbIikwNz5FTFNaYWhvdn2Ei5KZoKeutbzDAj7K0djf5u30+wIJEBceJSwz
  OkFIT1ZdZGtyeYCHjpWco6qxuL/GzdTb4ukDP/D3/gUMExohKC82PURLUllgZ251fIOKkZifpq20u8LJ0Nfe5ezz+gEIDwRAFh0k
  KzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09rh6O/2/QQLEhkgJy41BUEGQkIHCAkKCwwNDg8QERITPBTHFRYXGBkaGwUcHR4fICEi
  QyMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamts
  bW5vcHFyc3R1dnd4eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3
  uLm6u7y9vr/AwcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/APIB
  8gLyA/IE8gXyBvIH8gjyCfIK8gvyDPIN8g7yD/IQ8hHyEvIT8hTyFfIW8hfyGPIZ8hryG/Ic8h3yHvIf8iDyIfIi8iMkJSYnKCkq
  K4FbqIHMKqX95xFflILpIhAEMgQJAYtgBUEQgv8H+QPNN50Yb/l1KdBPDdi3FNJRHdoZLbRnIU5vMVZXZWA/tWBfKUjHOmhn2laV
  uGts0RR6jS0tUd7xpTJ0NbdUQrzhm07IaWZpGbmGF51h17hVMuYbWzRBXnNLS8R1vKgMncatljBv+KYZ8ppZWiKu8UVn6DS2lIx5
  w5ZOsNfcUhnxHS8qIad5qyXkGt5ohlxjVpeYa3zRHHqNLSUx3tilE/Q0W1RGvMNLTdhp3qoU+YY3mhDXrNUlchovNMdEaFUdpuiD
  GC3qgoTFrR2+EQdW+nG0hI1EApKcHGG3MEUHgtGiDiAsbpbkG5GA0I+jJdlIJCDk5Hg7hCk6gjiUogMIi5sl+UYkIPTjaEk2EgkI
  OTlekmrImCP9wprhX4kUi7CIC4Zv3OxKPyIBYSNHS5KTKFk8oRryHN1foFqqGTKUSPd9dpt6k5Keu2Em9R8hcXfGLOpNOkruzwzq
  8zKy7Ibpp3/+ZgB1mhbXP+QZxdo=`,
  "base64",
);

function capture(): Uint8Array {
  const builder = pcap();
  for (let index = 0; index < 300; index++) builder.record(packetOf(60 + (index % 7), index % 5));
  return builder.build();
}

async function openBytes(bytes: Uint8Array) {
  const path = join(folder, "compressed");
  writeFileSync(path, bytes);
  return await openCapture(path);
}

/** A zstd frame of uncompressed blocks, as RFC 8878 lays it out. */
function zstdFrame(content: Uint8Array, blockLength = 1000): Uint8Array {
  const parts: (Uint8Array | number[])[] = [[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]];
  for (let offset = 0; offset < content.length || offset === 0; offset += blockLength) {
    const block = content.subarray(offset, offset + blockLength);
    const isLast = offset + blockLength >= content.length;
    parts.push(blockHeader(Number(isLast), block.length), block);
  }
  return concatBytes(...parts);
}

function blockHeader(flags: number, size: number): number[] {
  const field = flags | (size << 3);
  return [field & 0xff, (field >>> 8) & 0xff, field >>> 16];
}

/** Decompresses and discards; returns the byte count and the peak memory on the way. */
async function drain(bytes: Uint8Array): Promise<{ length: number; memory: number }> {
  const decompressor = decompressorOf(bytes);
  if (decompressor === null) throw new Error("not compressed");
  const source = decompressed(new MemorySource(bytes), decompressor);
  const into = new Uint8Array(1 << 20);
  const before = retainedBufferBytes();
  let length = 0;
  let memory = 0;
  let reads = 0;
  for (;;) {
    const count = await source.read(into, 0, into.length);
    // Only now and then, because measuring takes longer than a read.
    if (reads++ % 256 === 0) memory = Math.max(memory, retainedBufferBytes() - before);
    if (count === 0) return { length, memory };
    length += count;
  }
}

describe("a gzip file", () => {
  it("is decompressed with one member or several", async () => {
    const file = capture();
    const whole = await collectBytes(file);
    const members = concatBytes(
      gzipSync(file.subarray(0, 10)),
      gzipSync(file.subarray(10, 10)),
      gzipSync(file.subarray(10)),
    );
    for (const bytes of [gzipSync(file), members, concatBytes(members, new Uint8Array(512))]) {
      const source = await openBytes(bytes);
      expect(source.totalBytes).toBe(bytes.length);
      const { records, error } = await collectSource(source);
      expect([error, records]).toEqual([null, whole.records]);
      expect(source.bytesRead).toBe(bytes.length);
    }
    const modern = await openBytes(gzipSync(pcapng().section().interface().packet([1]).build()));
    expect([modern.format, (await collectSource(modern)).records.length]).toEqual(["pcapng", 1]);
  });

  it("cut anywhere yields everything before the cut", async () => {
    const file = capture();
    const bytes = gzipSync(file, { level: 1 });
    let most = 0;
    for (let cut = 200; cut < bytes.length; cut += 23) {
      const { records, error } = await collectSource(await openBytes(bytes.subarray(0, cut)));
      expect(error?.code).toBe("bad_compression");
      expect(error?.message).toMatch(/the gzip data ends early, at compressed byte \d+$/);
      expect(records.length).toBeGreaterThanOrEqual(most);
      most = records.length;
    }
    // Random bytes do not compress, so the content before the cut is known, and all of it must arrive.
    const stored = gzipSync(file, { level: 0 });
    const cut = await collectSource(await openBytes(stored.subarray(0, stored.length - 9 - 1000)));
    expect(cut.records).toHaveLength(Math.floor((file.length - 24 - 1001) / 79));
  });

  it("that is damaged yields everything before the damage, then an error", async () => {
    const file = concatBytes(capture(), ...Array.from({ length: 40 }, () => capture().subarray(24)));
    const bytes = gzipSync(file, { level: 0 });
    bytes[bytes.length - 8] ^= 1; // the checksum
    const checked = await collectSource(await openBytes(bytes));
    expect(checked.error).toMatchObject({ code: "bad_compression" });
    expect(checked.error?.message).toContain("incorrect data check");
    expect(checked.records.length).toBeGreaterThan(11_000);
    const garbage = await collectSource(
      await openBytes(concatBytes(gzipSync(file), Buffer.from("garbage!!"))),
    );
    expect(garbage.error?.code).toBe("bad_compression");
    const header = await inputErrorOf(openBytes(Uint8Array.of(0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9)));
    expect(header.code).toBe("bad_compression");
  });

  it("that expands enormously uses little memory", async () => {
    const zeros = gzipSync(new Uint8Array(1 << 28));
    const { length, memory } = await drain(zeros);
    expect(length).toBe(1 << 28);
    expect(memory).toBeLessThan(1 << 27);
  });
});

describe("a zstd file", () => {
  it("is decompressed with one frame or several, and with skippable frames", async () => {
    const file = capture();
    const whole = await collectBytes(file);
    const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5);
    const frames = concatBytes(
      skippable,
      zstdFrame(file.subarray(0, 10)),
      zstdFrame(new Uint8Array(0)),
      skippable,
      zstdFrame(file.subarray(10)),
      skippable,
    );
    for (const bytes of [ZSTD, zstdFrame(file), frames]) {
      const source = await openBytes(bytes);
      const { records, error } = await collectSource(source);
      expect([error, records]).toEqual([null, whole.records]);
      expect(source.bytesRead).toBe(bytes.length);
    }
  });

  it("cut anywhere yields every block before the cut", async () => {
    const file = capture();
    const bytes = zstdFrame(file, 1000);
    for (let cut = 1100; cut < bytes.length; cut += 97) {
      const { records, error } = await collectSource(await openBytes(bytes.subarray(0, cut)));
      expect(error?.code).toBe("bad_compression");
      expect(error?.message).toMatch(
        /the zstd data ends early: \d+ bytes are needed, \d+ left, at compressed byte \d+$/,
      );
      const blocks = Math.floor((cut - 6) / 1003);
      expect(records).toEqual((await collectBytes(file.subarray(0, blocks * 1000))).records);
    }
    const cut = await collectSource(await openBytes(ZSTD.subarray(0, ZSTD.length - 2)));
    expect([cut.records.length, cut.error?.code]).toEqual([300, "bad_compression"]);
    const wrong = Uint8Array.from(ZSTD);
    wrong[wrong.length - 1] ^= 1;
    const checked = await collectSource(await openBytes(wrong));
    expect([checked.records.length, checked.error?.code]).toEqual([300, "bad_compression"]);
    expect(checked.error?.message).toContain("checksum");
  });

  it.each<[string, Uint8Array, string, string]>([
    [
      "a window that is too large",
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 1, 0, 0),
      "unsupported_format",
      "a window of 1073741824 bytes, the limit is 134217728",
    ],
    [
      "a single segment with a huge window",
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0),
      "unsupported_format",
      "a window of 281474976710656 bytes",
    ],
    [
      "a dictionary",
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 7, 1, 0, 0),
      "unsupported_format",
      "with a dictionary",
    ],
    [
      "a reserved bit that is set",
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x08, 0x38, 1, 0, 0),
      "bad_compression",
      "reserved bit",
    ],
    [
      "a block that is too large",
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, ...blockHeader(1, 131_073)),
      "bad_compression",
      "a block of 131073 bytes",
    ],
    [
      "a block of the reserved type",
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, ...blockHeader(7, 1), 0),
      "bad_compression",
      "type 3",
    ],
    [
      "invalid data in a compressed block",
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, ...blockHeader(5, 4), 255, 255, 255, 255),
      "bad_compression",
      "damaged",
    ],
    [
      "garbage after the first frame",
      concatBytes(zstdFrame(new Uint8Array(0)), Buffer.from("garbage")),
      "bad_compression",
      "no frame begins",
    ],
  ])("with %s is refused", async (_, bytes, code, text) => {
    const error = await inputErrorOf(openBytes(bytes));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });

  it("that expands enormously uses little memory", async () => {
    const swollen = Uint8Array.of(...blockHeader(2, 131_072), 0);
    const blocks = Array.from({ length: 4000 }, () => swollen);
    const bytes = concatBytes([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38], ...blocks, blockHeader(1, 0));
    const { length, memory } = await drain(bytes);
    expect(length).toBe(4000 * 131_072);
    expect(memory).toBeLessThan(1 << 27);
  });
});

describe("a compressed file", () => {
  it("inside a compressed file is refused", async () => {
    for (const bytes of [gzipSync(gzipSync(capture())), gzipSync(ZSTD), zstdFrame(gzipSync(capture()))]) {
      expect((await inputErrorOf(openBytes(bytes))).message).toContain("compressed twice");
    }
  });

  it("of something other than a capture is refused by its content", async () => {
    const text = await inputErrorOf(openBytes(gzipSync("text")));
    expect([text.code, text.message.endsWith("neither pcap nor pcapng")]).toEqual(["not_a_capture", true]);
    expect((await inputErrorOf(openBytes(gzipSync("")))).message).toMatch(/: empty$/);
    expect(decompressorOf(deflateRawSync(capture()))).toBeNull();
  });
});
