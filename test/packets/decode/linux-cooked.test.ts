import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import {
  IPV4_UDP,
  IPV4_UDP_SUMMARY,
  IPV6_UDP,
  IPV6_UDP_SUMMARY,
  SLL_HEADER,
  SLL_TUN_HEADER,
  SLL2_HEADER,
} from "../../support/real-packets.ts";

const SLL = 113;
const SLL2 = 276;

describe("Linux cooked captures", () => {
  it("decode a recording of tcpdump -i any", () => {
    expect(decodeBytes(SLL, concatBytes(SLL_HEADER, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
    expect(decodeBytes(SLL, concatBytes(SLL_TUN_HEADER, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
    expect(decodeBytes(SLL2, concatBytes(SLL2_HEADER, IPV6_UDP)).summary).toBe(IPV6_UDP_SUMMARY);
  });

  it("mark broadcast packets only", () => {
    for (const [packetType, expected] of [
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 0],
      [4, 0],
    ]) {
      expect(decodeBuilt(packet().sll({ packetType }).ipv4().udp()).out.linkBroadcast).toBe(expected);
      expect(decodeBuilt(packet().sll2({ packetType }).ipv4().udp()).out.linkBroadcast).toBe(expected);
    }
  });

  it.each([
    [{ protocol: 0x0806 }, "arp"],
    [{ protocol: 0x0001 }, "llc"],
    [{ protocol: 0x000c, hardware: 280 }, "unknown_linux_protocol"],
    [{ protocol: 0x0000 }, "unknown_linux_protocol"],
    [{ protocol: 0x0004, hardware: 824 }, "netlink"],
    [{ protocol: 0x0010, hardware: 824 }, "netlink"],
    [{ protocol: 0x0003, hardware: 770 }, "unknown_linux_protocol"],
    [{ protocol: 0x0000, hardware: 778 }, "unknown_linux_protocol"],
    [{ protocol: 0x88b5 }, "unknown_ether_type"],
  ])("report %o as %s", (fields, weird) => {
    expect(decodeBuilt(packet().sll(fields).payload(40)).weird).toBe(weird);
    expect(decodeBuilt(packet().sll2(fields).payload(40)).weird).toBe(weird);
  });

  it("can contain the radiotap header of a monitoring device", () => {
    const built = packet().sll({ hardware: 803, protocol: 0x0019 }).radiotap().wifi().snap().ipv4().tcp();
    expect(decodeBuilt(built).weird).toBe("none");
  });

  it("can contain Ethernet of a GRE device", () => {
    const built = packet().sll2({ hardware: 778, protocol: 0x6558 }).ethernet().ipv6().udp();
    expect(decodeBuilt(built).weird).toBe("none");
  });
});
