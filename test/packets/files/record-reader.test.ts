import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/errors.ts";
import type { ByteSource } from "../../../src/packets/files/byte-source.ts";
import { PcapParser, readPcapHeader } from "../../../src/packets/files/pcap-format.ts";
import { PcapngParser } from "../../../src/packets/files/pcapng-format.ts";
import {
  BUFFER_LENGTH,
  type ReadOutcome,
  readRecords,
  SMALL_BUFFER_LENGTH,
} from "../../../src/packets/files/record-reader.ts";
import { PacketBlock, PacketColumns } from "../../../src/packets/packet-block.ts";
import { pcap, pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { retainedBufferBytes } from "../../support/retained-memory.ts";
import { collectBytes, MemorySource, packetOf } from "./collect-records.ts";

const lengths = fc.array(fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 20_000 })), { maxLength: 40 });
const order = fc.constantFrom("little" as const, "big" as const);
const piece = fc.oneof(fc.constantFrom(1, 7, 4096), fc.integer({ min: 1, max: 70_000 }));

describe("readRecords", () => {
  it("returns the same records of a pcap however its bytes arrive", async () => {
    await fc.assert(
      fc.asyncProperty(lengths, order, piece, async (sizes, byteOrder, pieceLength) => {
        const builder = pcap({ byteOrder });
        for (const [index, size] of sizes.entries()) builder.record(packetOf(size, index));
        const file = builder.build();
        const whole = await collectBytes(file);
        expect(whole.error).toBeNull();
        expect(whole.records).toHaveLength(sizes.length);
        expect(await collectBytes(file, pieceLength)).toEqual(whole);
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  it("returns the same records of a pcapng however its bytes arrive", async () => {
    const kind = fc.constantFrom("enhanced", "simple", "obsolete", "unknown", "section");
    const blocks = fc.array(fc.tuple(kind, fc.nat({ max: 5000 }), order), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(blocks, piece, async (kinds, pieceLength) => {
        const builder = pcapng().section().interface();
        for (const [index, [what, size, byteOrder]] of kinds.entries()) {
          const packet = packetOf(size, index);
          if (what === "enhanced") builder.packet(packet);
          else if (what === "simple") builder.simplePacket(packet);
          else if (what === "obsolete") builder.obsoletePacket(packet, { drops: 1 });
          else if (what === "unknown") builder.block(0x99, packet);
          else builder.section({ byteOrder }).interface();
        }
        const file = builder.build();
        const whole = await collectBytes(file);
        expect(whole.error).toBeNull();
        expect(whole.records).toHaveLength(
          kinds.filter(([what]) => what.length > 7 || what === "simple").length,
        );
        expect(await collectBytes(file, pieceLength)).toEqual(whole);
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  it("reads records split over several reads, and more of them than a block holds", async () => {
    const builder = pcap();
    for (let index = 0; index < 5000; index++) builder.record(packetOf(index % 60, index));
    for (let index = 0; index < 12; index++) builder.record(packetOf(262_144, index));
    const file = builder.build();
    const whole = await collectBytes(file);
    expect(whole.error).toBeNull();
    expect(whole.records).toHaveLength(5012);
    expect(await collectBytes(file, 100_001)).toEqual(whole);
  });

  it("reads an Enhanced Packet Block whose options exceed the parsing limit", async () => {
    const options = Array.from({ length: 40 }, () => ({ code: 1, bytes: new Uint8Array(60_000) }));
    const file = pcapng().section().interface().packet([1, 2], { options }).packet([3]).build();
    const whole = await collectBytes(file);
    expect(whole.error).toBeNull();
    expect(whole.records.map(({ packet }) => packet)).toEqual(["0102", "03"]);
    expect(await collectBytes(file, 4096)).toEqual(whole);
  });

  it("skips a block of 4 GB with the memory of one read", async () => {
    const length = 0xffff_fffc;
    const head = pcapng()
      .section()
      .interface()
      .packet([1])
      .raw([0x99, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff])
      .build();
    const source = new EndlessSource(head, 1 << 27);
    const block = new PacketBlock();
    const outcome: ReadOutcome = { error: null };
    const before = retainedBufferBytes();
    let most = 0;
    for await (const filled of readRecords(
      source,
      new Uint8Array(0),
      new PcapngParser("x"),
      block,
      outcome,
    )) {
      most = Math.max(most, filled.bytes.length);
    }
    expect(most).toBeLessThanOrEqual(2 << 20);
    expect(retainedBufferBytes() - before).toBeLessThan(8 << 20);
    const offset = head.length - 8;
    const left = (1 << 27) - offset;
    expect(outcome.error?.message).toBe(
      `x: pcapng block 4 at byte ${offset} needs ${length} bytes, ${left} left`,
    );
  });

  it("returns what was read before a failing read, then the error", async () => {
    const file = pcap().record([1]).record([2]).build();
    const failure = new InputError("cannot_read", "memory: the device reports an input/output error");
    const source = new FailingSource(file.subarray(24), failure);
    const outcome: ReadOutcome = { error: null };
    const parser = new PcapParser(readPcapHeader(file, "memory"), "memory");
    let records = 0;
    for await (const block of readRecords(source, new Uint8Array(0), parser, new PacketBlock(), outcome)) {
      records += block.count;
    }
    expect(records).toBe(2);
    expect(outcome.error).toBe(failure);
    expect(source.isClosed).toBe(true);
  });

  it("closes the source when no more blocks are requested", async () => {
    const file = pcap().record([1]).build();
    const source = new MemorySource(file.subarray(24));
    const parser = new PcapParser(readPcapHeader(file, "memory"), "memory");
    for await (const _ of readRecords(source, new Uint8Array(0), parser, new PacketBlock(), { error: null }))
      break;
    expect(source.isClosed).toBe(true);
  });

  it("continues with the same data after its block was moved", async () => {
    const file = pcap();
    for (let i = 0; i < 3000; i++)
      file.record(Uint8Array.from({ length: 900 }, (_, byte) => (byte + i) & 0xff));
    const bytes = file.build();
    const parser = new PcapParser(readPcapHeader(bytes, "memory"), "memory");
    const places = [SMALL_BUFFER_LENGTH, BUFFER_LENGTH, BUFFER_LENGTH].map((length) => ({
      columns: new PacketColumns(),
      buffer: new Uint8Array(length),
    }));
    const block = new PacketBlock(places[0]);
    const source = new MemorySource(bytes.subarray(24));
    let records = 0;
    let moves = 0;
    for await (const _ of readRecords(source, new Uint8Array(0), parser, block, { error: null })) {
      // From then on it reads more per call, and cannot go back to a smaller buffer.
      if (records > 500) block.moveTo(places[1 + (moves++ % 2)]);
      for (let i = 0; i < block.count; i++, records++) {
        expect(block.capturedLengths[i]).toBe(900);
        expect(block.seconds[i]).toBe(1_700_000_000 + records);
        const first = block.offsets[i];
        expect([block.bytes[first], block.bytes[first + 899]]).toEqual([
          records & 0xff,
          (899 + records) & 0xff,
        ]);
      }
    }
    expect(records).toBe(3000);
    expect(moves).toBeGreaterThan(2);
  });

  it("lets timers run while it reads a file without waiting", async () => {
    const source = new EndlessSource(
      pcapng().section().raw([9, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff]).build(),
      1 << 28,
    );
    let isLate = true;
    setTimeout(() => {
      isLate = false;
    }, 0);
    const blocks = readRecords(source, new Uint8Array(0), new PcapngParser("x"), new PacketBlock(), {
      error: null,
    });
    for await (const _ of blocks);
    expect(isLate).toBe(false);
  });
});

/** `head`, then zeros up to `totalBytes`. Like a file, it returns them synchronously. */
class EndlessSource implements ByteSource {
  readonly name = "x";
  readonly totalBytes: number;
  bytesRead = 0;
  readonly #head: Uint8Array;

  constructor(head: Uint8Array, totalBytes: number) {
    this.#head = head;
    this.totalBytes = totalBytes;
  }

  read(into: Uint8Array, offset: number, length: number): number {
    const count = Math.min(length, this.totalBytes - this.bytesRead);
    into.fill(0, offset, offset + count);
    into.set(this.#head.subarray(this.bytesRead, this.bytesRead + count), offset);
    this.bytesRead += count;
    return count;
  }

  async close(): Promise<void> {}
}

class FailingSource extends MemorySource {
  readonly #failure: InputError;

  constructor(bytes: Uint8Array, failure: InputError) {
    super(bytes);
    this.#failure = failure;
  }

  override async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    const count = await super.read(into, offset, length);
    if (count === 0) throw this.#failure;
    return count;
  }
}
