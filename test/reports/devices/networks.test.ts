/** Traffic of devices by the networks of their addresses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readIpv4Key } from "../../../src/net/address-key.ts";
import type { NetworkSummary } from "../../../src/reports/devices/device-report.ts";
import { type NetworkChoice, networkOf } from "../../../src/reports/devices/networks.ts";
import { addressBytes } from "../../../src/testing/builders/packet-layer.ts";
import { type End, sent, type ToldApart, tellApart } from "../../support/device-network.ts";

const SUBNETS: NetworkChoice = { by: "subnet", ipv4: 24, ipv6: 64 };
const HOST: End = { ip: "192.168.2.17", mac: "02:00:00:00:00:17" };
const PEER: End = { ip: "192.168.2.30", mac: "02:00:00:00:00:30" };
const FAR: End = { ip: "192.168.9.30", mac: "02:00:00:00:09:30" };

function amountsOf({ networks }: ToldApart) {
  return networks?.map(({ network, devices, sent: out, received }) => [network, devices, out, received]);
}

/** Length of a packet without payload. */
const SIZE = 54;
const TAGGED = SIZE + 4;

describe("traffic by subnet", () => {
  it("counts each address for its own subnet, and a device with two addresses for both", async () => {
    const told = await tellApart(
      [sent(HOST, PEER), sent({ ...HOST, ip: "192.168.3.17" }, PEER), sent(HOST, FAR)],
      SUBNETS,
    );
    expect(told.devices).toHaveLength(3);
    expect(amountsOf(told)).toEqual([
      ["192.168.2.0/24", 2, 2 * SIZE, 2 * SIZE],
      ["192.168.3.0/24", 1, SIZE, 0],
      ["192.168.9.0/24", 1, 0, SIZE],
    ]);
  });

  it.each([
    ["192.168.2.17", 24, "192.168.2.0/24"],
    ["192.168.2.17", 0, "0.0.0.0/0"],
    ["192.168.2.17", 32, "192.168.2.17/32"],
    ["192.168.2.255", 25, "192.168.2.128/25"],
    ["250.1.2.3", 4, "240.0.0.0/4"],
  ])("puts %s with %d bits into %s", (ip, ipv4, network) => {
    const address = readIpv4Key(addressBytes(ip), 0);
    expect(networkOf({ tenancy: 0, address, vlans: [] }, { ...SUBNETS, ipv4 })).toBe(network);
  });

  it.each([
    [64, "2001:db8:1:ff::/64"],
    [56, "2001:db8:1::/56"],
    [20, "2001::/20"],
    [0, "::/0"],
    [128, "2001:db8:1:ff::17/128"],
  ])("puts 2001:db8:1:ff::17 with %d bits into %s", (ipv6, network) => {
    const address = String.fromCharCode(0x2001, 0xdb8, 1, 0xff, 0, 0, 0, 0x17);
    expect(networkOf({ tenancy: 0, address, vlans: [] }, { ...SUBNETS, ipv6 })).toBe(network);
  });
});

describe("traffic by VLAN", () => {
  it("counts an address for each VLAN in which it was seen", async () => {
    const router: End = { ip: "192.168.2.1", mac: "02:00:00:00:00:01" };
    const told = await tellApart(
      [
        sent(HOST, router, { vlan: 20 }),
        sent(PEER, router, { vlan: 20 }),
        sent({ ip: "192.168.3.9", mac: "02:00:00:00:03:09" }, { ...router, ip: "192.168.3.1" }, { vlan: 30 }),
        sent(FAR, { ip: "192.168.9.31", mac: "02:00:00:00:09:31" }),
        sent({ ...PEER, ip: "192.168.2.31" }, HOST, { vlan: 20 }),
        sent({ ...PEER, ip: "192.168.2.31" }, router, { vlan: 40, ports: [50_001, 80] }),
      ],
      { by: "vlan" },
    );
    expect(amountsOf(told)).toEqual([
      ["VLAN 20 and 40", 2, 2 * TAGGED, 3 * TAGGED],
      ["VLAN 20", 2, 2 * TAGGED, TAGGED],
      ["VLAN 30", 2, TAGGED, TAGGED],
      ["untagged", 2, SIZE, SIZE],
    ]);
  });
});

describe("traffic by network", () => {
  it("adds up to each decoded byte once, including the outside, as for devices", async () => {
    const end = fc.record({
      ip: fc.constantFrom("10.0.0.1", "10.0.1.2", "192.168.9.9", "17.1.1.1", "224.0.0.9"),
      mac: fc.constantFrom("d8:30:62:00:00:01", "00:e0:4c:00:00:02", "02:00:00:00:00:03"),
    });
    const packets = fc.array(fc.tuple(end, end, fc.constantFrom(10, 20), fc.constantFrom(64, 63)), {
      maxLength: 30,
    });
    const choice = fc.constantFrom<NetworkChoice>(SUBNETS, { ...SUBNETS, ipv4: 16 }, { by: "vlan" });
    await fc.assert(
      fc.asyncProperty(packets, choice, async (some, by) => {
        const records = some.map(([from, to, vlan, hops], at) => sent(from, to, { vlan, hops, at }));
        const { networks, outside, otherDevices, summary } = await tellApart(records, by);
        const ends: Pick<NetworkSummary, "sent" | "received">[] = [...(networks ?? []), outside];
        if (otherDevices !== null) ends.push(otherDevices);
        for (const key of ["sent", "received"] as const) {
          expect(ends.reduce((sum, one) => sum + one[key], 0)).toBe(summary.bytes.decoded);
        }
      }),
    );
  });
});
