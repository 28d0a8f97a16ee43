/** Ethernet in IP: ERSPAN, NVGRE, EtherIP, L2TPv3; and a decoder that enters no tunnel. */
import { describe, expect, it } from "vitest";
import { Tunnel } from "../../../src/packets/decode/tunnels.ts";
import { PacketClass } from "../../../src/packets/decode/weirds.ts";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { type PacketBuilder, packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";
import { OUTER4, TCP4, UDP6 } from "./catalogue-packet.ts";

const ip = () => packet().ethernet().ipv4(OUTER4);
const mirrored = () => ip().gre({ sequence: 1 });

describe("ERSPAN", () => {
  it.each([
    ["type I", "0000 88be"],
    ["type II", "1000 88be 0000 0000 1007 0005 0000 0012"],
    ["type III", "1000 22eb 0000 0001 2007 0005 0000 0007 0000 0000"],
    [
      "type III with a platform-specific subheader",
      "1000 22eb 0000 0001 2007 0005 0000 0007 0000 0001 0400 0001 0000 0002",
    ],
    ["type III under type II's number", "1000 88be 0000 0001 2007 0005 0000 0007 0000 0000"],
  ])("%s leads to the mirrored frame", (_name, header) => {
    const frame = concatBytes(fromHex("002052ff0302 3817e1ed0b29 0800"), IPV4_UDP);
    const decoded = decodeBuilt(
      packet()
        .ethernet()
        .ipv4({ ...OUTER4, protocol: 47 })
        .payload(concatBytes(fromHex(header), frame)),
    );
    expect(decoded.summary).toBe(IPV4_UDP_SUMMARY);
    expect(decoded.out).toMatchObject({ tunnels: Tunnel.ERSPAN, tunnelsInside: Tunnel.ERSPAN });
  });

  it("of type III can contain IP without a frame", () => {
    expect(decodeBuilt(mirrored().erspan({ type: 3, frameType: 2 }).ipv6().udp()).summary).toBe(UDP6);
  });

  it("that declares its frame truncated gives the weird of a snaplen", () => {
    const frame = packet().ethernet().ipv4().tcp().build();
    const cut = (isTruncated: boolean) =>
      decodeBuilt(mirrored().erspan({ isTruncated }).payload(frame.subarray(0, 30)).padding(4));
    expect(cut(true).weird).toBe("cut_ipv4_header");
    expect(cut(false).weird).toBe("truncated_ipv4_header");
    expect(cut(false).out).toMatchObject({ tunnels: Tunnel.ERSPAN, tunnelsInside: 0 });
  });

  it.each([0, 3, 15])("of version %i is malformed", (version) => {
    const decoded = decodeBuilt(mirrored().erspan({ version }).ethernet().ipv4().tcp());
    expect(decoded.weird).toBe("bad_erspan_header");
    expect(decoded.packetClass).toBe(PacketClass.MALFORMED);
  });
});

describe("NVGRE", () => {
  it("is Ethernet in GRE with a key and no sequence number", () => {
    const kinds = (fields: { key?: number; sequence?: number }) =>
      decodeBuilt(ip().gre(fields).ethernet().ipv4().tcp()).out.tunnelsInside;
    expect(kinds({ key: 0x123400 })).toBe(Tunnel.NVGRE);
    expect(kinds({})).toBe(Tunnel.GRE);
    expect(kinds({ key: 7, sequence: 1 })).toBe(Tunnel.GRE);
  });
});

describe("EtherIP", () => {
  it("has version 3 in its first four bits (RFC 3378, 3)", () => {
    const bytes = (header: string) =>
      concatBytes(fromHex(header), fromHex("020000000002 020000000001 0800"), IPV4_UDP);
    const built = (header: string) =>
      decodeBuilt(
        packet()
          .ethernet()
          .ipv4({ ...OUTER4, protocol: 97 })
          .payload(bytes(header)),
      );
    expect(built("3000").summary).toBe(IPV4_UDP_SUMMARY);
    for (const header of ["0300", "2000", "3001"]) expect(built(header).weird).toBe("bad_etherip_header");
  });

  it("without IP is counted as IP without ports", () => {
    const decoded = decodeBuilt(ip().etherIp().ethernet({ etherType: 0x88cc }).payload(40));
    expect(decoded.weird).toBe("tunnel_without_ip");
    expect(decoded.packetClass).toBe(PacketClass.OTHER_IP);
    expect(decoded.out).toMatchObject({ tunnels: Tunnel.ETHERIP, tunnelsInside: 0 });
  });
});

describe("L2TPv3 over IP", () => {
  it.each([0, 4, 8])("is decoded with a cookie of %i bytes, with and without a sublayer", (length) => {
    const cookie = Array.from({ length }, (_, i) => 0xa0 + i);
    for (const hasSublayer of [false, true]) {
      const begin = ip().l2tpv3({ cookie, hasSublayer });
      expect(decodeBuilt(begin.ethernet().ipv4().tcp()).summary).toBe(TCP4);
      expect(decodeBuilt(begin.ethernet().vlan(4).ipv6().udp()).summary).toBe(UDP6);
      expect(decodeBuilt(begin.ppp({ isFramed: true }).ipv4().tcp()).summary).toBe(TCP4);
    }
  });

  it.each([
    ["a control message", ip().l2tpv3({ session: 0 }).ethernet().ipv4().tcp()],
    ["a frame that is not IP", ip().l2tpv3().ethernet().arp()],
    [
      "a frame beyond the decoded depth",
      ip()
        .l2tpv3({ cookie: new Array<number>(16).fill(0) })
        .ethernet()
        .ipv4()
        .tcp(),
    ],
  ])("with %s is counted as IP without ports", (_name, built) => {
    const decoded = decodeBuilt(built);
    expect(decoded.weird).toBe("tunnel_without_ip");
    expect(decoded.out).toMatchObject({ tunnels: Tunnel.L2TPV3, tunnelsInside: 0 });
  });
});

describe("the decoder that stops at the outermost header", () => {
  it.each<[string, PacketBuilder]>([
    ["IP in IP", ip().ipv4().tcp()],
    ["6in4", ip().ipv6().udp()],
    ["GRE", ip().gre().ipv4().tcp()],
    ["NVGRE", ip().gre({ key: 1 }).ethernet().ipv4().tcp()],
    ["PPTP", ip().pptp().ppp().ipv4().tcp()],
    ["ERSPAN", mirrored().erspan().ethernet().ipv4().tcp()],
    ["EtherIP", ip().etherIp().ethernet().ipv4().tcp()],
    ["L2TPv3", ip().l2tpv3().ethernet().ipv4().tcp()],
  ])("does not enter %s, and reports that", (_name, built) => {
    const decoded = decodeBuilt(built, { entersTunnels: false });
    expect(decoded.weird).toBe("tunnel_not_entered");
    expect(decoded.packetClass).toBe(PacketClass.OTHER_IP);
    expect(decoded.out.tunnelsInside).toBe(0);
    expect(decoded.out.tunnels).not.toBe(0);
    expect(decodeBuilt(built).weird).toBe("none");
  });

  it("skips layers before IP, and AH", () => {
    const tagged = packet().ethernet().vlan(1).mpls(3).ipv4().ah().tcp();
    expect(decodeBuilt(tagged, { entersTunnels: false }).summary).toBe(TCP4);
    expect(
      decodeBytes(1, packet().ethernet().pppoe().ppp().ipv4().tcp().build(), { entersTunnels: false })
        .summary,
    ).toBe(TCP4);
  });
});
