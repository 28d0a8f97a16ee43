import { describe, expect, it } from "vitest";
import type { LiveFlow, LiveFlowQuery } from "../../src/reports/flows/live-flows.ts";
import { namedInterface, officeInterface } from "../support/office-traffic.ts";
import { RunningMonitor } from "../support/running-monitor.ts";

const bytesOf = ({ bytes }: LiveFlow) => bytes.originator + bytes.responder;

/** The office traffic, with named servers on request, after one interval. */
async function monitored(open = officeInterface, options = {}): Promise<RunningMonitor> {
  const source = await open();
  const running = new RunningMonitor([source], options);
  source.release();
  await running.clock.advance(1000);
  return running;
}

describe("LiveView.flows", () => {
  it("returns the live flows that may belong to a product, most bytes first", async () => {
    const running = await monitored();
    const { products } = running.reports[0].summary;
    const airPlay = products.find(({ product }) => product === "AirPlay");
    const product = { name: "AirPlay", claim: "possible" } as const;
    const found = await running.view?.flows({ product, limit: 5 });
    expect([found?.count, found?.bytes]).toEqual([airPlay?.possible.flows, airPlay?.possible.bytes]);
    const bytes = found?.flows.map(bytesOf) ?? [];
    expect(bytes).toHaveLength(5);
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    expect(found?.flows.every(({ candidates }) => candidates.includes("AirPlay"))).toBe(true);
    const none = { count: 0, bytes: 0, flows: [] };
    expect(await running.view?.flows({ product: { name: "AirPlay", claim: "named" }, limit: 5 })).toEqual(
      none,
    );
    await running.end();
  });

  it("returns the live flows that evidence names a product for, and no others", async () => {
    const running = await monitored(namedInterface);
    const found = await running.view?.flows({ product: { name: "iCloud", claim: "named" }, limit: 5 });
    expect(found?.flows.map(({ serverName }) => serverName)).toEqual(["gateway.icloud.com"]);
    expect(found?.flows[0].products).toContain("iCloud");
    await running.end();
  });

  it("returns those of a device, of groups and of classes, each as many as in the summary", async () => {
    const running = await monitored(officeInterface, { tellsDevices: true });
    const { summary } = running.reports[0];
    const [device] = summary.devices;
    const ofDevice = await running.view?.flows({ device: device.id, limit: 1000 });
    expect(ofDevice?.bytes).toBe(device.sent + device.received);
    expect(device.addresses.length).toBeGreaterThan(1);
    const [group] = summary.groups;
    const ofGroup = await running.view?.flows({ groups: new Set([group.id]), limit: 1 });
    expect([ofGroup?.count, ofGroup?.bytes]).toEqual([group.flows, group.bytes]);
    expect(ofGroup?.flows[0].group).toBe(group.id);
    const ofClass = await running.view?.flows({ classes: ["identified", "apple"], limit: 1 });
    expect(ofClass?.bytes).toBe(summary.classes.identified.bytes + summary.classes.apple.bytes);
    await running.end();
  });

  it.each<[NonNullable<LiveFlowQuery["order"]>, (flow: LiveFlow) => number | string]>([
    ["bytes", bytesOf],
    ["packets", ({ packets }) => packets.originator + packets.responder],
    ["last", ({ end }) => end ?? ""],
    ["begun", ({ start }) => start ?? ""],
    ["port", ({ servicePort }) => servicePort ?? -1],
  ])("sorts all of them by %s, in both directions", async (order, rank) => {
    const running = await monitored();
    const ranks = async (query: LiveFlowQuery) => (await running.view?.flows(query))?.flows.map(rank) ?? [];
    const all = await ranks({ order, limit: 1000 });
    const sorted = [...all].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
    expect(all).toEqual(sorted);
    expect(await ranks({ order, limit: 7 })).toEqual(sorted.slice(0, 7));
    expect(await ranks({ order, limit: 7, isReversed: true })).toEqual(sorted.reverse().slice(0, 7));
    await running.end();
  });

  it.each(["originator", "responder", "name", "product", "how"] as const)(
    "sorts by %s in ascending order",
    async (order) => {
      const running = await monitored(namedInterface);
      const textOf: Readonly<Record<typeof order, (flow: LiveFlow) => string>> = {
        originator: (flow) => flow.originator.address,
        responder: (flow) => flow.responder.address,
        name: ({ serverName, process }) => serverName ?? process ?? "",
        product: ({ products, candidates }) => products[0] ?? candidates[0] ?? "",
        how: (flow) => flow.evidence ?? flow.class,
      };
      const found = await running.view?.flows({ order, limit: 1000 });
      const texts = found?.flows.map(textOf[order]).filter((text) => text !== "") ?? [];
      expect(new Set(texts).size).toBeGreaterThan(2);
      expect(texts).toEqual([...texts].sort());
      await running.end();
    },
  );

  it("finds addresses, ports, server names and products", async () => {
    const running = await monitored(namedInterface);
    const found = async (search: string) => (await running.view?.flows({ search, limit: 1000 }))?.flows ?? [];
    const ends = ({ originator, responder }: LiveFlow) => [originator, responder];
    for (const flow of await found("192.168.20.6")) {
      expect(ends(flow).some(({ address }) => address.includes("192.168.20.6"))).toBe(true);
    }
    expect(await found("192.168.20.6")).not.toEqual([]);
    for (const flow of await found("5223")) expect(ends(flow).some(({ port }) => port === 5223)).toBe(true);
    expect(await found("5223")).not.toEqual([]);
    expect((await found("GATEWAY.icloud")).map(({ serverName }) => serverName)).toEqual([
      "gateway.icloud.com",
    ]);
    expect((await found("stocks")).length).toBeGreaterThan(0);
    expect(await found("nothing like that")).toEqual([]);
    await running.end();
  });
});

describe("LiveView.explain", () => {
  it("explains a live flow, and returns nothing for any other", async () => {
    const running = await monitored(namedInterface);
    const found = await running.view?.flows({ search: "gateway.icloud.com", limit: 1 });
    const flow = found?.flows[0] as LiveFlow;
    const told = await running.view?.explain(flow);
    expect(told?.flow.communityId).toBe(flow.communityId);
    const decided = told?.explanation.findings.find(({ effect }) => effect === "decided");
    expect(decided?.what).toContain("gateway.icloud.com");
    const other = { ...flow, originator: { ...flow.originator, port: 1 } };
    expect(await running.view?.explain(other)).toBeNull();
    await running.end();
  });
});

describe("an interval report", () => {
  it("contains the requested devices and live flows, all from one moment", async () => {
    const query: LiveFlowQuery = { order: "bytes", limit: 3 };
    const running = await monitored(officeInterface, { tellsDevices: true, flowQuery: () => query });
    const [{ summary, flows, liveFlows }] = running.reports;
    expect(summary.devices.length).toBe(16);
    expect(flows?.count).toBe(liveFlows);
    expect(flows?.flows).toHaveLength(3);
    const last = await running.end();
    expect(summary.devices).toEqual(last.devices);
    expect(summary.groups).toEqual(last.groups);
    expect(running.reports.at(-1)?.flows).toBeNull();
  });

  it("contains neither by default", async () => {
    const running = await monitored();
    expect(running.reports[0].summary.devices).toEqual([]);
    expect(running.reports[0].flows).toBeNull();
    await running.end();
  });
});
