/** Unknown EtherTypes and IP protocols by number, through the whole analysis. */
import { describe, expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { NAMED_ETHER_TYPES } from "../../src/reports/unknown-protocols.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { expectConserved } from "../support/conservation.ts";
import { memorySource } from "../support/memory-source.ts";

const etherType = (number: number) => packet().ethernet({ etherType: number }).payload(46).build();
const ipv4 = (protocol: number) => packet().ethernet().ipv4({ protocol }).payload(20).build();

async function weirdsOf(...packets: readonly Uint8Array[]): Promise<Readonly<Record<string, number>>> {
  const { summary } = await analyzeBytes([() => memorySource(packets.map((bytes) => ({ bytes, time: 0n })))]);
  expectConserved(summary);
  const { nonIp, otherIp } = summary.packets;
  const counts = Object.values(summary.weirds);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(nonIp + otherIp);
  return summary.weirds;
}

describe("unknown protocols", () => {
  it("are listed by number: EtherTypes in hexadecimal, IP protocols in decimal", async () => {
    const packets = [etherType(0x88e6), etherType(0x0800 - 1), etherType(0x88e6), ipv4(97 + 1), ipv4(255)];
    expect(await weirdsOf(...packets)).toEqual({
      other_ip_protocol_255: 1,
      other_ip_protocol_98: 1,
      unknown_ether_type_0x07ff: 1,
      unknown_ether_type_0x88e6: 2,
    });
  });

  it("are listed behind tags, in IPv6, and in fragments", async () => {
    expect(
      await weirdsOf(
        packet().ethernet().vlan(7, { etherType: 0x88f7 }).payload(46).build(),
        packet().ethernet().ipv6({ nextHeader: 200 }).payload(20).build(),
        packet().ethernet().ipv6().extension(0).fragment({ offset: 8, nextHeader: 201 }).payload(16).build(),
        packet().ethernet().ipv4({ protocol: 202, moreFragments: true }).payload(16).build(),
        packet().ethernet().ipv4({ protocol: 202, fragmentOffset: 16 }).payload(16).build(),
      ),
    ).toEqual({
      other_ip_protocol_200: 1,
      other_ip_protocol_201: 1,
      other_ip_protocol_202: 2,
      unknown_ether_type_0x88f7: 1,
    });
  });

  it("beyond the limit of EtherTypes are combined, regardless of their order", async () => {
    const few = Array.from({ length: NAMED_ETHER_TYPES + 50 }, (_, i) => etherType(0x9000 + i));
    const many = Array.from({ length: 10 }, () => etherType(0xfff0));
    const weirds = await weirdsOf(...few, ...many);
    expect(weirds).toMatchObject({
      unknown_ether_type: 51,
      unknown_ether_type_0x9000: 1,
      unknown_ether_type_0xfff0: 10,
    });
    expect(Object.keys(weirds)).toHaveLength(NAMED_ETHER_TYPES + 1);
    expect(await weirdsOf(...many, ...few.toReversed())).toEqual(weirds);
  });
});
