/** Every capture here is cut after every byte: what is before the cut is read, and the cut is reported. */
import { describe, expect, it } from "vitest";
import { PCAP_HEADER_LENGTH } from "../../../src/packets/files/pcap-format.ts";
import { pcap, pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { collectBytes, inputErrorOf, packetOf } from "./collect-records.ts";

interface Unit {
  readonly offset: number;
  readonly length: number;
}

function expectedError(
  units: readonly Unit[],
  cut: number,
  what: string,
  need: (unit: Unit, left: number) => number,
) {
  const index = units.findIndex(({ offset, length }) => cut > offset && cut < offset + length);
  if (index < 0) return null;
  const unit = units[index];
  const left = cut - unit.offset;
  const needed = need(unit, left);
  return `memory: ${what} ${index + 1} at byte ${unit.offset} needs ${needed} bytes, ${left} left`;
}

describe("a classic pcap cut anywhere is reported", () => {
  for (const byteOrder of ["little", "big"] as const) {
    for (const magic of ["microseconds", "modified"] as const) {
      it(`as ${byteOrder}-endian, ${magic}`, async () => {
        const headerLength = magic === "modified" ? 24 : 16;
        const builder = pcap({ byteOrder, magic });
        const units: Unit[] = [];
        for (const length of [10, 0, 33]) {
          const offset = builder.length;
          builder.record(packetOf(length, length));
          units.push({ offset, length: builder.length - offset });
        }
        const file = builder.build();
        const whole = await collectBytes(file);
        for (let cut = PCAP_HEADER_LENGTH; cut <= file.length; cut++) {
          const { records, error } = await collectBytes(file.subarray(0, cut));
          const complete = units.filter(({ offset, length }) => offset + length <= cut).length;
          expect(records).toEqual(whole.records.slice(0, complete));
          const message = expectedError(units, cut, "pcap record", (unit, left) =>
            left < headerLength ? headerLength : unit.length,
          );
          expect(error?.message ?? null).toBe(message);
          if (error !== null) expect(error.code).toBe("truncated_record");
        }
      });
    }
  }
});

describe("a pcapng cut anywhere is reported", () => {
  for (const byteOrder of ["little", "big"] as const) {
    it(`as ${byteOrder}-endian`, async () => {
      const builder = pcapng();
      const units: Unit[] = [];
      const add = (append: () => unknown) => {
        const offset = builder.length;
        append();
        units.push({ offset, length: builder.length - offset });
      };
      add(() => builder.section({ byteOrder, options: [{ code: 4, text: "test" }] }));
      add(() => builder.interface({ name: "en0" }));
      add(() => builder.packet(packetOf(21, 1), { options: [{ code: 2, uint32: 1 }] }));
      add(() => builder.custom(packetOf(30)));
      add(() => builder.simplePacket(packetOf(5, 2)));
      add(() => builder.obsoletePacket(packetOf(6, 3)));
      add(() => builder.statistics({ dropped: 1n }));
      const packets = [2, 4, 5];
      const file = builder.build();
      const whole = await collectBytes(file);
      expect(whole.error).toBeNull();
      expect(whole.records).toHaveLength(3);
      for (let cut = 1; cut <= file.length; cut++) {
        for (const pieceLength of [Number.POSITIVE_INFINITY, 5]) {
          const { records, error } = await collectBytes(file.subarray(0, cut), pieceLength);
          const complete = packets.filter((index) => units[index].offset + units[index].length <= cut).length;
          expect(records).toEqual(whole.records.slice(0, complete));
          const message = expectedError(units, cut, "pcapng block", (unit, left) => {
            if (unit.offset === 0 && left >= 4 && left < 12) return 28;
            return left < 8 ? 12 : unit.length;
          });
          expect(error?.message ?? null).toBe(message);
          if (error !== null) expect(error.code).toBe("truncated_record");
        }
      }
    });
  }

  it("also inside a block that exceeds the parsing limit", async () => {
    const builder = pcapng().section().interface().packet([1]);
    const offset = builder.length;
    const file = builder
      .block(0x99, new Uint8Array(3 << 20))
      .packet([2])
      .build();
    expect((await collectBytes(file)).records).toHaveLength(2);
    const length = (3 << 20) + 12;
    for (const left of [8, 9, 1000, (1 << 20) + 5, length - 5, length - 4, length - 1]) {
      const { records, error } = await collectBytes(file.subarray(0, offset + left));
      expect(records).toHaveLength(1);
      expect(error?.message).toBe(
        `memory: pcapng block 4 at byte ${offset} needs ${length} bytes, ${left} left`,
      );
    }
  });

  it("unless it ends after a block; a truncated header is refused", async () => {
    expect((await collectBytes(pcapng().section().build())).error).toBeNull();
    const error = await inputErrorOf(collectBytes(pcap().build().subarray(0, 20)));
    expect(error.code).toBe("truncated_header");
  });
});
