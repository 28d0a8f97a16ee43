import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

describe("MPLS", () => {
  it("is skipped to the bottom of the stack", () => {
    const header = fromHex(`
      0200 0000 0002 0200 0000 0001 8847
      0001 0040                           # label 16, not the bottom, time to live 64
      0001 1140                           # label 17, bottom
    `);
    expect(decodeBytes(1, concatBytes(header, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it("is decoded with the multicast EtherType too", () => {
    const built = packet().ethernet({ etherType: 0x8848 }).mpls(16).ipv6().udp();
    expect(decodeBuilt(built).weird).toBe("none");
  });

  it("does not guess the content of a pseudowire", () => {
    const built = packet().ethernet().mpls(16).payload([0, 0, 0, 0, 0x45, 0, 0]);
    expect(decodeBuilt(built).weird).toBe("unknown_mpls_payload");
  });

  it("is truncated if nothing follows the stack", () => {
    expect(decodeBuilt(packet().ethernet().mpls(16)).weird).toBe("truncated_ip_header");
    expect(decodeBuilt(packet().ethernet().mpls(16, false)).weird).toBe("truncated_mpls_label");
  });

  it("is malformed with too high a stack", () => {
    let tower = packet().ethernet();
    for (let i = 0; i < 17; i++) tower = tower.mpls(16);
    expect(decodeBuilt(tower.ipv4().udp()).weird).toBe("too_many_layers");
  });
});
