import { describe, expect, it } from "vitest";
import { FragmentKind } from "../../../src/packets/decode/decoded-packet.ts";
import { PacketClass } from "../../../src/packets/decode/weirds.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { addressText, decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV6_FRAGMENTS, IPV6_UDP, IPV6_UDP_SUMMARY } from "../../support/real-packets.ts";

const RAW = 101;

describe("IPv6", () => {
  it("decodes a recorded packet", () => {
    const { summary, payload } = decodeBytes(RAW, IPV6_UDP);
    expect(summary).toBe(IPV6_UDP_SUMMARY);
    expect(new TextDecoder().decode(payload)).toBe("apple");
  });

  it("joins recorded fragments by address and identification", () => {
    const [first, later] = IPV6_FRAGMENTS.map((bytes) => decodeBytes(RAW, bytes));
    expect(first.summary).toBe("udp 0:0:0:0:0:0:0:1 50001 > 0:0:0:0:0:0:0:1 16393");
    expect(first.out.fragment).toBe(FragmentKind.FIRST);
    expect(later.packetClass).toBe(PacketClass.FRAGMENTS);
    for (const { out, bytes } of [first, later]) {
      expect(out).toMatchObject({ fragmentIpVersion: 6, fragmentId: 0x4f0190d4, fragmentProtocol: 0 });
      expect(addressText(bytes, out.fragmentSourceOffset, 6)).toBe("0:0:0:0:0:0:0:1");
    }
    expect(later.out).toMatchObject({ fragment: FragmentKind.LATER, protocol: 17 });
  });

  it("treats an atomic fragment as a whole packet (RFC 6946)", () => {
    expect(decodeBuilt(packet().ipv6().fragment().tcp()).out.fragment).toBe(FragmentKind.NONE);
  });

  it.each([
    [6, "fragment_without_first"],
    [47, "fragment_without_first"],
    [60, "fragment_without_first"],
    [58, "icmpv6"],
    [50, "esp"],
  ])("counts a later fragment of protocol %i as %s", (nextHeader, weird) => {
    expect(decodeBuilt(packet().ipv6().fragment({ offset: 8, nextHeader }).payload(16)).weird).toBe(weird);
  });

  it("extends to the end of the capture with a payload length of 0", () => {
    expect(decodeBuilt(packet().ipv6({ payloadLength: 0 }).tcp().payload(3000)).payload.length).toBe(3000);
  });

  it("excludes the padding of a short frame from the payload", () => {
    const built = packet().ethernet().ipv6().udp({ length: 0 }).payload(2).padding(20);
    expect(decodeBuilt(built).payload.length).toBe(2);
  });

  it.each([
    ["another version", packet().ipv6({ version: 7 }).tcp(), "bad_ip_version"],
    ["no next header", packet().ipv6({ nextHeader: 59 }), "ipv6_no_next_header"],
    ["ICMPv6", packet().ipv6().icmp(58), "icmpv6"],
    ["hop-by-hop options", packet().ipv6().extension(0, 3).tcp(), "none"],
    ["ESP after extension headers", packet().ipv6().extension(60, 0, 50).payload(20), "esp"],
    ["a mobility header", packet().ipv6().extension(135, 0), "mobility"],
    ["TCP after a mobility header", packet().ipv6().extension(135).tcp(), "none"],
  ])("with %s is decoded or reported as expected", (_name, built, weird) => {
    const bytes = built.build();
    expect(decodeBytes(bytes[0] >> 4 === 7 ? 229 : RAW, bytes).weird).toBe(weird);
  });

  it("is malformed with too many extension headers", () => {
    let chain = packet().ipv6();
    for (let i = 0; i < 17; i++) chain = chain.extension(60);
    expect(decodeBuilt(chain.tcp()).weird).toBe("bad_ipv6_extension");
  });

  it("is truncated with an extension header longer than the packet", () => {
    const bytes = packet().ipv6().extension(60).tcp().build();
    bytes[41] = 0xff;
    expect(decodeBytes(229, bytes).weird).toBe("truncated_ipv6_extension");
    expect(decodeBytes(229, bytes, { originalLength: 3000 }).weird).toBe("cut_ipv6_extension");
  });
});
