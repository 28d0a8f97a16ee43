import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

describe("PPPoE", () => {
  it("is decoded (RFC 2516, appendix B has the same header)", () => {
    const header = fromHex(`
      0200 0000 0002 0200 0000 0001 8864
      11 00 1234 0023                     # version 1, type 1 | session | session id | length 35 = 2 + 33
      0021                                # PPP: IPv4
    `);
    expect(decodeBytes(1, concatBytes(header, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it("ends its payload at its length", () => {
    const built = packet().pppoe().ppp().ipv4({ totalLength: 0 }).udp({ length: 0 }).payload("apple");
    expect(decodeBuilt(built.padding(18)).payload.length).toBe(5);
  });

  it("is malformed with another version, and no session with the code of a discovery packet", () => {
    expect(decodeBuilt(packet().pppoe({ versionAndType: 0x21 }).ppp().ipv4().udp()).weird).toBe(
      "bad_pppoe_header",
    );
    expect(decodeBuilt(packet().pppoe({ code: 0x09 }).payload(40)).weird).toBe("pppoe_discovery");
  });

  it("is malformed with a length too short for the packet, but not with one too long", () => {
    expect(decodeBuilt(packet().pppoe({ length: 1 }).ppp().ipv4().udp()).weird).toBe("truncated_ppp_header");
    expect(decodeBuilt(packet().pppoe({ length: 9 }).ppp().ipv4().udp()).weird).toBe("truncated_ipv4_header");
    expect(decodeBuilt(packet().pppoe({ length: 900 }).ppp().ipv4().udp()).weird).toBe("none");
  });
});
