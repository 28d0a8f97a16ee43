import { describe, expect, it } from "vitest";
import { renderSummary } from "../../src/render/render-summary.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { appleList, readWhole, testSession } from "../support/analyze.ts";
import { memorySource } from "../support/memory-source.ts";

/** The summary of one packet on each of these interfaces. */
async function textOf(...names: readonly string[]): Promise<string> {
  const traffic = new TrafficCollector(appleList);
  const session = testSession({}, [traffic]);
  const records = names.map((interfaceName, i) => ({
    bytes: packet().ethernet().ipv4().udp().build(),
    time: BigInt(i),
    interfaceName,
  }));
  await readWhole(session, memorySource(records));
  return (await renderSummary(session.report(traffic), { format: "table" })).replace(/\s+/g, " ");
}

describe("a VPN tunnel and its carrier", () => {
  it.each([
    [["en0", "utun3"], "utun3 is a tunnel: its packets are counted again in their carrier, on en0."],
    [
      ["utun3", "en0", "ipsec0", "pdp_ip0", "utun3"],
      "utun3, ipsec0 are tunnels: their packets are counted again in their carrier, on en0 or pdp_ip0.",
    ],
    [["wg0", "enp3s0"], "wg0 is a tunnel: its packets are counted again in their carrier, on enp3s0."],
  ])("are reported as the same traffic: %j", async (names, note) => {
    expect(await textOf(...names)).toContain(note);
  });

  it.each([
    [["utun3"]],
    [["en0", "en7"]],
    [["lo0", "utun3"]],
    [["en0", "utun\u001b[2J3"]],
    [["en\n0", "utun3"]],
  ])("are not both present: %j", async (names) => {
    expect(await textOf(...names)).not.toContain("tunnel");
  });
});
