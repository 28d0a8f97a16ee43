/** Properties of random packets. fast-check prints seed and path of a failure: keep it as a separate case. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinkType } from "../../../src/net/link-types.ts";
import { WEIRD_CODES, weirdName } from "../../../src/packets/decode/weirds.ts";
import { type PacketBuilder, packet } from "../../../src/testing/builders/packet-builder.ts";
import { decodeBuilt, decodeBytes } from "../../support/decode-built.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { CATALOGUE } from "./packet-catalogue.ts";

const linkTypes = fc.constantFrom(...Object.values(LinkType), 150);
const port = fc.integer({ min: 0, max: 0xffff });
const ipv4Address = fc.ipV4();
const ipv6Groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });

/** Every packet is counted in exactly one class, and a decoded one has everything that flows need. */
function expectSound(linkType: number, bytes: Uint8Array, cutTo: number): void {
  const options = { cutTo, junk: 0x00 };
  const one = decodeBytes(linkType, bytes, options);
  const two = decodeBytes(linkType, bytes, { ...options, junk: 0xff });
  expect({ ...two.out }).toEqual({ ...one.out });
  expect(one.out.weird).toBeGreaterThanOrEqual(0);
  expect(one.out.weird).toBeLessThan(WEIRD_CODES);
  expect(weirdName(one.out.weird)).not.toMatch(/^weird_/);
  expect(one.out.payloadOffset).toBeLessThanOrEqual(one.out.payloadEnd);
  expect(one.out.payloadEnd).toBeLessThanOrEqual(one.out.capturedEnd);
  if (one.out.weird === 0) {
    expect([4, 6]).toContain(one.out.ipVersion);
    expect([6, 17]).toContain(one.out.protocol);
    const addressLength = one.out.ipVersion === 4 ? 4 : 16;
    expect(one.out.destinationOffset + addressLength).toBeLessThanOrEqual(one.out.payloadOffset);
  }
}

describe("any bytes of any link type", () => {
  it("are counted, never throw, and do not depend on what follows", () => {
    fc.assert(
      fc.property(linkTypes, fc.uint8Array({ maxLength: 200 }), fc.nat(50), (linkType, bytes, cut) => {
        expectSound(linkType, bytes, Math.max(0, bytes.length - cut));
      }),
      { numRuns: propertyRuns(4000) },
    );
  });

  it("are counted also if they are a valid packet with changed bytes", () => {
    const change = fc.tuple(fc.nat(300), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...CATALOGUE),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat(40),
        ({ packet: built, linkType }, changes, cut) => {
          const bytes = built.build();
          for (const [place, value] of changes) bytes[place % bytes.length] = value;
          expectSound(linkType ?? built.linkType, bytes, Math.max(0, bytes.length - cut));
        },
      ),
      { numRuns: propertyRuns(6000) },
    );
  });
});

describe("decoding a built packet", () => {
  const begin = fc.constantFrom<PacketBuilder>(
    packet().ethernet(),
    packet().ethernet().vlan(4095),
    packet().ethernet().mpls(0xfffff).mpls(3),
    packet().ethernet().pppoe().ppp(),
    packet().sll(),
    packet().sll2(),
    packet().loopback(),
    packet().pktap().ethernet(),
    packet().nflog(),
    packet().wifi().snap(),
    packet().ethernet().ipv4().gre({ key: 1 }),
    packet().ethernet().ipv6(),
  );

  it("returns addresses, ports, flags and payload of IPv4", () => {
    fc.assert(
      fc.property(
        begin,
        ipv4Address,
        ipv4Address,
        port,
        port,
        fc.uint8Array({ maxLength: 40 }),
        (start, source, destination, sourcePort, destinationPort, data) => {
          const tcp = start.ipv4({ source, destination }).tcp({ sourcePort, destinationPort, flags: "SA" });
          const decoded = decodeBuilt(tcp.payload(data));
          expect(decoded.summary).toBe(`tcp ${source} ${sourcePort} > ${destination} ${destinationPort}`);
          expect(decoded.out.tcpFlags).toBe(0x12);
          expect(decoded.payload).toEqual(data);
        },
      ),
    );
  });

  it("returns addresses, ports and payload of IPv6", () => {
    fc.assert(
      fc.property(
        begin,
        ipv6Groups,
        ipv6Groups,
        port.filter((value) => value !== 3544),
        port.filter((value) => value !== 3544),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (start, from, to, sourcePort, destinationPort, data) => {
          const source = from.map((group) => group.toString(16)).join(":");
          const destination = to.map((group) => group.toString(16)).join(":");
          const udp = start.ipv6({ source, destination }).udp({ sourcePort, destinationPort });
          const decoded = decodeBuilt(udp.payload(data));
          expect(decoded.summary).toBe(`udp ${source} ${sourcePort} > ${destination} ${destinationPort}`);
          expect(decoded.payload).toEqual(data);
        },
      ),
    );
  });
});
