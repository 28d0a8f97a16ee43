import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

const NFLOG = 239;

describe("NFLOG", () => {
  it("finds the packet in little-endian attributes", () => {
    const message = fromHex(`
      02 00 0005                          # IPv4 | version 0 | group 5
      0800 0100 0800 03 00                # packet header: IPv4, hook "output"
      0500 0a00 00 000000                 # prefix "", padded to 4
      0800 0500 0000 0002                 # outgoing interface 2
      2500 0900                           # the packet: 4 + 33
    `);
    const userId = fromHex("000000 0800 0b00 0000 03e8"); // padding to 4 | user 1000
    const { summary, payload } = decodeBytes(NFLOG, concatBytes(message, IPV4_UDP, userId));
    expect(summary).toBe(IPV4_UDP_SUMMARY);
    expect(new TextDecoder().decode(payload)).toBe("apple");
  });

  it("finds the packet in big-endian attributes", () => {
    const message = fromHex("02 00 0005 0008 0001 0800 03 00 0025 0009");
    expect(decodeBytes(NFLOG, concatBytes(message, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it.each(["little", "big"] as const)("detects the byte order with a large first attribute (%s)", (order) => {
    // The packet itself first: a length of 0x0504 or 0x0405 could be either.
    const ip = packet()
      .ipv4()
      .udp()
      .payload(0x0504 - 4 - 28)
      .build();
    const head = order === "little" ? "02 00 0005 0405 0900" : "02 00 0005 0504 0009";
    expect(decodeBytes(NFLOG, concatBytes(fromHex(head), ip)).weird).toBe("none");
  });

  it("takes the protocol from the packet header for bridge and device families", () => {
    for (const family of [0, 5, 7]) {
      expect(decodeBuilt(packet().nflog({ family }).ipv6().udp()).weird).toBe("none");
      expect(decodeBuilt(packet().nflog({ family }).arp()).weird).toBe("arp");
    }
    expect(decodeBuilt(packet().nflog({ family: 7, hardwareProtocol: 0 }).ipv4().udp()).weird).toBe(
      "unknown_address_family",
    );
    expect(decodeBuilt(packet().nflog({ family: 3 }).arp()).weird).toBe("arp");
  });

  it("decodes the part of a packet that the rule copied, marked as truncated by the snaplen", () => {
    const built = (copied: number) => decodeBuilt(packet().nflog({ copied }).ipv4().udp().payload(500));
    expect(built(64).weird).toBe("none");
    expect(built(64).payload.length).toBe(64 - 28);
    expect(built(64).out.cutBySnaplen).toBe(1);
    expect(built(22).weird).toBe("cut_udp_header");
    expect(built(10).weird).toBe("cut_ipv4_header");
    expect(decodeBuilt(packet().nflog({ copied: 64 }).ipv6().tcp().payload(99)).out.cutBySnaplen).toBe(1);
  });

  it("counts messages without a packet", () => {
    const built = packet().nflog({ hasPayload: false }).ipv4().udp();
    expect(decodeBuilt(built).weird).toBe("nflog_without_packet");
    expect(decodeBytes(NFLOG, fromHex("02 00 0000")).weird).toBe("nflog_without_packet");
    expect(decodeBuilt(built, { cutTo: 21 }).weird).toBe("cut_nflog_header");
  });

  it("is malformed with another version, or an attribute shorter than its header", () => {
    expect(decodeBuilt(packet().nflog({ version: 1 }).ipv4().udp()).weird).toBe("bad_nflog_header");
    expect(decodeBytes(NFLOG, fromHex("02 00 0000 0300 0100 0000 0000")).weird).toBe("bad_nflog_header");
    expect(decodeBytes(NFLOG, fromHex("02 00 0000 0000 0000 0000 0000")).weird).toBe("bad_nflog_header");
    expect(decodeBytes(NFLOG, fromHex("02 00 0000 0f00 0100 0000 0000")).weird).toBe(
      "truncated_nflog_header",
    );
  });
});
