/** The table of devices broke addresses of IPv6 in the middle: those of `--anonymise` are as long as they can be. */
import { describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import { renderDevices } from "../../src/render/render-devices.ts";

const LONG = ["3fc0:f1bf:dfa0:1000:1fc:3317:87c1:ceb0", "fd6b:3fc3:e1f8:63e6:e5f4:80e7:9a03:7f7e"];

const summary = await summarize(["fixtures/lab/apple-push.pcap"], { maxFlows: 2000 });

describe.each([100, 80, 72, 60, 48])("at %i columns", (width) => {
  it.each([
    ["a device's only address", [LONG[0]]],
    ["one of several", ["192.168.20.34", ...LONG]],
  ])("an address stays whole: %s", async (_, addresses) => {
    const devices = summary.devices.map((device) => ({ ...device, name: null, addresses }));
    const style = { width, colors: false, ascii: false };
    const text = await renderDevices({ ...summary, devices }, "device", null, style);
    const lines = text.split("\n");
    const shown = addresses.filter((address) => lines.some((line) => line.includes(address)));
    expect(shown).toContain(addresses.find((address) => LONG.includes(address)));
    for (const line of lines) {
      expect(line.length, line).toBeLessThanOrEqual(width);
      // What is left of a broken address.
      expect(line).not.toMatch(/:$|(^|\s)[0-9a-f:]*:[0-9a-f]{1,4}:[0-9a-f]{0,4}$(?<!7f7e|ceb0)/);
    }
  });
});
