/** A-MSDU: which frame of an aggregate 802.11 frame represents it. */
import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { type PacketBuilder, packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { IPV4_UDP, IPV4_UDP_SUMMARY } from "../../support/real-packets.ts";

const IEEE802_11 = 105;
const SNAP_IPV4 = "aaaa 03 000000 0800";

const aggregate = () => packet().wifi({ subtype: 8, isAggregate: true });
const llc = (begin: (snap: PacketBuilder) => PacketBuilder) => begin(packet().snap()).build();
const ARP = llc((snap) => snap.arp());
const ICMP = llc((snap) => snap.ipv4().icmp().payload(8));
const SYN = llc((snap) => snap.ipv4().tcp({ sourcePort: 50_001, flags: "S" }));
const DATA = llc((snap) => snap.ipv4().tcp({ sourcePort: 50_002 }).payload(20));

/** Returns the source port of the packet that counts, or the weird. */
function result(first: Uint8Array, ...others: readonly Uint8Array[]): number | string {
  const { out, weird } = decodeBuilt(
    aggregate()
      .subframes(...others)
      .payload(first),
  );
  return weird === "none" ? out.sourcePort : weird;
}

describe("A-MSDU", () => {
  it("has a 14-byte header before each LLC header", () => {
    const header = fromHex(`
      8802 0000                            # QoS data, from DS
      0200 0000 0001 0200 0000 0002        # station, access point
      0200 0000 0002 0000                  # BSSID | sequence 0
      8000                                 # QoS: an aggregate
      0200 0000 0001 0200 0000 0009 0029   # destination, source | 41 bytes
      ${SNAP_IPV4}
    `);
    expect(decodeBytes(IEEE802_11, concatBytes(header, IPV4_UDP)).summary).toBe(IPV4_UDP_SUMMARY);
  });

  it("is represented by the first subframe with ports and payload", () => {
    expect(result(DATA, SYN)).toBe(50_002);
    expect(result(SYN, DATA)).toBe(50_002);
    expect(result(ARP, ICMP, SYN, DATA)).toBe(50_002);
  });

  it("is represented by the first subframe with ports if none has payload", () => {
    expect(result(ICMP, SYN, ARP)).toBe(50_001);
  });

  it("is represented by its first subframe if none has ports", () => {
    expect(result(ARP, ICMP)).toBe("arp");
    expect(result(ICMP, ARP)).toBe("icmp");
  });

  it("truncated by the snaplen before any ports is reported as such", () => {
    const built = aggregate().subframes(DATA).payload(ARP);
    const whole = built.build().length;
    expect(decodeBuilt(built, { cutTo: whole - 45 }).weird).toBe("cut_ipv4_header");
    expect(decodeBuilt(built, { cutTo: whole - DATA.length - 8 }).weird).toBe("cut_wifi_subframe");
    expect(decodeBuilt(built).weird).toBe("none");
  });

  it("truncated within a subframe is reported only if nothing else was found", () => {
    expect(decodeBytes(IEEE802_11, aggregate().build()).weird).toBe("truncated_wifi_subframe");
    const rest = concatBytes(aggregate().subframes(Uint8Array.of(1)).payload(SYN).build());
    expect(decodeBytes(IEEE802_11, rest.slice(0, -3)).weird).toBe("none");
  });

  it("excludes the frame check sequence and the padding of the last subframe", () => {
    const built = packet()
      .radiotap({ flags: 0x10 })
      .wifi({ subtype: 8, isAggregate: true, frameCheckLength: 4 })
      .subframes(ARP)
      .snap()
      .ipv4({ totalLength: 0 })
      .udp({ length: 0 })
      .payload("apple");
    expect(decodeBuilt(built).payload).toEqual(new TextEncoder().encode("apple"));
  });

  it("marks a broadcast subframe", () => {
    const bytes = aggregate().subframes().payload(SYN).build();
    expect(decodeBytes(IEEE802_11, bytes).out.linkBroadcast).toBe(0);
    expect(decodeBytes(IEEE802_11, bytes.fill(0xff, 26, 32)).out.linkBroadcast).toBe(1);
  });

  it("within an A-MSDU is not decoded", () => {
    const inner = packet()
      .snap()
      .ipv4()
      .gre({ protocol: 0x8200 })
      .wifi({ subtype: 8, isAggregate: true })
      .subframes()
      .payload(SYN);
    expect(result(inner.build())).toBe("gre_without_ip");
  });

  it("leaves no state for the next packet", () => {
    const before = decodeBuilt(aggregate().subframes(DATA).payload(ARP));
    const plain = packet().wifi().snap().arp();
    expect(decodeBuilt(plain, { out: before.out }).out).toEqual(decodeBuilt(plain).out);
  });
});
