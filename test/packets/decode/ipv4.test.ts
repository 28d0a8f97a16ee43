import { describe, expect, it } from "vitest";
import { FragmentKind } from "../../../src/packets/decode/decoded-packet.ts";
import { PacketClass } from "../../../src/packets/decode/weirds.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { addressText, decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_FRAGMENTS, IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

const RAW = 101;

describe("IPv4", () => {
  it("decodes a recorded packet", () => {
    const { summary, payload, out } = decodeBytes(RAW, IPV4_UDP);
    expect(summary).toBe(IPV4_UDP_SUMMARY);
    expect(new TextDecoder().decode(payload)).toBe("apple");
    // "Don't fragment" is not a fragment.
    expect(out.fragment).toBe(FragmentKind.NONE);
  });

  it("joins recorded fragments by address, id and protocol", () => {
    const [first, later] = IPV4_FRAGMENTS.map((bytes) => decodeBytes(RAW, bytes));
    expect(first.summary).toBe("udp 127.0.0.1 50000 > 127.0.0.1 16393");
    expect(first.out.fragment).toBe(FragmentKind.FIRST);
    expect(later.weird).toBe("fragment_without_first");
    expect(later.packetClass).toBe(PacketClass.FRAGMENTS);
    for (const { out, bytes } of [first, later]) {
      expect(out).toMatchObject({ fragmentIpVersion: 4, fragmentId: 0xfbbe, fragmentProtocol: 17 });
      expect(addressText(bytes, out.fragmentSourceOffset, 4)).toBe("127.0.0.1");
      expect(addressText(bytes, out.fragmentDestinationOffset, 4)).toBe("127.0.0.1");
    }
    expect(later.out).toMatchObject({ fragment: FragmentKind.LATER, protocol: 17, sourcePort: 0 });
  });

  it("counts later fragments of a protocol without ports as that protocol", () => {
    const later = (protocol: number) =>
      decodeBuilt(packet().ipv4({ protocol, fragmentOffset: 8 }).payload(16)).weird;
    expect(later(1)).toBe("icmp");
    expect(later(50)).toBe("esp");
    expect(later(132)).toBe("sctp");
    for (const tunnel of [4, 41, 47, 51]) expect(later(tunnel)).toBe("fragment_without_first");
  });

  it("extends to the end of the capture with a total length of 0 (segmentation offload)", () => {
    const built = packet().ethernet().ipv4({ totalLength: 0 }).tcp().payload(3000);
    expect(decodeBuilt(built).payload.length).toBe(3000);
  });

  it("accepts a total length beyond the end of the packet", () => {
    const { weird, payload, out } = decodeBuilt(
      packet().ethernet().ipv4({ totalLength: 1500 }).tcp().payload(9),
    );
    expect([weird, payload.length, out.cutBySnaplen]).toEqual(["none", 9, 0]);
  });

  it.each([
    [{ version: 5 }, "bad_ip_version"],
    [{ headerWords: 4 }, "bad_ipv4_header_length"],
    [{ headerWords: 0 }, "bad_ipv4_header_length"],
    [{ totalLength: 19 }, "bad_ipv4_total_length"],
    [{ totalLength: 20 }, "truncated_tcp_header"],
    [{ headerWords: 15 }, "bad_ipv4_total_length"],
    [{ headerWords: 15, totalLength: 999 }, "truncated_ipv4_header"],
  ])("with %o is reported as %s", (fields, weird) => {
    const decoded = decodeBuilt(packet().ethernet().ipv4(fields).tcp());
    expect(decoded.weird).toBe(weird);
    expect(decoded.packetClass).toBe(PacketClass.MALFORMED);
  });

  it.each([
    [1, "icmp"],
    [2, "igmp"],
    [50, "esp"],
    [89, "ospf"],
    [112, "vrrp"],
    [132, "sctp"],
    [0, "other_ip_protocol"],
    [43, "other_ip_protocol"],
    [253, "other_ip_protocol"],
  ])("counts protocol %i as %s", (protocol, weird) => {
    const decoded = decodeBuilt(packet().ethernet().ipv4({ protocol }).payload(40));
    expect(decoded.weird).toBe(weird);
    expect(decoded.packetClass).toBe(PacketClass.OTHER_IP);
    expect(decoded.out.protocol).toBe(protocol);
  });
});
