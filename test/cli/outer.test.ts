/** `--outer`: packets count by their outermost header, and the report lists the tunnels that were not entered. */
import { describe, expect, it } from "vitest";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { runCli } from "./run-cli.ts";

const fixture = (name: string) => new URL(`../../fixtures/${name}.pcap`, import.meta.url).pathname;

async function summaryOf(...args: string[]): Promise<Summary> {
  const { stdout, status } = await runCli(["summarize", ...args, "--format", "json"]);
  expect(status).toBe(0);
  return JSON.parse(stdout) as Summary;
}

async function endsOf(...args: string[]): Promise<string[]> {
  const { stdout } = await runCli(["flows", ...args]);
  const flows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as FlowReport);
  return [
    ...new Set(flows.map(({ originator, responder }) => `${originator.address} ${responder.address}`)),
  ].sort();
}

describe("--outer", () => {
  it("counts flows between the ends of a UDP tunnel; without it, the inner flows", async () => {
    const vxlan = fixture("tunnel-vxlan");
    expect(await endsOf(vxlan)).toEqual(["192.0.2.10 17.57.144.20", "2001:db8::10 2001:db8::20"]);
    expect(await endsOf(vxlan, "--outer")).toEqual([
      "2001:db8:ffff::1 2001:db8:ffff::2",
      "203.0.113.1 203.0.113.2",
    ]);
    const inside = await summaryOf(vxlan);
    const outside = await summaryOf(vxlan, "--outer");
    const { packets } = inside.capture;
    const all = { vxlan: (packets * 4) / 5, "vxlan-gpe": packets / 5 };
    expect(inside.capture.tunnels).toEqual({
      vxlan: { inside: all.vxlan, outside: 0 },
      "vxlan-gpe": { inside: all["vxlan-gpe"], outside: 0 },
    });
    expect(outside.capture.tunnels).toEqual({
      vxlan: { inside: 0, outside: all.vxlan },
      "vxlan-gpe": { inside: 0, outside: all["vxlan-gpe"] },
    });
    expect(outside.packets).toEqual(inside.packets);
  });

  it("counts tunnels directly over IP as IP without ports", async () => {
    const { capture, packets, weirds } = await summaryOf(fixture("tunnel-ip-in-ip"), "--outer");
    expect(packets.otherIp).toBe(capture.packets);
    expect(weirds).toEqual({ tunnel_not_entered: capture.packets });
    expect(capture.tunnels).toEqual({ "ip-in-ip": { inside: 0, outside: capture.packets } });
  });

  it("changes nothing if there is no tunnel", async () => {
    const vlan = fixture("tunnel-vlan");
    const { options, ...outer } = await summaryOf(vlan, "--outer");
    expect(options.outer).toBe(true);
    expect(await summaryOf(vlan)).toMatchObject(outer);
  });

  it("makes filters match the outer headers", async () => {
    const vxlan = fixture("tunnel-vxlan");
    const of = async (...args: string[]) => {
      const { packets } = (await summaryOf(vxlan, "--filter", "host 203.0.113.1", ...args)).capture;
      return packets;
    };
    expect(await of()).toBe(0);
    expect(await of("--outer")).toBeGreaterThan(0);
  });

  it("shows in the table which tunnels were entered and which were not", async () => {
    const table = async (...args: string[]) => (await runCli(["summarize", ...args])).stdout;
    expect(await table(fixture("tunnel-geneve"))).toMatch(/^Decapsulated: geneve \d+ packets$/m);
    expect(await table(fixture("tunnel-geneve"), "--outer")).toMatch(
      /^Not decapsulated: geneve \d+ packets$/m,
    );
    expect(await table(fixture("tunnel-outside"))).toMatch(
      /^Not decapsulated: l2tpv2 1 packet, vxlan 1 packet, geneve 1 packet, gtp-u 1\s+packet$/m,
    );
  });
});
