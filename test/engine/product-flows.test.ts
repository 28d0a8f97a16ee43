import { describe, expect, it } from "vitest";
import { namedInterface, officeInterface } from "../support/office-traffic.ts";
import { RunningMonitor } from "../support/running-monitor.ts";

describe("LiveView.productFlows", () => {
  it("looks through the live flows that could be a product's", async () => {
    const source = await officeInterface();
    const running = new RunningMonitor([source]);
    source.release();
    await running.clock.advance(1000);
    const { products } = running.reports[0].summary;
    const airPlay = products.find(({ product }) => product === "AirPlay");
    const found = await running.view?.productFlows("AirPlay", "possible", 5);
    expect(found?.count).toBe(airPlay?.possible.flows);
    const bytes = found?.flows.map((flow) => flow.bytes.originator + flow.bytes.responder) ?? [];
    expect(bytes).toHaveLength(5);
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    expect(found?.flows.every(({ candidates }) => candidates.includes("AirPlay"))).toBe(true);
    const all = await running.view?.productFlows("AirPlay", "possible", 1000);
    const sum = (all?.devices ?? []).reduce((total, device) => total + device.bytes, 0);
    expect(sum).toBe(airPlay?.possible.bytes);
    expect(all?.deviceCount).toBe(all?.devices.length);
    const none = { count: 0, flows: [], devices: [] };
    expect(await running.view?.productFlows("AirPlay", "named", 5)).toMatchObject(none);
    expect(await running.view?.productFlows("Nothing", "possible", 5)).toMatchObject(none);
    await running.end();
  });

  it("looks through the live flows that evidence names a product for, and no others", async () => {
    const source = await namedInterface();
    const running = new RunningMonitor([source]);
    source.release();
    await running.clock.advance(1000);
    const { products } = running.reports[0].summary;
    const iCloud = products.find(({ product }) => product === "iCloud");
    expect(iCloud?.possible.flows).toBeGreaterThan(0);
    const found = await running.view?.productFlows("iCloud", "named", 5);
    expect(found?.flows.map(({ serverName }) => serverName)).toEqual(["gateway.icloud.com"]);
    expect(found?.flows[0].products).toContain("iCloud");
    const named = (iCloud?.identified.bytes ?? 0) + (iCloud?.oneOf.bytes ?? 0);
    expect(found?.devices.map(({ bytes }) => bytes)).toEqual([named]);
    await running.end();
  });

  it("joins the addresses of one device", async () => {
    const source = await officeInterface();
    const running = new RunningMonitor([source]);
    source.release();
    await running.clock.advance(1000);
    const found = await running.view?.productFlows("iCloud", "possible", 100);
    const ends = new Set(found?.flows.map(({ originator }) => originator.address));
    expect(ends).toContain("192.168.20.51");
    expect(ends).toContain("2001:db8:20::51");
    expect(found?.deviceCount).toBeLessThan(ends.size);
    expect(found?.devices.filter(({ address }) => address.endsWith("51"))).toMatchObject([
      { address: "192.168.20.51", flows: 2 },
    ]);
    await running.end();
  });
});

describe("LiveView.devices", () => {
  it("is the summary with the devices of everything so far, before the end and at it", async () => {
    const source = await officeInterface();
    const running = new RunningMonitor([source]);
    source.release();
    await running.clock.advance(1000);
    expect(running.reports[0].summary.devices).toEqual([]);
    const told = await running.view?.devices();
    expect(told?.devices.length).toBe(16);
    const last = await running.end();
    expect(told?.devices).toEqual(last.devices);
    expect(told?.groups).toEqual(last.groups);
  });
});
