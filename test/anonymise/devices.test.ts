/** Devices with `--anonymise`: makers and models are kept, everything that identifies people is hidden. */
import { describe, expect, it } from "vitest";
import { anonymiseDevices, anonymiseNetworks } from "../../src/anonymise/anonymous-devices.ts";
import { loadPseudonyms } from "../../src/anonymise/load-pseudonyms.ts";
import type { DeviceSummary } from "../../src/reports/devices/device-report.ts";

const pseudonyms = loadPseudonyms("0f".repeat(32));
const DEVICE: DeviceSummary = {
  id: "0123456789abcdef",
  name: "Annas MacBook.local",
  maker: "Apple",
  model: "MacBookPro16,1",
  isApple: true,
  isGateway: false,
  signs: [
    "host-name: Annas-MacBook (Apple)",
    "model: MacBookPro16,1 (Apple)",
    "user-agent: AppleCoreMedia/1.0 (Macintosh; Anna; U) more (Apple)",
  ],
  addresses: ["192.168.1.17", "2001:db8:1::17"],
  macs: ["d8:30:62:01:02:03", "02:aa:bb:cc:dd:ee"],
  vlans: [20],
  groups: [{ id: "feed", sent: 1, received: 2, flows: 1 }],
  sent: 1,
  received: 2,
};

describe("an anonymous device", () => {
  const [hidden] = anonymiseDevices([DEVICE], pseudonyms);

  it("keeps maker, model, VLANs and amounts", () => {
    const { maker, model, isApple, isGateway, vlans, groups, sent, received } = DEVICE;
    expect(hidden).toMatchObject({ maker, model, isApple, isGateway, vlans, groups, sent, received });
  });

  it("replaces names, ids and addresses, and keeps no word of a name", () => {
    expect(JSON.stringify(hidden)).not.toMatch(/anna|0123456789abcdef|192\.168\.1\.17|:17"|01:02:03|bb:cc/i);
    expect(hidden.signs).toEqual([
      "host-name: (hidden) (Apple)",
      "model: MacBookPro16,1 (Apple)",
      "user-agent: AppleCoreMedia/1.0 (Apple)",
    ]);
  });

  it("keeps the three bytes of the maker in a registered hardware address, and only the first byte of a locally administered one", () => {
    expect(hidden.macs[0]).toMatch(/^d8:30:62:/);
    expect(hidden.macs[1]).toMatch(/^02:(?!aa)/);
  });
});

describe("anonymised networks", () => {
  it("contain the pseudonyms of the addresses; VLANs keep their numbers", () => {
    const ends = { devices: 1, groups: [], sent: 3, received: 0 };
    const all = ["192.168.1.0/24", "10.32.0.0/11", "2001:db8:1::/48", "VLAN 20", "untagged"].map(
      (network) => ({
        network,
        ...ends,
      }),
    );
    const names = anonymiseNetworks(all, pseudonyms).map(({ network }) => network);
    expect(names).toContain("VLAN 20");
    expect(names).toContain("untagged");
    const third = pseudonyms.address("192.168.1.17").split(".").slice(0, 3).join(".");
    expect(names).toContain(`${third}.0/24`);
    expect(names.filter((name) => /^10\.\d+\.0\.0\/11$/.test(name))).toHaveLength(1);
    expect(names.filter((name) => /^[0-9a-f:]+::\/48$/.test(name))).toHaveLength(1);
    expect(names).not.toContain("2001:db8:1::/48");
  });
});
