/**
 * Darwin's headers and blocks, field by field as Apple's sources define them, and what the readers take from each. Offsets
 * are computed from the sizes, and occur nowhere else in this test.
 *
 * Sources: apple-oss-distributions/xnu 5c2921b bsd/net/pktap.h (struct pktap_header), libpcap e5deb8a pcap/pcap-ng.h.
 */
import { describe, expect, it } from "vitest";
import { directionOf, MARK_DROPPED, processOf, serviceClassOf } from "../../../src/net/host-mark.ts";
import { PcapngParser } from "../../../src/packets/files/pcapng-format.ts";
import { PacketBlock } from "../../../src/packets/packet-block.ts";
import { ByteWriter, concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { BlockType, pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

const PKTAP = 258;

type Field = readonly [name: string, size: number, value: number | string];

/** `struct pktap_header`: `MAXCOMLEN + 1` characters are 17, and the compiler pads them to the next multiple of 4. */
const VERSION_1: readonly Field[] = [
  ["pth_length", 4, 156],
  ["pth_type_next", 4, 1],
  ["pth_dlt", 4, 12],
  ["pth_ifname", 24, "utun3"],
  ["pth_flags", 4, 2],
  ["pth_protocol_family", 4, 30],
  ["pth_frame_pre_length", 4, 0],
  ["pth_frame_post_length", 4, 0],
  ["pth_pid", 4, 801],
  ["pth_comm", 17, "com.apple.WebKi"],
  ["pth_ipproto (padding before xnu 11417)", 1, 0x11],
  ["pth_trace_tag (padding before xnu 8792)", 2, 0x7777],
  ["pth_svc", 4, 800],
  ["pth_iftype", 2, 6],
  ["pth_ifunit", 2, 3],
  ["pth_epid", 4, 712],
  ["pth_ecomm", 17, "Podcasts"],
  ["padding", 3, 0],
  ["pth_flowid", 4, 0x1122_3344],
  ["pth_comp_gencnt (pth_ipproto before xnu 11417)", 4, 9],
  ["pth_tstamp.tv_sec", 4, 1_741_682_000],
  ["pth_tstamp.tv_usec", 4, 999_999],
  ["pth_uuid", 16, "\u0001\u0002"],
  ["pth_euuid", 16, "\u0003\u0004"],
];

/** `struct pktap_v2_hdr`, followed by its variable parts: the offset of each, 0 for none. */
const VERSION_2: readonly Field[] = [
  ["pth_length", 1, 80],
  ["pth_uuid_offset", 1, 0],
  ["pth_e_uuid_offset", 1, 0],
  ["pth_ifname_offset", 1, 40],
  ["pth_comm_offset", 1, 46],
  ["pth_e_comm_offset", 1, 63],
  ["pth_dlt", 2, 12],
  ["pth_frame_pre_length", 2, 0],
  ["pth_frame_post_length", 2, 0],
  ["pth_iftype", 2, 1],
  ["pth_ipproto", 2, 17],
  ["pth_protocol_family", 4, 2],
  ["pth_svc", 4, 700],
  ["pth_flowid", 4, 0x1122_3344],
  ["pth_pid", 4, 801],
  ["pth_e_pid", 4, 712],
  ["pth_flags", 4, 0x0008_0001],
  ["interface name", 6, "utun3"],
  ["command", 17, "com.apple.WebKit"],
  ["effective command", 17, "Podcasts"],
];

function headerOf(fields: readonly Field[], values: Readonly<Record<string, number | string>> = {}) {
  const writer = new ByteWriter("little");
  for (const [name, size, usual] of fields) {
    const value = values[name] ?? usual;
    if (typeof value === "string") writer.text(value.slice(0, size)).zeros(size - value.length);
    else if (size === 4) writer.uint32(value);
    else if (size === 2) writer.uint16(value);
    else if (size === 1) writer.uint8(value);
    else writer.zeros(size);
  }
  return writer.toBytes();
}

function read(header: Uint8Array) {
  const { out, bytes, weird, summary } = decodeBytes(PKTAP, concatBytes(header, IPV4_UDP));
  const { processOffset, processLength, direction, serviceClass } = out;
  const process = Buffer.from(bytes.subarray(processOffset, processOffset + processLength)).toString();
  return { process, direction, serviceClass, summary, weird };
}

describe.each([
  ["pktap_header", VERSION_1, 156, "pth_epid", "pth_ecomm", "pth_comm"],
  ["pktap_v2_hdr", VERSION_2, 80, "pth_e_pid", "effective command", "command"],
] as const)("the header struct %s", (_name, fields, length, effectivePid, effectiveName, name) => {
  const plain = read(headerOf(fields));
  const isVersion2 = fields === VERSION_2;
  const flags = (way: number) => (isVersion2 ? 0x0008_0000 | way : way);

  it("has its documented length, and is followed by the packet", () => {
    expect(fields.reduce((sum, [, size]) => sum + size, 0)).toBe(length);
    expect(plain.summary).toBe(IPV4_UDP_SUMMARY);
  });

  it("gives effective process, service class and direction", () => {
    expect(plain).toMatchObject({
      process: "Podcasts",
      serviceClass: isVersion2 ? 700 : 800,
      direction: isVersion2 ? 1 : 2,
    });
  });

  it.each([
    ["pth_flags", flags(1), { direction: 1 }],
    ["pth_flags", flags(2), { direction: 2 }],
    ["pth_flags", flags(3), { direction: 0 }],
    ["pth_flags", flags(0x2_a000), { direction: 0 }],
    ["pth_svc", 0, { serviceClass: 0 }],
    ["pth_svc", 0xffff_ffff, { serviceClass: 0xffff_ffff }],
    [effectiveName, "", { process: isVersion2 ? "com.apple.WebKit" : "com.apple.WebKi" }],
    [effectivePid, 0xffff_ffff, { process: isVersion2 ? "com.apple.WebKit" : "com.apple.WebKi" }],
    [effectiveName, "sixteen characte", { process: "sixteen characte" }],
  ] as const)("field %s of %j changes its result: %j", (field, value, change) => {
    expect(read(headerOf(fields, { [field]: value }))).toEqual({ ...plain, ...change });
  });

  it("gives the type of the packet in pth_dlt", () => {
    expect(read(headerOf(fields, { pth_dlt: 1 })).summary).not.toBe(IPV4_UDP_SUMMARY);
  });

  it("gives no process without a number, and the process itself without an effective one", () => {
    const none = { [effectivePid]: 0xffff_ffff, pth_pid: 0xffff_ffff };
    expect(read(headerOf(fields, none)).process).toBe("");
    expect(read(headerOf(fields, { [effectivePid]: 0xffff_ffff, [name]: "apsd" })).process).toBe("apsd");
  });

  it.each([
    ...["pth_frame_pre_length", "pth_frame_post_length", "pth_iftype", "pth_flowid", "pth_protocol_family"],
    ...(isVersion2
      ? ["pth_ipproto"]
      : [
          "pth_ifunit",
          "pth_trace_tag (padding before xnu 8792)",
          "pth_ipproto (padding before xnu 11417)",
          "pth_comp_gencnt (pth_ipproto before xnu 11417)",
          "pth_tstamp.tv_sec",
          "pth_tstamp.tv_usec",
        ]),
  ])("field %s changes nothing", (field) => {
    const [, size] = fields.find(([one]) => one === field) ?? ["", 0];
    expect(size).toBeGreaterThan(0);
    expect(read(headerOf(fields, { [field]: 256 ** size - 1 }))).toEqual(plain);
  });
});

/** Options of an Enhanced Packet Block (pcap-ng.h: PCAPNG_EPB_...), each with its effect on a packet. */
const PACKET_OPTIONS = [
  ["PCAPNG_EPB_FLAGS", 2, 4, 1, { direction: 1 }],
  ["PCAPNG_EPB_PIB_INDEX", 0x8001, 4, 0, { process: "apsd" }],
  ["PCAPNG_EPB_SVC", 0x8002, 4, 900, { serviceClass: 900 }],
  ["PCAPNG_EPB_E_PIB_INDEX", 0x8003, 4, 1, { process: "Podcasts" }],
  ["PCAPNG_EPB_PMD_FLAGS", 0x8004, 4, 7, {}],
  ["PCAPNG_EPB_FLOW_ID", 0x8005, 4, 1, {}],
  ["PCAPNG_EPB_TRACE_TAG", 0x8006, 2, 1, {}],
  ["PCAPNG_EPB_DROP_REASON", 0x8007, 4, 1, { isDropped: true }],
  ["PCAPNG_EPB_DROP_LINE", 0x8008, 2, 1, {}],
  ["PCAPNG_EPB_COMP_GENCNT", 0x800a, 4, 1, {}],
] as const;

describe.each(["little", "big"] as const)("options of pcap-ng.h, %s-endian,", (byteOrder) => {
  const uuid = [...Array(16).keys()];

  it.each(PACKET_OPTIONS)("have %s (%i) of %i bytes, %i: %j", (_name, code, size, value, told) => {
    const number = size === 4 ? { code, uint32: value } : { code, uint16: value };
    const file = pcapng().section({ byteOrder }).interface().appleProcess(1, "apsd", uuid);
    const built = packet().ethernet().ipv4().udp().build();
    const bytes = file
      .appleProcess(2, "Podcasts")
      .packet(built, { options: [number] })
      .build();
    const block = new PacketBlock();
    new PcapngParser("memory").parse(bytes, 0, bytes.length, block);
    const mark = block.hostMarks[0];
    expect({
      process: block.processes[processOf(mark)].name,
      direction: directionOf(mark),
      serviceClass: serviceClassOf(mark),
      isDropped: (mark & MARK_DROPPED) !== 0,
    }).toEqual({ process: "", direction: 0, serviceClass: 0, isDropped: false, ...told });
  });

  it("have PCAPNG_BT_PIB: number, PCAPNG_PIB_NAME (2), _PATH (3) and _UUID (4)", () => {
    const text = (code: number, value: string) =>
      new ByteWriter(byteOrder).uint16(code).uint16(value.length).text(value).pad(4).toBytes();
    const body = new ByteWriter(byteOrder)
      .uint32(321)
      .bytes(text(3, "/usr/sbin/apsd"))
      .bytes(text(2, "apsd"));
    body.uint16(4).uint16(16).bytes(uuid).uint32(0);
    const file = pcapng().section({ byteOrder }).interface().block(BlockType.APPLE_PROCESS, body.toBytes());
    const bytes = file.packet(new Uint8Array(60), { options: [{ code: 0x8001, uint32: 0 }] }).build();
    const block = new PacketBlock();
    new PcapngParser("memory").parse(bytes, 0, bytes.length, block);
    expect(block.processes[1]).toEqual({
      name: "apsd",
      pid: 321,
      uuid: "000102030405060708090a0b0c0d0e0f",
      helper: null,
    });
  });
});
