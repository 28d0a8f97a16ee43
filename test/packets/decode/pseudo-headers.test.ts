/** Headers that firewalls, routers, switch chips and serial lines prepend to a packet. */
import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY, IPV6_UDP, IPV6_UDP_SUMMARY } from "../../support/real-packets.ts";

function summaryOf(linkType: number, header: string, packetBytes: Uint8Array = IPV4_UDP): string {
  return decodeBytes(linkType, concatBytes(fromHex(header), packetBytes)).summary;
}

describe("PFLOG", () => {
  /** Length, family, action "pass", reason, then zeros up to `total`. */
  const header = (length: number, family: number, total: number) =>
    Buffer.from([length, family, 0, 0, ...new Array<number>(total - 4).fill(0)]).toString("hex");

  it.each([
    [45, 48],
    [61, 64],
    [64, 64],
    [72, 72],
    [100, 100],
  ])("of %i bytes is padded to %i", (length, total) => {
    expect(summaryOf(117, header(length, 2, total))).toBe(IPV4_UDP_SUMMARY);
  });

  it.each([24, 28, 30])("has IPv6 under family %i", (family) => {
    expect(summaryOf(117, header(61, family, 64), IPV6_UDP)).toBe(IPV6_UDP_SUMMARY);
  });

  it("reports what does not match", () => {
    expect(summaryOf(117, header(44, 2, 64))).toBe("bad_link_header");
    expect(summaryOf(117, header(61, 17, 64))).toBe("unknown_address_family");
    expect(summaryOf(117, header(255, 2, 64))).toBe("truncated_pflog_header");
  });
});

describe("ENC", () => {
  it("has a family in either byte order", () => {
    expect(summaryOf(109, "00000002 00001234 00000000")).toBe(IPV4_UDP_SUMMARY);
    expect(summaryOf(109, "18000000 00001234 00000000", IPV6_UDP)).toBe(IPV6_UDP_SUMMARY);
    expect(summaryOf(109, "00000007 00001234 00000000")).toBe("unknown_address_family");
  });
});

describe("SLIP, IPNET and IPOIB", () => {
  it("have a header of a fixed length", () => {
    expect(summaryOf(8, `0140 ${"00".repeat(14)}`)).toBe(IPV4_UDP_SUMMARY);
    expect(summaryOf(226, `0202 ${"00".repeat(22)}`)).toBe(IPV4_UDP_SUMMARY);
    expect(summaryOf(226, `021a ${"00".repeat(22)}`, IPV6_UDP)).toBe(IPV6_UDP_SUMMARY);
    expect(summaryOf(242, `${"00".repeat(40)} 0800 0000`)).toBe(IPV4_UDP_SUMMARY);
  });

  it("report what does not match", () => {
    expect(summaryOf(8, `0140 ${"00".repeat(14)}`, Uint8Array.of(0x10, 0))).toBe("bad_ip_version");
    expect(summaryOf(226, `0102 ${"00".repeat(22)}`)).toBe("bad_link_header");
    expect(summaryOf(226, `020a ${"00".repeat(22)}`)).toBe("unknown_address_family");
    expect(summaryOf(242, `${"00".repeat(40)} 0806 0000`)).toBe("arp");
  });
});

describe("Frame Relay", () => {
  it.each([
    ["address of 2 bytes", "1841 03 cc"],
    ["address of 3 bytes, padded", "184001 03 00 cc"],
    ["address of 4 bytes", "18400005 03 cc"],
    ["SNAP", "1841 03 00 80 000000 0800"],
    ["an EtherType", "1841 0800"],
    ["PPP", "1841 03 cf 0021"],
    ["bridged Ethernet", "1841 03 00 80 0080c2 0007 020000000002 020000000001 0800"],
  ])("leads to IPv4: %s", (_name, header) => {
    expect(summaryOf(107, header)).toBe(IPV4_UDP_SUMMARY);
  });

  it.each([
    ["an address that does not terminate", "10404040 40", "bad_link_header"],
    ["an address of one byte", "11", "bad_link_header"],
    ["signalling", "0001 03 08", "frame_relay_control"],
    ["the interface's management messages", "0001 0075", "frame_relay_control"],
    ["a fragment", "1841 03 b1", "frame_relay_fragment"],
    ["OSI", "1841 03 83", "unknown_frame_relay_protocol"],
    ["spanning tree of a bridge", "1841 03 00 80 0080c2 000e", "llc"],
  ])("reports %s", (_name, header, weird) => {
    expect(summaryOf(107, header)).toBe(weird);
  });

  it("in multilink fragments is decoded if the frame is in one piece", () => {
    expect(summaryOf(182, "c001 1841 03 cc")).toBe(IPV4_UDP_SUMMARY);
    expect(summaryOf(182, "8001 1841 03 cc")).toBe("frame_relay_fragment");
    expect(summaryOf(182, "e100 01")).toBe("frame_relay_control");
  });

  it("can have a direction byte before it, and so can Cisco HDLC", () => {
    expect(summaryOf(206, "01 1841 03 cc")).toBe(IPV4_UDP_SUMMARY);
    expect(summaryOf(205, "00 0f00 0800")).toBe(IPV4_UDP_SUMMARY);
    expect(decodeBytes(205, new Uint8Array(0)).weird).toBe("truncated_cisco_hdlc_header");
    expect(decodeBytes(206, new Uint8Array(0)).weird).toBe("truncated_frame_relay_header");
  });
});

describe("Juniper's pseudo-header", () => {
  const ethernet = "020000000002 020000000001 0800";

  it.each([
    ["Ethernet", 178, `4d474301 ${ethernet}`],
    ["extensions", 178, `4d474381 0006 0101 05 0401 09 ${ethernet}`],
    ["IP without Ethernet", 178, "4d474302 02000000"],
    ["extensions, then IP without Ethernet", 179, "4d474382 0003 010105 02000000"],
    ["PPP", 179, "4d474300 ff03 0021"],
    ["Frame Relay", 180, "4d474300 1841 03 cc"],
    ["Cisco HDLC", 181, "4d474300 0f00 0800"],
    ["PPPoE", 167, `4d474300 020000000002 020000000001 8864 1100 0001 0023 0021`],
  ])("leads to IPv4: %s", (_name, linkType, header) => {
    expect(summaryOf(linkType, header)).toBe(IPV4_UDP_SUMMARY);
  });

  it("reports what does not match", () => {
    expect(summaryOf(178, `4d474401 ${ethernet}`)).toBe("bad_link_header");
    expect(summaryOf(178, `4d484301 ${ethernet}`)).toBe("bad_link_header");
    expect(summaryOf(178, `4d474381 ffff ${ethernet}`)).toBe("truncated_juniper_header");
    expect(summaryOf(178, "4d474302 05000000", Uint8Array.of(0x00, 0x01))).toBe("unknown_address_family");
  });
});

describe("switch chip tags", () => {
  const addresses = "020000000002 020000000001";

  it.each([
    ["Marvell DSA", 284, `${addresses} c0080001 0800`],
    ["Marvell EDSA", 285, `${addresses} dada0000 c0080001 0800`],
    ["Broadcom", 281, `${addresses} 00000003 8100 0007 0800`],
    ["Broadcom, in front of the frame", 282, `00000003 ${addresses} 0800`],
  ])("are skipped: %s", (_name, linkType, header) => {
    expect(summaryOf(linkType, header)).toBe(IPV4_UDP_SUMMARY);
  });

  it("preserve the destination of the frame", () => {
    const frame = (address: string) => `${address} 020000000001 c0080001 0800`;
    const decode = (address: string) =>
      decodeBytes(284, concatBytes(fromHex(frame(address)), IPV4_UDP)).out.linkBroadcast;
    expect(decode("ffffffffffff")).toBe(1);
    expect(decode("fffffffffffe")).toBe(0);
  });

  it("can precede 802.3", () => {
    const built = packet().switchTag(281, 0, 0, 0, 1).arp();
    expect(decodeBuilt(built).weird).toBe("arp");
    expect(summaryOf(284, `${addresses} c0080001 0029 aaaa03 000000 0800`)).toBe(IPV4_UDP_SUMMARY);
  });
});
