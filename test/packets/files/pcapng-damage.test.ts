import { describe, expect, it } from "vitest";
import { MAX_SECTION_INTERFACES, OWN_ENTRIES } from "../../../src/packets/files/pcapng-section.ts";
import { MAX_CAPTURED_LENGTH, MAX_INTERFACES } from "../../../src/packets/files/record-parser.ts";
import { fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { type PcapngBuilder, pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { collectBytes } from "./collect-records.ts";

describe("damaged pcapng", () => {
  const sound = () => pcapng().section().interface().packet([1]);
  const damaged: [string, PcapngBuilder, number, string, string][] = [
    [
      "a length below 12",
      sound().raw([9, 0, 0, 0, 8, 0, 0, 0]),
      4,
      "bad_block_length",
      "block of type 0x9 of 8 bytes, at least 12 are needed",
    ],
    [
      "a length below the minimum of its block type",
      sound().block(6, new Array(16).fill(0)),
      4,
      "bad_block_length",
      "Enhanced Packet Block of 28 bytes, at least 32 are needed",
    ],
    [
      "a length of 0",
      sound().raw(new Uint8Array(64)),
      4,
      "bad_block_length",
      "block of type 0x0 of 0 bytes, at least 12 are needed",
    ],
    [
      "two lengths that differ",
      sound().packet([2], { trailingLength: 40 }),
      4,
      "bad_block_length",
      "begins with a length of 36 bytes and ends with 40",
    ],
    [
      "two lengths of an unknown block that differ",
      sound().block(0x99, [], { trailingLength: 16 }),
      4,
      "bad_block_length",
      "begins with a length of 12 bytes and ends with 16",
    ],
    [
      "a captured length beyond the block",
      sound().packet([2], { capturedLength: 500 }),
      4,
      "bad_record_length",
      "a packet that says it has 500 bytes, its block has room for 4",
    ],
    [
      "a captured length above the maximum",
      sound().packet(new Uint8Array(MAX_CAPTURED_LENGTH + 1)),
      4,
      "bad_record_length",
      "a packet that says it has 262145 bytes, the limit is 262144",
    ],
    [
      "an undescribed interface",
      sound().packet([2], { interfaceId: 1 }),
      4,
      "bad_block",
      "a packet of interface 1, but its section has described 1 so far",
    ],
    [
      "a packet before any interface",
      sound().section().packet([2]),
      5,
      "bad_block",
      "a packet of interface 0, but its section has described none so far",
    ],
    [
      "a simple packet before any interface",
      sound().section().simplePacket([2]),
      5,
      "bad_block",
      "a packet of interface 0, but its section has described none so far",
    ],
    [
      "another major version",
      sound().section({ versionMajor: 2 }),
      4,
      "unsupported_format",
      "pcapng version 2.0, only 1.x is supported",
    ],
    [
      "an unknown byte order",
      sound().raw(fromHex("0a0d0d0a 1c000000 01020304 0000 0000")),
      4,
      "bad_block",
      "Section Header Block with the unknown byte-order magic 01020304",
    ],
    [
      "an option longer than its block",
      sound().block(1, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 200, 0, 1, 1, 1, 1]),
      4,
      "bad_block",
      "an option of 200 bytes runs past the end of its block",
    ],
  ];
  it.each(damaged)("stops at %s, and keeps what came before", async (_, builder, record, code, text) => {
    for (const pieceLength of [undefined, 3]) {
      const { records, error } = await collectBytes(builder.packet([3]).build(), pieceLength);
      expect(records.map(({ packet }) => packet)).toEqual(["01"]);
      expect(error?.code).toBe(code);
      const offset = error?.position.offset;
      expect(error?.message).toBe(`memory: pcapng block ${record} at byte ${offset}: ${text}`);
      expect(offset).toBe(record === 4 ? 84 : 112);
    }
  });

  it("has a bounded number of interface kinds over all sections", async () => {
    const section = (first: number, count: number) => {
      const builder = pcapng().section();
      for (let index = 0; index < count; index++) builder.interface({ snaplen: first + index });
      return builder.build();
    };
    const half = MAX_INTERFACES / 2;
    const full = pcapng()
      .raw(section(1, half))
      .raw(section(half + 1, half));
    const { interfaces, error } = await collectBytes(full.build());
    expect([interfaces.length, error]).toEqual([MAX_INTERFACES, null]);
    const same = await collectBytes(full.section().interface({ snaplen: MAX_INTERFACES }).build());
    expect([same.interfaces.length, same.error]).toEqual([MAX_INTERFACES, null]);
    const more = await collectBytes(full.interface({ snaplen: 0 }).build());
    expect(more.interfaces).toHaveLength(MAX_INTERFACES);
    expect(more.error?.code).toBe("too_many_interfaces");
  });

  it("has a bounded number of interfaces per section", async () => {
    const one = pcapng().section().interface().build().subarray(28);
    const many = Buffer.alloc(one.length * MAX_SECTION_INTERFACES, one);
    const full = await collectBytes(pcapng().section().raw(many).build());
    expect([full.interfaces.length, full.error]).toEqual([OWN_ENTRIES + 1, null]);
    const more = await collectBytes(pcapng().section().raw(many).raw(one).build());
    expect(more.error?.code).toBe("too_many_interfaces");
  });
});
