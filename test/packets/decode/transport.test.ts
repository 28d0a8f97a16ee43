/** TCP and UDP: ports, flags, and the position of the payload. */
import { describe, expect, it } from "vitest";
import { PacketClass } from "../../../src/packets/decode/weirds.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt } from "../../support/decode-built.ts";

describe("TCP", () => {
  const tcp = (fields: Parameters<ReturnType<typeof packet>["tcp"]>[0]) =>
    packet().ethernet().ipv4().tcp(fields);

  it.each([
    ["S", 0x02],
    ["SA", 0x12],
    ["FA", 0x11],
    ["R", 0x04],
    ["PAEC", 0xd8],
  ])("has the flags %s", (flags, expected) => {
    expect(decodeBuilt(tcp({ flags })).out.tcpFlags).toBe(expected);
  });

  it("is malformed with a header length below the minimum or beyond the packet", () => {
    expect(decodeBuilt(tcp({ headerWords: 4 })).weird).toBe("bad_tcp_header_length");
    expect(decodeBuilt(tcp({ headerWords: 6 })).weird).toBe("truncated_tcp_header");
  });

  it("has ports and flags as soon as the snaplen includes them", () => {
    const built = tcp({ flags: "S", options: [1, 1, 1, 0] }).payload(100);
    const at = (segment: number) => decodeBuilt(built, { cutTo: 14 + 20 + segment });
    expect(at(3).packetClass).toBe(PacketClass.SNAPLEN_CUT);
    expect(at(3).weird).toBe("cut_tcp_header");
    expect([at(4).weird, at(4).out.tcpFlags]).toEqual(["none", 0]);
    expect([at(13).weird, at(13).out.tcpFlags]).toEqual(["none", 0]);
    expect([at(14).weird, at(14).out.tcpFlags]).toEqual(["none", 2]);
    expect([at(22).weird, at(22).payload.length]).toEqual(["none", 0]);
    expect(at(30).payload.length).toBe(6);
  });

  it("has ports in a first fragment even if the rest of its header is missing", () => {
    const built = packet()
      .ethernet()
      .ipv4({ moreFragments: true, protocol: 6 })
      .payload([0xc0, 0, 0x01, 0xbb, 0, 0, 0, 1]);
    expect(decodeBuilt(built).summary).toBe("tcp 192.0.2.1 49152 > 198.51.100.2 443");
  });
});

describe("UDP", () => {
  const udp = (length: number) => packet().ethernet().ipv4().udp({ length }).payload(20);

  it("ends its payload at its length", () => {
    expect(decodeBuilt(udp(8)).payload.length).toBe(0);
    expect(decodeBuilt(udp(18)).payload.length).toBe(10);
    expect(decodeBuilt(udp(0)).payload.length).toBe(20);
  });

  it("is malformed with a length below its header or beyond its packet", () => {
    expect(decodeBuilt(udp(7)).weird).toBe("bad_udp_length");
    expect(decodeBuilt(udp(29).padding(6)).weird).toBe("bad_udp_length");
  });

  it("has ports with a length beyond what was captured", () => {
    expect(decodeBuilt(udp(1000)).weird).toBe("none");
    expect(decodeBuilt(packet().ipv4({ moreFragments: true }).udp({ length: 3000 }).payload(8)).weird).toBe(
      "none",
    );
  });

  it("has ports as soon as the snaplen includes them", () => {
    const at = (datagram: number) => decodeBuilt(udp(28), { cutTo: 14 + 20 + datagram });
    expect(at(3).weird).toBe("cut_udp_header");
    expect(at(4).weird).toBe("none");
    expect(at(4).payload.length).toBe(0);
    expect(at(9).payload.length).toBe(1);
  });
});
