/** The package pcap-parser must agree with the built-in reader on every classic capture that it reads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { pcap, pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { collectSource, inputErrorOf, packetOf } from "./collect-records.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-reader-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function readBoth(bytes: Uint8Array) {
  const path = join(folder, "capture");
  writeFileSync(path, bytes);
  const [fast, second] = await Promise.all([
    openCapture(path).then(collectSource),
    openCapture(path, { reader: "pcap-parser" }).then(collectSource),
  ]);
  return { fast, second };
}

describe("the reader pcap-parser", () => {
  it("agrees with the built-in reader on generated captures, complete and truncated", async () => {
    const record = fc.record({
      length: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 9000 })),
      seconds: fc.nat({ max: 0xffff_ffff }),
      fraction: fc.oneof(fc.nat({ max: 999_999 }), fc.nat({ max: 0xffff_ffff })),
      originalLength: fc.nat({ max: 0xffff_ffff }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 50 }),
        fc.constantFrom("little" as const, "big" as const),
        fc.constantFrom(0, 1, 113, 0x2400_0001),
        fc.nat({ max: 200 }),
        async (records, byteOrder, linkTypeField, cut) => {
          const builder = pcap({ byteOrder, linkTypeField });
          for (const [index, { length, ...fields }] of records.entries()) {
            builder.record(packetOf(length, index), fields);
          }
          const file = builder.build();
          const { fast, second } = await readBoth(file.subarray(0, Math.max(24, file.length - cut)));
          expect(second).toEqual(fast);
        },
      ),
      { numRuns: propertyRuns(150) },
    );
  });

  it("agrees with the built-in reader on more records than a block holds, and on the largest ones", async () => {
    const builder = pcap();
    for (let index = 0; index < 4000; index++) builder.record(packetOf(index % 90, index));
    for (let index = 0; index < 9; index++) builder.record(packetOf(262_144, index));
    const { fast, second } = await readBoth(builder.build());
    expect(fast.records).toHaveLength(4009);
    expect(second).toEqual(fast);
  });

  it("stops at an impossible length as the built-in reader does", async () => {
    const file = pcap()
      .record([1])
      .record([2], { capturedLength: 0x1000_0000 })
      .raw(new Uint8Array(5000))
      .build();
    const { fast, second } = await readBoth(file);
    expect(second).toEqual(fast);
    expect(second.error?.code).toBe("bad_record_length");
  });

  it("reads compressed captures too", async () => {
    const { fast, second } = await readBoth(gzipSync(pcap().record(packetOf(60)).build()));
    expect(second).toEqual(fast);
    expect(second.records).toHaveLength(1);
  });

  it.each([
    ["a pcapng", pcapng().section().build()],
    ["a nanosecond pcap", pcap({ magic: "nanoseconds" }).build()],
    ["a modified pcap", pcap({ magic: "modified" }).build()],
  ])("lists what it can read when given %s", async (what, bytes) => {
    const path = join(folder, "other");
    writeFileSync(path, bytes);
    const error = await inputErrorOf(openCapture(path, { reader: "pcap-parser" }));
    expect(error.code).toBe("unsupported_format");
    expect(error.message).toBe(
      `${path}: is ${what}; the reader pcap-parser reads classic microsecond pcap only, --reader fast reads it`,
    );
  });

  it("prints no warning of the package", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    await readBoth(pcap().record(packetOf(60)).build());
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
  });
});
