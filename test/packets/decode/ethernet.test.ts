import { describe, expect, it } from "vitest";
import { fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { ETHERNET_ICMP_QUOTE, ETHERNET_TCP_SYN, ETHERNET_TCP_SYN_ACK } from "../../support/real-packets.ts";

const ETHERNET = 1;

describe("Ethernet", () => {
  it("decodes a recorded handshake", () => {
    const syn = decodeBytes(ETHERNET, ETHERNET_TCP_SYN);
    expect(syn.summary).toBe("tcp 127.0.0.1 50002 > 127.0.0.1 5223");
    expect(syn.out).toMatchObject({ tcpFlags: 0x02, etherType: 0x0800, linkBroadcast: 0, fragment: 0 });
    expect(syn.payload.length).toBe(0);
    const answer = decodeBytes(ETHERNET, ETHERNET_TCP_SYN_ACK);
    expect(answer.summary).toBe("tcp 127.0.0.1 5223 > 127.0.0.1 50002");
    expect(answer.out.tcpFlags).toBe(0x12);
  });

  it("does not decode the packet quoted by ICMP", () => {
    const { weird, out } = decodeBytes(ETHERNET, ETHERNET_ICMP_QUOTE);
    expect(weird).toBe("icmp");
    expect(out).toMatchObject({ ipVersion: 4, protocol: 1, sourcePort: 0, destinationPort: 0 });
  });

  it("excludes the padding of a short frame from the payload", () => {
    const padded = packet().ethernet().ipv4().udp().payload("apple").padding(13);
    expect(padded.build().length).toBe(60);
    expect(new TextDecoder().decode(decodeBuilt(padded).payload)).toBe("apple");
  });

  it("marks broadcast frames only", () => {
    const to = (destination: string) => packet().ethernet({ destination }).ipv4().udp();
    expect(decodeBuilt(to("ff:ff:ff:ff:ff:ff")).out.linkBroadcast).toBe(1);
    expect(decodeBuilt(to("ff:ff:ff:ff:ff:fe")).out.linkBroadcast).toBe(0);
    expect(decodeBuilt(to("01:00:5e:00:00:fb")).out.linkBroadcast).toBe(0);
  });

  it.each([
    [0x0806, "arp"],
    [0x8035, "arp"],
    [0x88cc, "lldp"],
    [0x888e, "eapol"],
    [0x8809, "slow_protocols"],
    [0x8863, "pppoe_discovery"],
    [0x88b5, "unknown_ether_type"],
    [1501, "unknown_ether_type"],
    [1535, "unknown_ether_type"],
  ])("reports EtherType %i as %s", (etherType, weird) => {
    expect(decodeBuilt(packet().ethernet({ etherType }).payload(46)).weird).toBe(weird);
  });

  it.each(["be:ef:be:ef:be:ef", "be:fe:be:fe:be:fe"])(
    "takes the IP version from the packet if an iPhone tool wrote the fake address %s",
    (address) => {
      const fields = { source: address, destination: address, etherType: 0x0800 };
      expect(decodeBuilt(packet().ethernet(fields).ipv6().tcp()).out.ipVersion).toBe(6);
      expect(decodeBuilt(packet().ethernet(fields).ipv4().tcp()).out.ipVersion).toBe(4);
    },
  );

  it("trusts the EtherType of every other address", () => {
    const fields = { source: "be:ef:be:ef:be:ee", destination: "be:ef:be:ef:be:ef", etherType: 0x0800 };
    expect(decodeBuilt(packet().ethernet(fields).ipv6().tcp()).weird).toBe("bad_ip_version");
  });

  it("accepts the empty addresses of rvi_capture", () => {
    // rvi_capture: 12 zero bytes, then the correct type.
    const bytes = fromHex(`0000 0000 0000 0000 0000 0000 86dd`);
    const six = packet().ipv6().udp().build();
    expect(decodeBytes(ETHERNET, Uint8Array.from([...bytes, ...six])).out.ipVersion).toBe(6);
  });
});

describe("VLAN tags", () => {
  it("are skipped, up to the limit of layers", () => {
    // A frame of a trunk: priority 3, VLAN 100, then a C-VLAN tag 7.
    const tags = fromHex(`
      0200 0000 0002 0200 0000 0001 88a8  # addresses | 802.1ad
      6064 8100                           # priority 3, VLAN 100 | 802.1Q
      0007 0800                           # VLAN 7 | IPv4
    `);
    const ip = packet().ipv4().udp().build();
    const { weird, out } = decodeBytes(ETHERNET, Uint8Array.from([...tags, ...ip]));
    expect(weird).toBe("none");
    expect(out.etherType).toBe(0x0800);
  });

  it("can contain an 802.3 frame, whose length ends the payload", () => {
    const built = packet()
      .ethernet()
      .vlan(7, { isLength: true })
      .snap()
      .ipv4({ totalLength: 0 })
      .udp({ length: 0 })
      .payload("apple");
    expect(decodeBuilt(built.padding(20)).payload.length).toBe(5);
  });
});
