import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY, IPV6_UDP, IPV6_UDP_SUMMARY } from "../../support/real-packets.ts";

const PPP = 9;
const PPP_HDLC = 50;
const PPP_PPPD = 166;
const PPP_WITH_DIR = 204;

describe("PPP", () => {
  it.each([
    [PPP, "0021", "protocol of two bytes"],
    [PPP, "ff03 0021", "framing"],
    [PPP, "ff03 21", "framing, compressed protocol"],
    [PPP, "21", "compressed protocol"],
    [PPP_HDLC, "ff03 0021", "framing"],
    [PPP_HDLC, "0021", "a serial line that left the framing out"],
    [PPP_HDLC, "0f00 0800", "Cisco's framing, to one"],
    [PPP_HDLC, "8f00 0800", "Cisco's framing, to all"],
    [PPP_PPPD, "00 03 0021", "received; the direction stands for the address"],
    [PPP_PPPD, "01 03 0021", "sent"],
    [PPP_WITH_DIR, "00 ff03 0021", "received, framing"],
    [PPP_WITH_DIR, "01 0021", "sent, no framing"],
  ])("of link type %i: %s is decoded (%s)", (linkType, header) => {
    expect(decodeBytes(linkType, concatBytes(fromHex(header), IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it("carries IPv6", () => {
    const header = fromHex("ff03 0057"); // address, control | IPv6
    expect(decodeBytes(PPP, concatBytes(header, IPV6_UDP)).summary).toBe(IPV6_UDP_SUMMARY);
  });

  it.each([
    [0xc021, "ppp_control", "LCP"],
    [0x8021, "ppp_control", "IPCP"],
    [0xc223, "ppp_control", "CHAP"],
    [0x002d, "unknown_ppp_protocol", "compressed TCP/IP"],
    [0x00fd, "unknown_ppp_protocol", "compressed or encrypted"],
    [0x003d, "unknown_ppp_protocol", "multilink"],
  ])("reports protocol %i as %s (%s)", (protocol, weird) => {
    expect(decodeBuilt(packet().ppp({ protocol, isFramed: true }).payload(20)).weird).toBe(weird);
  });
});

describe("Cisco HDLC", () => {
  it("reports keep-alives", () => {
    const keepAlive = fromHex(`
      8f00 8035                           # to all | serial line address resolution
      0000 0002 0000 0001 0000 0000 ffff  # keep-alive, sequence numbers, reliability
    `);
    const { weird, out } = decodeBytes(104, keepAlive);
    expect(weird).toBe("cisco_control");
    expect(out.linkBroadcast).toBe(1);
  });

  it("reports other types", () => {
    expect(decodeBuilt(packet().ciscoHdlc(0x0f, 0x2000).payload(20)).weird).toBe("cisco_control");
    expect(decodeBuilt(packet().ciscoHdlc(0x0f, 0xfefe).payload(20)).weird).toBe("unknown_ether_type");
    expect(decodeBytes(104, fromHex("0f00 08")).weird).toBe("truncated_cisco_hdlc_header");
  });
});
