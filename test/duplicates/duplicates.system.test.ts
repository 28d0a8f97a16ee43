/** Packets that a real host captures several times are reported, and counted as on one interface. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { Crossroads, TARGETS, whyNoCrossroads, whyNoVlans } from "../support/crossroads.ts";

const reason = whyNoCrossroads();
if (reason !== null) console.log(`duplicates on real interfaces: skipped, ${reason}`);

/** The clients, with the bytes in each direction. */
async function connections(file: string, deduplicate: boolean) {
  const flows: FlowReport[] = [];
  const options = { filter: "tcp", deduplicate, onFlow: (flow: FlowReport) => flows.push(flow) };
  const { capture } = await summarize([file], options);
  const ends = flows.map(({ originator, packets }) => [
    originator.address,
    packets.originator,
    packets.responder,
  ]);
  return { ends, packets: capture.packets, duplicates: capture.duplicates };
}

describe.skipIf(reason !== null)("a packet that a host captures several times", () => {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-duplicates-"));
  // The user who reads packets on root's behalf writes there.
  chmodSync(folder, 0o777);
  let crossroads: Crossroads;

  beforeAll(async () => {
    crossroads = await Crossroads.make();
  }, 30_000);
  afterAll(async () => {
    await crossroads?.remove();
    rmSync(folder, { recursive: true });
  });

  const places: [string, string, string, number][] = [
    ["a bridge and its member", TARGETS.bridge, "br0", 0],
    ["both sides of a NAT", TARGETS.nat, "lan0", 1],
    ["a VXLAN device and its carrier", TARGETS.vxlan, "vx0", 0],
  ];
  const noVlans = whyNoVlans();
  if (noVlans === null) places.push(["a VLAN device and its trunk", TARGETS.vlan, "trunk0.10", 0]);
  else console.log(`duplicates on a VLAN trunk: skipped, ${noVlans}`);

  it.each(places)(
    "is counted on `any` as on one interface: %s",
    async (_name, target, device, natShare) => {
      const all = join(folder, `any-${device}.pcap`);
      const one = join(folder, `${device}.pcap`);
      const stops = [await crossroads.capture("any", all), await crossroads.capture(device, one)];
      await crossroads.talk(target);
      for (const stop of stops) await stop();
      const single = await connections(one, false);
      const told = await connections(all, false);
      const once = await connections(all, true);
      expect(single.packets).toBeGreaterThan(20);
      expect(once.ends).toEqual(single.ends);
      expect(once.packets).toBe(single.packets);
      expect(told.packets).toBe(2 * single.packets);
      expect(told.duplicates).toMatchObject({
        packets: single.packets,
        acrossNat: natShare * single.packets,
        leftOut: false,
      });
    },
    30_000,
  );

  it("is counted once when two interfaces are captured at the same time", async () => {
    const file = join(folder, "live.json");
    const one = join(folder, "one.pcap");
    const stop = await crossroads.capture("vx0", one);
    const options = ["--filter", "tcp", "--deduplicate", "--output", file];
    const live = [process.execPath, "dist/cli/main.cjs", "live", "lan0", "vx0", ...options];
    const [program, ...args] = crossroads.within(live);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    await crossroads.talk(TARGETS.vxlan);
    const ended = once(child, "close");
    child.stdout.once("data", () => child.kill("SIGINT"));
    child.stdout.resume();
    await ended;
    await stop();
    const { capture, flows } = JSON.parse(readFileSync(file, "utf8")) as Summary;
    const { packets } = await connections(one, false);
    expect(packets).toBeGreaterThan(20);
    expect(capture.packets).toBe(packets);
    expect(capture.duplicates).toMatchObject({ packets, leftOut: true });
    expect(flows.total).toBe(1);
  }, 30_000);
});
