import { describe, expect, it } from "vitest";
import { PacketClass } from "../../../src/packets/decode/weirds.ts";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

const PKTAP = 258;
const USER2 = 149;

/** XNU `struct pktap_header` as laid out by the kernel: a packet of a utun device. */
const HEADER = fromHex(`
  9c00 0000 0100 0000 0c00 0000           # length 156 | a packet follows | DLT 12, Darwin's raw IP
  7574 756e 3300 ${"00".repeat(18)}       # "utun3"
  0200 0000 0200 0000                     # flags: out | family: IPv4
  0000 0000 0000 0000                     # bytes before and behind the frame
  4101 0000 6170 7364 00 ${"00".repeat(12)} # process 321, "apsd"
  00 0000 00000000 0100 0300              # protocol, trace tag | service class | interface type, unit
  ffff ffff ${"00".repeat(17)} 000000     # the effective process is the same one
  1122 3344 ${"00".repeat(44)}            # flow, generation, time, UUIDs
`);

describe("PKTAP", () => {
  it("is skipped by its length", () => {
    expect(HEADER.length).toBe(156);
    expect(decodeBytes(PKTAP, concatBytes(HEADER, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
    expect(decodeBytes(USER2, concatBytes(HEADER, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it.each([
    [0, "null", packet().pktap().loopback().ipv4().udp()],
    [1, "Ethernet", packet().pktap().ethernet().ipv4().udp()],
    [9, "PPP", packet().pktap().ppp().ipv4().udp()],
    [138, "FireWire", packet().pktap().firewire().ipv4().udp()],
    [14, "raw IP of OpenBSD", packet().pktap({ dlt: 14 }).ipv6().udp()],
    [101, "raw IP by its number in capture files", packet().pktap({ dlt: 101 }).ipv6().udp()],
  ])("leads to DLT %i (%s)", (_dlt, _name, built) => {
    expect(decodeBuilt(built).weird).toBe("none");
  });

  it("can be longer or shorter than the current version", () => {
    const ip = packet().ipv4().udp().build();
    const short = packet().pktap({ length: 108 }).build().slice(0, 108);
    const long = concatBytes(packet().pktap({ length: 172 }).build(), new Uint8Array(16));
    expect(decodeBytes(PKTAP, concatBytes(short, ip)).weird).toBe("none");
    expect(decodeBytes(PKTAP, concatBytes(long, ip)).weird).toBe("none");
  });

  it.each([0, 2])("of type %i has no transmitted packet", (type) => {
    const { weird, packetClass } = decodeBuilt(packet().pktap({ type }).ethernet().ipv4().udp());
    expect(weird).toBe("pktap_without_packet");
    expect(packetClass).toBe(PacketClass.NON_IP);
  });

  it.each([
    ["a length below the oldest version's", packet().pktap({ length: 107 }), "bad_pktap_header"],
    ["an absurd length", packet().pktap({ length: 0x7fff_ffff }), "bad_pktap_header"],
    ["another record type", packet().pktap({ type: 3 }), "bad_pktap_header"],
    ["a length beyond the packet", packet().pktap({ length: 5000 }), "truncated_pktap_header"],
    ["an unsupported link type", packet().pktap({ dlt: 150 }), "unsupported_link_type"],
    ["PKTAP inside", packet().pktap({ dlt: 149 }), "unsupported_link_type"],
    ["PKTAP inside, by its other link type", packet().pktap({ dlt: 258 }), "unsupported_link_type"],
    ["a v2 length below its header's", packet().pktapV2({ length: 39 }), "bad_pktap_header"],
    ["a v2 length beyond the packet", packet().pktapV2({ length: 255 }), "truncated_pktap_header"],
  ])("is refused with %s", (_name, built, weird) => {
    expect(decodeBuilt(built.ethernet().ipv4().udp()).weird).toBe(weird);
  });

  it("is read as big-endian if only that makes sense", () => {
    const built = packet().pktap({ byteOrder: "big" }).ethernet().ipv4().tcp();
    expect(decodeBuilt(built).weird).toBe("none");
  });
});

describe("the process of a PKTAP header", () => {
  const nameOf = ({ out, bytes }: ReturnType<typeof decodeBuilt>) =>
    Buffer.from(bytes.subarray(out.processOffset, out.processOffset + out.processLength)).toString("latin1");
  const nobody = 0xffff_ffff;

  it("is read as the kernel wrote it", () => {
    expect(nameOf(decodeBytes(PKTAP, concatBytes(HEADER, IPV4_UDP)))).toBe("apsd");
    expect(nameOf(decodeBytes(USER2, concatBytes(HEADER, IPV4_UDP)))).toBe("apsd");
  });

  describe.each(["pktap", "pktapV2"] as const)("%s", (version) => {
    it.each([
      ["that sent the packet", { pid: 301, command: "trustd", effectivePid: nobody }, "trustd"],
      [
        "that is the effective one",
        { command: "nsurlsessiond", effectivePid: 7, effectiveCommand: "Podcasts" },
        "Podcasts",
      ],
      [
        "that sent the packet if the effective one has pid -1",
        { command: "apsd", effectivePid: nobody, effectiveCommand: "old" },
        "apsd",
      ],
      [
        "that sent the packet if the effective one has no name",
        { command: "apsd", effectivePid: 7, effectiveCommand: "" },
        "apsd",
      ],
      [
        "that is effective if the sender is unknown",
        { pid: nobody, command: "", effectivePid: 7, effectiveCommand: "TV" },
        "TV",
      ],
      ["the kernel", { pid: 0, command: "kernel_task", effectivePid: nobody }, "kernel_task"],
      ["with a name of 16 characters", { command: "com.apple.WebKit" }, "com.apple.WebKit"],
      [
        "as absent if its pid is -1",
        { pid: nobody, command: "apsd", effectivePid: nobody, effectiveCommand: "TV" },
        "",
      ],
      ["as absent if it has no name", { pid: 301, command: "", effectivePid: nobody }, ""],
    ])("gives the process %s", (_what, fields, name) => {
      const decoded = decodeBuilt(packet()[version](fields).ethernet().ipv4().udp());
      expect(decoded.weird).toBe("none");
      expect(nameOf(decoded)).toBe(name);
      if (name === "") expect([decoded.out.processOffset, decoded.out.processLength]).toEqual([0, 0]);
    });
  });

  it("is truncated to 16 characters without a NUL", () => {
    const bytes = packet().pktap({ command: "abcdefghijklmnop" }).ethernet().ipv4().udp().build();
    bytes.fill(0x61, 56, 73);
    expect(nameOf(decodeBytes(PKTAP, bytes))).toBe("a".repeat(16));
  });

  it.each([0, 1, 39, 51])("is not read at offset %i, outside the variable part of a v2 header", (piece) => {
    const bytes = packet().pktapV2({ command: "apsd" }).ethernet().ipv4().udp().build();
    expect(bytes[0]).toBe(49);
    bytes[4] = piece;
    const { out, weird } = decodeBytes(PKTAP, bytes);
    expect(weird).toBe("none");
    expect(out.processLength).toBe(0);
  });

  it("ends with the v2 header without a NUL", () => {
    const bytes = packet().pktapV2({ command: "apsd" }).ethernet({}).ipv4().udp().build();
    bytes[48] = 0x21;
    expect(nameOf(decodeBytes(PKTAP, bytes))).toBe("apsd!");
  });

  it.each([0, 2])("is not read from an event of type %i, which has no packet", (type) => {
    expect(decodeBuilt(packet().pktap({ type }).ethernet().ipv4().udp()).out.processLength).toBe(0);
  });
});

describe("link type 149", () => {
  const asUser2 = (built: ReturnType<typeof packet>) =>
    decodeBuilt(built.ethernet().ipv4().udp(), { linkType: USER2 });

  it("is PKTAP if it looks like it, in both versions", () => {
    expect(asUser2(packet().pktap()).weird).toBe("none");
    expect(asUser2(packet().pktapV2()).weird).toBe("none");
    expect(asUser2(packet().pktap({ type: 2 })).weird).toBe("pktap_without_packet");
  });

  it.each([
    ["no interface name", packet().pktap({ interfaceName: "" })],
    ["an interface name of invalid characters", packet().pktap({ interfaceName: "en\u0001" })],
    ["an interface name without a terminator", packet().pktap({ interfaceName: "abcdefghijklmnopqrstuvwx" })],
    ["a length below the oldest version's", packet().pktap({ length: 100 })],
    ["a length above any version's", packet().pktap({ length: 601 })],
    ["another record type", packet().pktap({ type: 3 })],
    ["big-endian numbers", packet().pktap({ byteOrder: "big" })],
    ["a v2 length beyond the packet", packet().pktapV2({ length: 255 })],
    ["a v2 length that ends before its parts", packet().pktapV2({ length: 40 })],
    ["plain Ethernet", packet()],
  ])("is unknown with %s", (_name, built) => {
    const { weird, packetClass } = asUser2(built);
    expect(weird).toBe("unsupported_link_type");
    expect(packetClass).toBe(PacketClass.UNSUPPORTED_LINK_TYPE);
  });
});
