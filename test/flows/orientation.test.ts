/** One test for each rule of docs/contract.md, "Which side is the service", and for each rule above the next. */
import { describe, expect, it } from "vitest";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { analyzeTraffic } from "../support/analyze.ts";
import type { TrafficRecord } from "../support/traffic.ts";
import { type RecordOptions, tcp, udp } from "../support/traffic-makers.ts";

const CLIENT = "10.0.0.1:49200";
const SERVER = "17.0.0.1:443";

async function onlyFlow(...records: readonly TrafficRecord[]): Promise<FlowReport> {
  const { flows } = await analyzeTraffic(records);
  expect(flows).toHaveLength(1);
  return flows[0];
}

/** Originator, service port, and the deciding rule. */
function decision({ originator, servicePort, orientation }: FlowReport) {
  return { from: `${originator.address}:${originator.port}`, servicePort, orientation };
}

const flags = (letters: string): RecordOptions => ({ flags: letters });

describe("the orientation of TCP with a handshake", () => {
  it("takes the receiver of the SYN as the service, whatever the ports", async () => {
    const flow = await onlyFlow(tcp("10.0.0.1:443", "10.0.0.2:60001", flags("S")));
    expect(decision(flow)).toEqual({ from: "10.0.0.1:443", servicePort: 60001, orientation: "syn" });
  });

  it("takes the sender of the SYN+ACK as the service if the SYN is missing", async () => {
    const flow = await onlyFlow(
      tcp("10.0.0.2:60001", "10.0.0.1:443", flags("SA")),
      tcp("10.0.0.1:443", "10.0.0.2:60001"),
    );
    expect(decision(flow)).toEqual({ from: "10.0.0.1:443", servicePort: 60001, orientation: "syn-ack" });
  });

  it("follows a SYN that comes after other packets", async () => {
    const flow = await onlyFlow(
      tcp("10.0.0.2:60001", "10.0.0.1:443", flags("SA")),
      tcp("10.0.0.2:60001", "10.0.0.1:443"),
      tcp("10.0.0.1:443", "10.0.0.2:60001", flags("S")),
    );
    expect(decision(flow)).toMatchObject({ from: "10.0.0.1:443", orientation: "syn" });
  });

  it("follows the first of two SYNs in a simultaneous open", async () => {
    const flow = await onlyFlow(
      tcp("10.0.0.2:9000", "10.0.0.1:443", flags("S")),
      tcp("10.0.0.1:443", "10.0.0.2:9000", flags("S")),
    );
    expect(decision(flow)).toMatchObject({ from: "10.0.0.2:9000", servicePort: 443 });
  });

  it.each(["S", "SA"])("recognises FTP's active data connection by port 20 (%s)", async (letters) => {
    const records =
      letters === "S" ? [tcp("10.0.0.9:20", CLIENT, flags("S"))] : [tcp(CLIENT, "10.0.0.9:20", flags("SA"))];
    expect(decision(await onlyFlow(...records))).toMatchObject({ from: "10.0.0.9:20", servicePort: 20 });
  });

  it("ignores a SYN with RST", async () => {
    const flow = await onlyFlow(tcp("10.0.0.1:443", "10.0.0.2:60001", flags("SR")));
    expect(decision(flow)).toMatchObject({ servicePort: 443, orientation: "list" });
  });
});

describe("the orientation of a flow without a handshake", () => {
  it("prefers a row of one port to a range, and a range to no row", async () => {
    // 5353 has its own row, 3478 to 3497 is a range, 60000 has only a wide row, 1024 none.
    const single = await onlyFlow(udp("10.0.0.1:5353", "10.0.0.2:3480"));
    expect(decision(single)).toMatchObject({ servicePort: 5353, orientation: "list" });
    const range = await onlyFlow(udp("10.0.0.1:3480", "10.0.0.2:1024"));
    expect(decision(range)).toMatchObject({ servicePort: 3480, orientation: "list" });
    const overWide = await onlyFlow(udp("10.0.0.1:60000", "10.0.0.2:3480"));
    expect(decision(overWide)).toMatchObject({ servicePort: 3480, orientation: "list" });
  });

  it("ignores wide ranges, and takes the lower port of two without a specific row", async () => {
    const flow = await onlyFlow(udp("10.0.0.1:60000", "10.0.0.2:1024"));
    expect(decision(flow)).toEqual({ from: "10.0.0.1:60000", servicePort: 1024, orientation: "lower-port" });
  });

  it("looks up ports for the transport of the flow", async () => {
    // 443 is listed for TCP only.
    const flow = await onlyFlow(udp(CLIENT, SERVER));
    expect(decision(flow)).toMatchObject({ servicePort: 443, orientation: "lower-port" });
    expect(decision(await onlyFlow(tcp(SERVER, CLIENT)))).toMatchObject({ orientation: "list" });
  });

  it.each([
    ["239.1.2.3", "10.0.0.1"],
    ["255.255.255.255", "10.0.0.1"],
    ["[ff02::1234]", "[fe80::1]"],
  ])("prefers the multicast group %s to the lower port", async (group, member) => {
    const flow = await onlyFlow(udp(`${member}:2000`, `${group}:3000`));
    expect(decision(flow)).toMatchObject({ servicePort: 3000, orientation: "multicast" });
  });

  it("prefers the destination of a broadcast frame", async () => {
    const flow = await onlyFlow(udp("10.0.0.1:2000", "10.0.0.255:3000", { isLinkBroadcast: true }));
    expect(decision(flow)).toMatchObject({ servicePort: 3000, orientation: "multicast" });
  });

  it("prefers the list to a multicast group", async () => {
    const flow = await onlyFlow(udp("10.0.0.1:5353", "239.1.2.3:3000"));
    expect(decision(flow)).toMatchObject({ servicePort: 5353, orientation: "list" });
  });

  it("takes the lower port, whoever sent first", async () => {
    const flow = await onlyFlow(tcp("10.0.0.1:2000", "10.0.0.2:3000"));
    expect(decision(flow)).toEqual({ from: "10.0.0.2:3000", servicePort: 2000, orientation: "lower-port" });
  });

  it("leaves the service unknown between two ephemeral ports", async () => {
    for (const flow of [
      await onlyFlow(udp("10.0.0.1:49152", "10.0.0.2:60000")),
      await onlyFlow(tcp("10.0.0.1:60000", "10.0.0.2:49152")),
    ]) {
      expect(flow).toMatchObject({ servicePort: null, orientation: "unknown", reason: "side-unknown" });
    }
    const below = await onlyFlow(udp("10.0.0.1:49151", "10.0.0.2:60000"));
    expect(decision(below)).toMatchObject({ servicePort: 49151, orientation: "lower-port" });
    const opened = await onlyFlow(tcp("10.0.0.1:60000", "10.0.0.2:49152", { flags: "S" }));
    expect(decision(opened)).toMatchObject({ servicePort: 49152, orientation: "syn" });
  });

  it("takes the receiver of the first packet if both ports are the same", async () => {
    for (const [first, second] of [
      ["10.0.0.1:2000", "10.0.0.2:2000"],
      ["10.0.0.2:2000", "10.0.0.1:2000"],
    ]) {
      const flow = await onlyFlow(udp(first, second), udp(second, first), udp(second, first));
      expect(decision(flow)).toEqual({ from: first, servicePort: 2000, orientation: "first-packet" });
      expect(flow.packets).toEqual({ originator: 1, responder: 2 });
    }
  });

  it("counts an endpoint that talks to itself once", async () => {
    const flow = await onlyFlow(udp("127.0.0.1:2000", "127.0.0.1:2000"));
    expect(flow.packets.originator + flow.packets.responder).toBe(1);
  });
});
