import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

describe("Apple's IP over FireWire", () => {
  it("has eight-byte addresses and an EtherType", () => {
    const header = fromHex(`
      0011 22ff fe33 4455                 # destination EUI-64
      0011 22ff fe66 7788                 # source
      0800                                # IPv4
    `);
    expect(decodeBytes(138, concatBytes(header, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it("marks broadcast packets only", () => {
    const to = (address: string) => decodeBuilt(packet().firewire(address).ipv4().udp()).out.linkBroadcast;
    expect(to("ff:ff:ff:ff:ff:ff:ff:ff")).toBe(1);
    expect(to("ff:ff:ff:ff:ff:ff:ff:fe")).toBe(0);
  });

  it("reports what is not IP", () => {
    expect(decodeBuilt(packet().firewire().arp()).weird).toBe("arp");
  });
});
