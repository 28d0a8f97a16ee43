/** Bare IP in captures of link type Ethernet, and frames that only resemble it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinkType } from "../../../src/net/link-types.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { type CaptureOptions, type Decoded, decodeBytes } from "../../support/decode-built.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { CATALOGUE } from "./packet-catalogue.ts";

const PORTS = { sourcePort: 50_111, destinationPort: 443 };
const IPV4 = { source: "100.64.0.9", destination: "17.248.1.1" };
const IPV6 = { source: "2a00:1450:4001::1", destination: "2620:149:a44::10" };

const decode = (bytes: Uint8Array, options?: CaptureOptions): Decoded =>
  decodeBytes(LinkType.ETHERNET, bytes, options);

describe("bare IP in a capture of link type Ethernet", () => {
  it.each([
    ["IPv4 with TCP", packet().ipv4(IPV4).tcp(PORTS).payload(100)],
    ["IPv4 with no payload", packet().ipv4(IPV4).tcp(PORTS)],
    ["IPv4 with UDP", packet().ipv4(IPV4).udp(PORTS).payload(20)],
    ["IPv6 with TCP", packet().ipv6(IPV6).tcp(PORTS).payload(100)],
    [
      "IPv4 whose source could be the length of an 802.3 frame",
      packet().ipv4({ source: "3.5.7.9" }).tcp(PORTS),
    ],
  ])("is decoded and marked: %s", (_, built) => {
    const { weird, out } = decode(built.build());
    expect(weird).toBe("none");
    expect(out).toMatchObject({ ...PORTS, isIpAlone: 1 });
  });

  it("is decoded if truncated by the snaplen", () => {
    const built = packet().ipv4(IPV4).tcp(PORTS).payload(1000).build();
    const { out } = decode(built, { cutTo: 96 });
    expect(out).toMatchObject({ ...PORTS, isIpAlone: 1 });
    expect(out.payloadEnd - out.transportOffset).toBe(96 - 20);
  });

  it("is counted by protocol if it has no ports", () => {
    const { weird, out } = decode(packet().ipv4(IPV4).icmp().payload(30).build());
    expect([weird, out.isIpAlone]).toEqual(["icmp", 1]);
  });

  it.each([
    [
      "an IPv4 length that is one too small",
      packet()
        .ipv4({ ...IPV4, totalLength: 139 })
        .tcp(PORTS)
        .payload(100),
    ],
    [
      "an IPv4 length that is one too large",
      packet()
        .ipv4({ ...IPV4, totalLength: 141 })
        .tcp(PORTS)
        .payload(100),
    ],
    [
      "an IPv4 length of 0",
      packet()
        .ipv4({ ...IPV4, totalLength: 0 })
        .tcp(PORTS)
        .payload(100),
    ],
    [
      "an IPv4 header that is too short",
      packet()
        .ipv4({ ...IPV4, headerWords: 4 })
        .tcp(PORTS)
        .payload(100),
    ],
    [
      "another IP version",
      packet()
        .ipv4({ ...IPV4, version: 5 })
        .tcp(PORTS)
        .payload(100),
    ],
    [
      "an unknown protocol",
      packet()
        .ipv4({ ...IPV4, protocol: 200 })
        .payload(100),
    ],
    [
      "an impossible TCP header",
      packet()
        .ipv4(IPV4)
        .tcp({ ...PORTS, headerWords: 3 })
        .payload(100),
    ],
    [
      "an IPv6 length that is one too small",
      packet()
        .ipv6({ ...IPV6, payloadLength: 119 })
        .tcp(PORTS)
        .payload(100),
    ],
  ])("is not detected in a frame with %s", (_, built) => {
    const { weird, out } = decode(built.build());
    expect(weird).toBe("unknown_ether_type");
    expect(out).toMatchObject({ isIpAlone: 0, ipVersion: 0, sourcePort: 0 });
  });

  it("is not searched in a frame with a known EtherType", () => {
    const built = packet().ipv4({ source: "136.204.1.1" }).tcp(PORTS).build();
    expect([decode(built).weird, decode(built).out.isIpAlone]).toEqual(["lldp", 0]);
  });

  it("is not detected in any packet of the catalogue, nor in random frames", () => {
    for (const { name, packet: built, linkType = built.linkType } of CATALOGUE) {
      expect(decodeBytes(linkType, built.build()).out.isIpAlone, name).toBe(0);
    }
    const frame = fc.uint8Array({ minLength: 14, maxLength: 200 });
    fc.assert(
      fc.property(frame, (bytes) => decode(bytes).out.isIpAlone === 0),
      { numRuns: propertyRuns(5000) },
    );
  });
});
