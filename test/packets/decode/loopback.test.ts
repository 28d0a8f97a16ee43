import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY, IPV6_UDP, IPV6_UDP_SUMMARY } from "../../support/real-packets.ts";

const NULL = 0;
const LOOP = 108;

describe("the loopback link types NULL and LOOP", () => {
  it.each([
    [NULL, "02 00 00 00", "a little-endian machine"],
    [NULL, "00 00 00 02", "a big-endian machine"],
    [LOOP, "00 00 00 02", "network order"],
    [LOOP, "02 00 00 00", "a writer that got the order wrong"],
  ])("decode link type %i, family %s as IPv4 (%s)", (linkType, header) => {
    expect(decodeBytes(linkType, concatBytes(fromHex(header), IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it.each([
    ["1e 00 00 00", "Darwin"],
    ["1c 00 00 00", "FreeBSD"],
    ["18 00 00 00", "NetBSD, OpenBSD, Npcap"],
    ["00 00 00 18", "the same, big-endian"],
    ["00 00 00 1e", "Darwin on PowerPC"],
    ["17 00 00 00", "Windows"],
    ["0a 00 00 00", "Linux"],
  ])("decode family %s as IPv6 (%s)", (header) => {
    expect(decodeBytes(NULL, concatBytes(fromHex(header), IPV6_UDP)).summary).toBe(IPV6_UDP_SUMMARY);
  });

  it.each(["07 00 00 00", "00 00 00 00", "10 00 00 10"])("reject family %s", (header) => {
    expect(decodeBytes(NULL, concatBytes(fromHex(header), IPV4_UDP)).weird).toBe("unknown_address_family");
  });
});

describe("raw IP", () => {
  it.each([12, 14, 101])("of link type %i is decoded by its version field", (linkType) => {
    expect(decodeBytes(linkType, IPV4_UDP).summary).toBe(IPV4_UDP_SUMMARY);
    expect(decodeBytes(linkType, IPV6_UDP).summary).toBe(IPV6_UDP_SUMMARY);
    expect(decodeBytes(linkType, fromHex("55 00")).weird).toBe("bad_ip_version");
    expect(decodeBytes(linkType, fromHex("")).weird).toBe("truncated_ip_header");
  });

  it("of a link type for one version must have that version", () => {
    expect(decodeBytes(228, IPV4_UDP).summary).toBe(IPV4_UDP_SUMMARY);
    expect(decodeBytes(229, IPV6_UDP).summary).toBe(IPV6_UDP_SUMMARY);
    expect(decodeBytes(228, IPV6_UDP).weird).toBe("bad_ip_version");
    expect(decodeBytes(229, concatBytes(IPV4_UDP, new Uint8Array(20))).weird).toBe("bad_ip_version");
  });
});
