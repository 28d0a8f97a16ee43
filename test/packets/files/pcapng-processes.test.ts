import { describe, expect, it } from "vitest";
import { processOf } from "../../../src/net/host-mark.ts";
import { MAX_PROCESSES } from "../../../src/packets/captured-process.ts";
import { PCAP_HEADER_LENGTH, PcapParser, readPcapHeader } from "../../../src/packets/files/pcap-format.ts";
import { createPcapParserReader } from "../../../src/packets/files/pcap-parser-reader.ts";
import { PcapngParser } from "../../../src/packets/files/pcapng-format.ts";
import { readRecords } from "../../../src/packets/files/record-reader.ts";
import { PacketBlock } from "../../../src/packets/packet-block.ts";
import { ByteWriter } from "../../../src/testing/builders/byte-writer.ts";
import {
  BlockType,
  type PcapngBuilder,
  type PcapngOption,
  pcap,
  pcapng,
} from "../../../src/testing/builders/capture-builder.ts";
import { wiresharkProcess } from "../../support/wireshark-process.ts";
import { collectBytes, MemorySource, packetOf } from "./collect-records.ts";

const PACKET = packetOf(61);
const process = (uint32: number): PcapngOption => ({ code: 0x8001, uint32 });
const effective = (uint32: number): PcapngOption => ({ code: 0x8003, uint32 });
const comment = (text: string): PcapngOption => ({ code: 1, text });

/** Returns the process that the capture names for each packet, null for none. */
async function namesIn(builder: PcapngBuilder, block = new PacketBlock(), pieceLength?: number) {
  const source = new MemorySource(builder.build(), pieceLength);
  const names: (string | null)[] = [];
  const outcome = { error: null };
  const parser = new PcapngParser("memory");
  for await (const { count, hostMarks, processes } of readRecords(
    source,
    new Uint8Array(0),
    parser,
    block,
    outcome,
  )) {
    for (const mark of hostMarks.subarray(0, count)) names.push(processes[processOf(mark)].name || null);
  }
  expect(outcome.error).toBeNull();
  return names;
}

function addPackets(file: PcapngBuilder, ...packets: readonly (readonly PcapngOption[])[]): PcapngBuilder {
  for (const options of packets) file.packet(PACKET, { options });
  return file;
}

describe.each(["little", "big"] as const)("processes of a %s-endian pcapng", (byteOrder) => {
  const begin = () => pcapng().section({ byteOrder }).interface();

  it("are numbered from 0 in block order, and the effective process takes precedence", async () => {
    const file = begin()
      .appleProcess(321, "apsd")
      .appleProcess(301, "nsurlsessiond")
      .appleProcess(7, "Podcasts");
    addPackets(
      file,
      [process(0)],
      [process(1), effective(2)],
      [effective(2), process(1)],
      [{ code: 2, uint32: 1 }, { code: 0x8002, uint32: 0 }, process(1), { code: 0x8005, uint32: 5 }],
      [],
      [{ code: 2, uint32: 1 }],
      [effective(0)],
    );
    const wanted = ["apsd", "Podcasts", "Podcasts", "nsurlsessiond", null, null, "apsd"];
    expect(await namesIn(file)).toEqual(wanted);
    for (const pieceLength of [1, 7, 64]) {
      expect(await namesIn(file, new PacketBlock(), pieceLength)).toEqual(wanted);
    }
  });

  it("are separate per section, and packets without one have none", async () => {
    const file = addPackets(
      begin().appleProcess(1, "one").appleProcess(2, "two"),
      [process(0)],
      [process(1)],
    );
    addPackets(file.section({ byteOrder }).interface().appleProcess(3, "three"), [process(0)], [process(1)]);
    addPackets(file.section({ byteOrder }).interface(), [process(0)], [], [effective(0)]);
    expect(await namesIn(file)).toEqual(["one", "two", "three", null, null, null, null]);
  });

  it("are merged by number and name, and by UUID", async () => {
    const uuid = Array.from({ length: 16 }, (_, i) => i);
    const file = begin()
      .appleProcess(1500, "suttp")
      .appleProcess(1500, "suttp", uuid)
      .appleProcess(9, "suttp\0");
    addPackets(file, [process(0)], [process(1)], [process(2)]);
    addPackets(file.section({ byteOrder }).interface().appleProcess(1, "suttp"), [process(0)]);
    const block = new PacketBlock();
    expect(await namesIn(file, block)).toEqual(["suttp", "suttp", "suttp", "suttp"]);
    const uuidText = "000102030405060708090a0b0c0d0e0f";
    expect(block.processes.slice(1)).toEqual([
      { name: "suttp", pid: 1500, uuid: uuidText, helper: null },
      { name: "suttp", pid: 9, uuid: null, helper: null },
      { name: "suttp", pid: 1, uuid: null, helper: null },
    ]);
  });

  it("without a name or a number count as blocks, but identify no process", async () => {
    const empty = new ByteWriter(byteOrder).uint32(5).toBytes();
    const file = begin()
      .appleProcess(0xffff_ffff, "nobody")
      .appleProcess(5, "")
      .block(BlockType.APPLE_PROCESS, empty)
      .block(BlockType.APPLE_PROCESS, [])
      .appleProcess(0, "kernel_task");
    addPackets(file, [process(0)], [process(1)], [process(2)], [process(3)], [process(4)]);
    addPackets(file, [effective(1), process(4)], [effective(99), process(4)]);
    const task = "kernel_task";
    expect(await namesIn(file)).toEqual([null, null, null, null, task, task, task]);
  });

  it("are not read from a later block, nor from options of the wrong length", async () => {
    const file = addPackets(begin(), [process(0)]).appleProcess(1, "late");
    addPackets(file, [{ code: 0x8001, uint16: 0 }], [{ code: 0x8001, uint64: 0n }], [process(0xffff_ffff)]);
    expect(await namesIn(file)).toEqual([null, null, null, null]);
  });

  it("are merged if their names are truncated to 15 and 16 characters, once that is visible", async () => {
    const other = Array.from({ length: 16 }, () => 7);
    const file = begin().appleProcess(801, "com.apple.WebKi").appleProcess(9, "com.apple.WebKi");
    addPackets(file, [process(0)], [process(1)]);
    file.appleProcess(801, "com.apple.WebKit").appleProcess(801, "com.apple.WebKi");
    addPackets(file, [process(0)], [process(2)], [process(3)], [process(1)]);
    file.appleProcess(801, "com.apple.WebKi", other).appleProcess(801, "curl");
    addPackets(file, [process(4)], [process(5)], [process(0)]);
    const [cut, whole] = ["com.apple.WebKi", "com.apple.WebKit"];
    expect(await namesIn(file)).toEqual([cut, cut, whole, whole, whole, cut, whole, "curl", whole]);
  });

  it("keep the process that acts for another, with its number", async () => {
    const file = begin().appleProcess(301, "nsurlsessiond").appleProcess(712, "Podcasts");
    addPackets(file, [process(0), effective(1)], [process(1), effective(1)]);
    const block = new PacketBlock();
    await namesIn(file, block);
    const helper = { name: "nsurlsessiond", pid: 301, uuid: null };
    expect(block.processes.slice(1)).toEqual([
      { name: "Podcasts", pid: 712, uuid: null, helper },
      { name: "Podcasts", pid: 712, uuid: null, helper: null },
    ]);
  });

  it("are found by number, in Wireshark's blocks too", async () => {
    const threadOf = (pid: number) => ({
      code: 8,
      bytes: new ByteWriter(byteOrder).uint32(pid).uint32(5).toBytes(),
    });
    const file = addPackets(begin(), [threadOf(301)])
      .raw(wiresharkProcess(byteOrder, 301, "nsurlsessiond"))
      .raw(wiresharkProcess(byteOrder, 302, "cloudd", { enterprise: 32_623 }))
      .raw(wiresharkProcess(byteOrder, 303, "bird", { entryType: 2 }))
      .raw(wiresharkProcess(byteOrder, 304, "apsd", { entryLength: 4 }))
      .raw(wiresharkProcess(byteOrder, 305, "Mail", { type: 0x4000_0bad }));
    addPackets(file, ...[301, 302, 303, 304, 305].map((pid) => [threadOf(pid)]));
    addPackets(file, [process(0)], [{ code: 8, uint32: 301 }]);
    addPackets(file.appleProcess(7, "Music"), [process(0)], [threadOf(7)]);
    addPackets(file.section({ byteOrder }).interface(), [threadOf(301)]);
    expect(await namesIn(file)).toEqual([
      null,
      ...["nsurlsessiond", null, null, null, "Mail"],
      ...[null, null],
      ...["Music", "Music"],
      null,
    ]);
  });

  it("are read from a comment if no option has them", async () => {
    const file = begin().appleProcess(1, "apsd");
    addPackets(
      file,
      [comment("proc Music:9, svc BE, out")],
      [comment("proc Music:9, svc BE, out"), process(0)],
      [comment("a note"), comment("proc TV:9, in")],
      [comment("a note")],
    );
    expect(await namesIn(file)).toEqual(["Music", "apsd", "TV", null]);
  });
});

describe("process options of a packet", () => {
  it.each([
    ["an option that runs past its block", [0x01, 0x80, 0xff, 0xff, 0, 0, 0, 0]],
    ["an end of options before it", [0, 0, 0, 0, 0x01, 0x80, 4, 0, 0, 0, 0, 0]],
    ["a header and no value in the option", [0, 0, 0, 0]],
  ])("with %s name no process", async (_name, bytes) => {
    const file = pcapng().section().interface().appleProcess(1, "apsd");
    const body = new ByteWriter("little").zeros(12).uint32(8).uint32(8).zeros(8).bytes(bytes).toBytes();
    file.block(BlockType.ENHANCED_PACKET, body);
    expect(await namesIn(file)).toEqual([null]);
  });

  it("are only read from Enhanced Packet Blocks; other blocks have none", async () => {
    const file = pcapng().section().interface().appleProcess(1, "apsd");
    addPackets(file, [process(0)]);
    file.simplePacket(PACKET).obsoletePacket(PACKET).packet(PACKET);
    expect(await namesIn(file)).toEqual(["apsd", null, null, null]);
  });
});

describe("a reused block", () => {
  it("does not keep the processes of earlier rows", async () => {
    const block = new PacketBlock();
    block.hostMarks.fill(7);
    const file = pcapng().section().interface();
    file
      .packet(PACKET)
      .simplePacket(PACKET)
      .obsoletePacket(PACKET)
      .packet(PACKET, { options: [process(0)] });
    expect(await namesIn(file, block)).toEqual([null, null, null, null]);
  });

  it("does not keep them in a classic pcap, with either reader", async () => {
    const bytes = pcap().record(PACKET).record(PACKET).build();
    const header = bytes.subarray(0, PCAP_HEADER_LENGTH);
    const own = new PcapParser(readPcapHeader(header, "memory"), "memory");
    for (const parser of [own, await createPcapParserReader(header, "memory")]) {
      const block = new PacketBlock();
      block.hostMarks.fill(7);
      parser.parse(bytes, PCAP_HEADER_LENGTH, bytes.length, block);
      expect([...block.hostMarks.subarray(0, 3)], parser.format).toEqual([0, 0, 7]);
    }
  });
});

describe("memory for processes", () => {
  it("is bounded: beyond 65,536, processes are counted and dropped unless their name is known", () => {
    const block = new PacketBlock();
    const parser = new PcapngParser("memory");
    const feed = (file: PcapngBuilder) => {
      const bytes = file.build();
      let offset = 0;
      while (offset < bytes.length) {
        block.count = 0;
        offset += parser.parse(bytes, offset, bytes.length, block);
      }
    };
    for (let section = 0; section < 9; section++) {
      const file = pcapng().section().interface();
      for (let i = 0; i < 8192; i++) {
        addPackets(file.appleProcess(i, `p${section * 8192 + i}`), [process(i)]);
      }
      feed(file);
    }
    expect(block.processes.length).toBe(1 + MAX_PROCESSES);
    expect(block.processesForgotten).toBe(8192);
    feed(addPackets(pcapng().section().interface().appleProcess(99_999, "p7"), [process(0)]));
    expect(block.processes[processOf(block.hostMarks[0])].name).toBe("p7");
    expect(block.processesForgotten).toBe(8192);
  });

  it("is bounded: names are cut to 64 bytes", async () => {
    const file = pcapng().section().interface().appleProcess(1, "x".repeat(5000));
    addPackets(file, [process(0)]);
    expect(await namesIn(file)).toEqual(["x".repeat(64)]);
  });
});

it("truncated process blocks count as damage", async () => {
  const whole = pcapng().section().appleProcess(1, "apsd").build();
  const { error } = await collectBytes(whole.subarray(0, whole.length - 3));
  expect(error?.code).toBe("truncated_record");
});
