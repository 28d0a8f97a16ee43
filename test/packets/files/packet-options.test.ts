import { describe, expect, it } from "vitest";
import { Direction, directionOf, MARK_DROPPED, serviceClassOf } from "../../../src/net/host-mark.ts";
import { PcapngParser } from "../../../src/packets/files/pcapng-format.ts";
import { PacketBlock } from "../../../src/packets/packet-block.ts";
import {
  type PcapngBuilder,
  type PcapngOption,
  pcapng,
} from "../../../src/testing/builders/capture-builder.ts";
import { packetOf } from "./collect-records.ts";

const PACKET = packetOf(61);
const number = (code: number, uint32: number): PcapngOption => ({ code, uint32 });
const comment = (text: string): PcapngOption => ({ code: 1, text });

function marksIn(file: PcapngBuilder): { block: PacketBlock; marks: number[] } {
  const bytes = file.build();
  const block = new PacketBlock();
  expect(new PcapngParser("memory").parse(bytes, 0, bytes.length, block)).toBe(bytes.length);
  return { block, marks: [...block.hostMarks.subarray(0, block.count)] };
}

describe.each(["little", "big"] as const)("packet options in a %s-endian pcapng", (byteOrder) => {
  const begin = () => pcapng().section({ byteOrder }).interface();
  const apples = () =>
    pcapng()
      .section({ byteOrder, options: [{ code: 3, text: "Darwin Kernel Version 24.5.0" }] })
      .interface();

  it("give the direction by the lowest bits of the flags, or by the comment", () => {
    const file = begin();
    for (const flags of [0, 1, 2, 3, 0x8000_0002]) file.packet(PACKET, { options: [number(2, flags)] });
    file.packet(PACKET, { options: [{ code: 2, uint16: 1 }] });
    file.packet(PACKET, { options: [comment("svc BE, in")] });
    file.packet(PACKET, { options: [comment("svc BE, in"), number(2, 2)] });
    const { UNKNOWN, IN, OUT } = Direction;
    expect(marksIn(file).marks.map(directionOf)).toEqual([UNKNOWN, IN, OUT, UNKNOWN, OUT, UNKNOWN, IN, OUT]);
  });

  it("give one of Apple's service classes", () => {
    const file = apples();
    for (const value of [0, 100, 800, 900, 850, 0xffff_ffff])
      file.packet(PACKET, { options: [number(0x8002, value)] });
    file.packet(PACKET, { options: [comment("svc VI, out"), number(0x8002, 800)] });
    file.packet(PACKET, { options: [comment("svc VI, out")] });
    expect(marksIn(file).marks.map(serviceClassOf)).toEqual([0, 100, 800, 900, 0, 0, 800, 700]);
  });

  it("report that the kernel dropped the packet", () => {
    const file = apples().packet(PACKET);
    file.packet(PACKET, { options: [number(0x8007, 0x0102_0001)] }).packet(PACKET);
    const { block, marks } = marksIn(file);
    expect(marks.map((mark) => mark & MARK_DROPPED)).toEqual([0, MARK_DROPPED, 0]);
    expect(block.told).toEqual({ marks: true, drops: true });
  });

  it("for local use are ignored without a system or process block of Apple's", () => {
    const file = begin().packet(PACKET, { options: [number(0x8007, 1), number(0x8002, 800)] });
    file.appleProcess(1, "apsd").packet(PACKET, { options: [number(0x8007, 1), number(0x8002, 800)] });
    file.section({ byteOrder, options: [{ code: 3, text: "Linux 6.1.0" }] }).interface();
    file.packet(PACKET, { options: [number(0x8007, 1)] });
    const { marks } = marksIn(file);
    expect(marks.map((mark) => mark & MARK_DROPPED)).toEqual([0, MARK_DROPPED, 0]);
    expect(marks.map(serviceClassOf)).toEqual([0, 800, 0]);
  });

  it("can be absent", () => {
    const { block, marks } = marksIn(
      begin()
        .packet(PACKET)
        .packet(PACKET, { options: [comment("a note")] }),
    );
    expect({ marks, told: block.told }).toEqual({ marks: [0, 0], told: { marks: false, drops: false } });
  });
});
