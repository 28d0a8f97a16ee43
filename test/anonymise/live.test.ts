import { describe, expect, it } from "vitest";
import { loadPseudonyms } from "../../src/anonymise/load-pseudonyms.ts";
import type { IntervalReport } from "../../src/engine/interval-report.ts";
import { monitor } from "../../src/engine/monitor.ts";
import type { LiveView } from "../../src/engine/monitor-options.ts";
import type { LiveFlow, LiveFlows } from "../../src/reports/flows/live-flows.ts";
import { runCli } from "../cli/run-cli.ts";
import { appleList, appleRules } from "../support/analyze.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { officeInterface } from "../support/office-traffic.ts";

const pseudonyms = loadPseudonyms("0f".repeat(32));

/** Reports, live flows and summary of monitoring the office morning on the interface "anna0". */
async function monitorOffice(isHidden: boolean) {
  const source = await officeInterface({ name: "anna0" });
  const clock = new ManualClock();
  const ending = new AbortController();
  const reports: IntervalReport[] = [];
  let view: LiveView | null = null;
  const running = monitor([source], {
    services: appleList,
    rules: appleRules,
    idleTimeoutSeconds: 0,
    clock,
    signal: ending.signal,
    ...(isHidden && { pseudonyms }),
    watchesReach: true,
    tellsDevices: true,
    flowQuery: () => ({ order: "originator", limit: 50 }),
    onInterval: (report, one) => {
      reports.push(report);
      view = one;
    },
  });
  source.release();
  await clock.advance(1500);
  const product = { name: "FaceTime", claim: "possible" } as const;
  const live = await (view as LiveView | null)?.flows({ product, limit: 100 });
  const device = live?.flows.find(({ originatorDevice }) => originatorDevice !== null);
  const ofDevice = await (view as LiveView | null)?.flows({
    device: device?.originatorDevice ?? "",
    limit: 100,
  });
  const search = live?.flows[0].originator.address ?? "";
  const found = await (view as LiveView | null)?.flows({ search, limit: 100 });
  const why = await (view as LiveView | null)?.explain(live?.flows[0] as LiveFlow);
  const reach = await (view as LiveView | null)?.reach();
  ending.abort();
  return { reports, live: live as LiveFlows, ofDevice, found, why, reach, summary: await running };
}

describe("anonymised live monitoring", () => {
  it("reports no real address or interface name, and the same products", async () => {
    const plain = await monitorOffice(false);
    const hidden = await monitorOffice(true);
    const addresses = plain.live.flows.flatMap(({ originator, responder }) => [
      originator.address,
      responder.address,
    ]);
    expect(new Set(addresses).size).toBeGreaterThan(2);
    // `rates` contains only data from the rest of the report, and would serialize as an empty object.
    const textOf = (told: typeof plain) => JSON.stringify(told);
    for (const secret of [...addresses, "anna0"]) {
      expect(textOf(plain)).toContain(`"${secret}"`);
      expect(textOf(hidden)).not.toContain(`"${secret}"`);
    }
    expect(hidden.summary.products).toEqual(plain.summary.products);
    expect(hidden.live.count).toBe(plain.live.count);
    // Devices, addresses and flows are looked up by their reported names.
    expect(hidden.ofDevice?.count).toBeGreaterThan(0);
    expect(hidden.found?.count).toBeGreaterThan(0);
    expect(hidden.why?.flow.communityId).toBe(hidden.live.flows[0].communityId);
    expect(hidden.reports[0].traffic.devices.map(({ id }) => id).sort()).toEqual(
      hidden.reports[0].summary.devices.map(({ id }) => id).sort(),
    );
    expect(hidden.live.flows[0].originator.address).toBe(
      pseudonyms.address(plain.live.flows[0].originator.address),
    );
    expect(hidden.reach?.rows).toEqual(plain.reach?.rows);
    expect(hidden.reach?.targets.length).toBe(plain.reach?.targets.length);
    expect(hidden.reports.map(({ interfaces }) => interfaces[0].name)).toEqual(
      hidden.reports.map(() => pseudonyms.interfaceName("anna0")),
    );
  });

  it("refuses --save, which would write packets unchanged", async () => {
    const { status, stderr } = await runCli(["live", "lo", "--save", "x.pcapng", "--anonymise"]);
    expect(status).toBe(1);
    expect(stderr).toBe(
      "appleflow: --save cannot be combined with --anonymise: it saves packets unchanged\n",
    );
  });
});
