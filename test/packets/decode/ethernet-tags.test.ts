/** Headers between an EtherType and the next header: switch tags, service headers, a customer's whole frame. */
import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

const ETHERNET = 1;
const ADDRESSES = "0200 0000 0002 0200 0000 0001";
const ethernet = () => packet().ethernet();

function summaryOf(header: string): string {
  return decodeBytes(ETHERNET, concatBytes(fromHex(ADDRESSES + header), IPV4_UDP)).summary;
}

describe("switch tags", () => {
  it.each([
    ["VN-Tag", "8926 8003 0007 0800"],
    ["E-Tag", "893f 0000 1007 0000 0800"],
    ["Cisco MetaData with a security group", "8909 0101 0001 0002 0800"],
    ["Cisco MetaData with two options", "8909 0102 0001 0002 0002 0003 0800"],
    ["Cisco's timestamp of a mirrored frame", "8988 0102 0304 0506 0800"],
    ["all of them after a VLAN tag and before another", "8100 0005 8909 0101 0001 0002 8100 0007 0800"],
    ["a tag before 802.3", "8926 8003 0007 0029 aaaa 0300 0000 0800"],
  ])("are skipped: %s", (_name, header) => {
    expect(summaryOf(header)).toBe(IPV4_UDP_SUMMARY);
  });

  it("of Cisco MetaData need version 1 and at least one option", () => {
    expect(summaryOf("8909 0201 0001 0002 0800")).toBe("bad_link_header");
    expect(summaryOf("8909 0100 0800")).toBe("bad_link_header");
  });

  it("lead to other protocols, or are truncated", () => {
    expect(decodeBuilt(ethernet().tag(0x8926, 0, 0, 0, 0).arp()).weird).toBe("arp");
    const cut = ethernet().tag(0x893f, 0, 0, 0, 0, 0, 0);
    expect(decodeBuilt(cut.ipv4().udp(), { cutTo: 20 }).weird).toBe("cut_ethernet_tag");
    expect(decodeBytes(ETHERNET, cut.build().slice(0, 20)).weird).toBe("truncated_ethernet_tag");
  });
});

describe("MAC-in-MAC", () => {
  it("contains the customer's frame", () => {
    const inner = `88e7 0012 3456 ${ADDRESSES} 8100 0007 0800`;
    expect(summaryOf(inner)).toBe(IPV4_UDP_SUMMARY);
  });

  it("is truncated without a frame", () => {
    const built = ethernet().macInMac().ethernet().ipv4().udp();
    expect(decodeBuilt(built, { cutTo: 16 }).weird).toBe("cut_ethernet_tag");
    expect(decodeBuilt(built, { cutTo: 20 }).weird).toBe("cut_ethernet_header");
  });
});

describe("the Network Service Header (NSH)", () => {
  it("leads to IPv4 by its length and next protocol", () => {
    const context = "0000 0000 0000 0000 0000 0000 0000 0000";
    expect(summaryOf(`894f 0fc6 0101 0000 01ff ${context}`)).toBe(IPV4_UDP_SUMMARY);
    expect(summaryOf("894f 0fc2 0201 0000 01ff")).toBe(IPV4_UDP_SUMMARY);
  });

  it("leads to Ethernet, MPLS and another NSH", () => {
    const nsh = ethernet().nsh({ context: 0, nextProtocol: 4 }).nsh({ context: 2 });
    expect(decodeBuilt(nsh.ethernet().ipv6().tcp()).weird).toBe("none");
    expect(decodeBuilt(ethernet().nsh({ nextProtocol: 5 }).mpls(16).ipv4().tcp()).weird).toBe("none");
  });

  it.each([
    ["another version", { version: 1 }, "bad_link_header"],
    ["a length below its header's", { length: 1 }, "bad_link_header"],
    ["a length beyond the packet", { length: 63 }, "truncated_nsh_header"],
    ["another inner protocol", { nextProtocol: 6 }, "unknown_nsh_protocol"],
  ])("with %s is reported as %s", (_name, fields, weird) => {
    expect(decodeBuilt(ethernet().nsh(fields).ipv4().udp()).weird).toBe(weird);
  });
});

describe("Aruba's GRE", () => {
  const wifi = (protocol: number) => ethernet().ipv4().gre({ protocol }).wifi().snap().ipv6().tcp();

  it.each([0x8200, 0x8210, 0x82f0, 0x8300, 0x8370])("protocol %i contains 802.11", (protocol) => {
    expect(decodeBuilt(wifi(protocol)).weird).toBe("none");
  });

  it.each([0x81f0, 0x8201, 0x820f, 0x8380, 0x9000])("protocol %i does not contain 802.11", (protocol) => {
    expect(decodeBuilt(wifi(protocol)).weird).toBe("gre_without_ip");
  });

  it("with a frame other than data is counted as IP without ports", () => {
    const beacon = ethernet().ipv4().gre({ protocol: 0x8200 }).wifi({ type: 0, subtype: 8 }).payload(40);
    expect(decodeBuilt(beacon).weird).toBe("gre_without_ip");
  });
});
