import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

const ETHERNET = 1;

describe("LLC and SNAP", () => {
  it("lead to IP (RFC 1042)", () => {
    const header = fromHex(`
      0200 0000 0002 0200 0000 0001 0029  # addresses | length 41 = 8 + 33
      aaaa 03 000000 0800                 # SNAP | unnumbered information | EtherType follows | IPv4
    `);
    expect(decodeBytes(ETHERNET, concatBytes(header, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it("count the spanning tree as llc", () => {
    const bridge = fromHex(`
      0180 c200 0000 0200 0000 0001 0026  # the bridges' group address | length 38
      4242 03 0000 0000 00                # spanning tree | protocol, version, configuration
    `);
    expect(decodeBytes(ETHERNET, concatBytes(bridge, new Uint8Array(30))).weird).toBe("llc");
  });

  const frame = () => packet().ethernet({ isLength: true });

  it.each([
    ["raw IPX", frame().llc(0xff, 0xff, 0x00)],
    ["NetBIOS", frame().llc(0xf0, 0xf0, 0x03)],
    ["SNAP with sequence numbers", frame().llc(0xaa, 0xaa, 0x00)],
    ["different access points", frame().llc(0xaa, 0x42)],
    ["a vendor's SNAP (Cisco discovery)", frame().snap(0x00000c, 0x2000)],
    ["AppleTalk in SNAP", frame().snap(0x080007, 0x809b)],
    ["SNAP without an EtherType", frame().snap(0, 1500)],
  ])("count %s as llc", (_name, built) => {
    expect(decodeBuilt(built.payload(40)).weird).toBe("llc");
  });

  it("accept the response bit", () => {
    const built = frame().llc(0xaa, 0xab).payload([0, 0, 0, 0x08, 0x06]);
    expect(decodeBuilt(built).weird).toBe("arp");
  });

  it("end at the length field, whatever follows", () => {
    const built = frame().payload([0xaa, 0xaa]).padding(44);
    expect(decodeBuilt(built).weird).toBe("truncated_llc_header");
    expect(decodeBuilt(frame().llc(0xaa, 0xaa).payload(4).padding(40)).weird).toBe("truncated_llc_header");
  });
});
