/** What a product gets of flows that may be its own (docs/contract.md, "Totals"). */
import { describe, expect, it } from "vitest";
import type { Summary } from "../../../src/reports/traffic/summary.ts";
import { analyzeTraffic } from "../../support/analyze.ts";
import { expectConserved } from "../../support/conservation.ts";
import type { TrafficRecord } from "../../support/traffic.ts";
import { tcp, udp } from "../../support/traffic-makers.ts";

const SECOND = 1_000_000_000n;

async function summaryOf(records: readonly TrafficRecord[]): Promise<Summary> {
  const { summary } = await analyzeTraffic(records);
  expectConserved(summary);
  return summary;
}

function sharesOf({ products }: Summary, what: "bytes" | "packets") {
  return Object.fromEntries(products.map((product) => [product.product, product[what].estimate]));
}

/** The record at a moment in seconds since 1970. */
function moved(record: TrafficRecord, seconds: number): TrafficRecord {
  return { ...record, time: BigInt(seconds) * SECOND };
}

const vpn = udp("10.0.0.1:49200", "10.0.0.2:500");

describe("a flow with several candidates", () => {
  it("is shared equally, down to thousandths", async () => {
    const summary = await summaryOf([udp("10.0.0.1:49200", "10.0.0.2:16385")]);
    expect(sharesOf(summary, "packets")).toEqual({ FaceTime: 0.333, "Game Center": 0.333, Messages: 0.333 });
    expect(sharesOf(summary, "bytes")).toEqual({
      FaceTime: 16.667,
      "Game Center": 16.667,
      Messages: 16.667,
    });
    for (const { flows, packets } of summary.products) {
      expect(flows).toEqual({ sole: 0, possible: 1 });
      expect(packets).toMatchObject({ sole: 0, possible: 1 });
    }
  });

  it("is shared by those that had not ended when it began", async () => {
    const before = await summaryOf([moved(vpn, Date.UTC(2019, 5, 30, 23, 59, 59) / 1000)]);
    expect(sharesOf(before, "packets")).toMatchObject({ "Back to My Mac": 0.333, "Wi-Fi Calling": 0.333 });
    const after = await summaryOf([moved(vpn, Date.UTC(2019, 6, 1) / 1000)]);
    expect(sharesOf(after, "packets")).toMatchObject({ "Back to My Mac": 0, "Wi-Fi Calling": 0.5 });
    const now = await summaryOf([vpn]);
    expect(sharesOf(now, "packets")).toMatchObject({ "Back to My Mac": 0, "Wi-Fi Calling": 1 });
    const calling = now.products.find(({ product }) => product === "Wi-Fi Calling");
    // Still not its own for sure: the list names two others.
    expect(calling?.packets).toEqual({ sole: 0, estimate: 1, possible: 1 });
  });

  it("is shared by when it began, not by when it ended", async () => {
    const end = Date.UTC(2019, 6, 1) / 1000;
    const summary = await summaryOf([moved(vpn, end - 10), moved(vpn, end + 10)]);
    expect(summary.flows.total).toBe(1);
    expect(sharesOf(summary, "packets")).toMatchObject({ "Back to My Mac": 0.667 });
  });

  it("is shared by all where it has no time", async () => {
    const summary = await summaryOf([{ ...vpn, time: null }]);
    expect(sharesOf(summary, "packets")).toMatchObject({ "Back to My Mac": 0.333 });
    expect(summary.products[0]).toMatchObject({ firstSeen: null, lastSeen: null });
  });

  it("is its family's own where all of them are of one family", async () => {
    const summary = await summaryOf([tcp("10.0.0.1:49200", "10.0.0.2:5900", { flags: "S" })]);
    expect(sharesOf(summary, "packets")).toEqual({ "Apple Remote Desktop": 0.5, "Screen Sharing": 0.5 });
    expect(summary.families).toEqual([
      {
        family: "Remote management",
        flows: { sole: 1, possible: 1 },
        packets: { sole: 1, estimate: 1, possible: 1 },
        bytes: { sole: 62, estimate: 62, possible: 62 },
      },
    ]);
  });

  it("gives a family the shares of its members that had not ended", async () => {
    const summary = await summaryOf([vpn]);
    const shares = summary.families.map(({ family, packets }) => [family, packets]);
    expect(shares).toEqual([
      ["Messages and FaceTime", { sole: 0, estimate: 1, possible: 1 }],
      ["iCloud", { sole: 0, estimate: 0, possible: 1 }],
      ["macOS Server", { sole: 0, estimate: 0, possible: 1 }],
    ]);
  });
});

describe("a product", () => {
  it("has bytes of both directions, its ports in order, and the times of its flows", async () => {
    const summary = await summaryOf([
      tcp("10.0.0.1:49200", "17.0.0.1:5223", { flags: "S", at: 5 }),
      tcp("17.0.0.1:5223", "10.0.0.1:49200", { flags: "SA", at: 6, extraLength: 100 }),
      tcp("10.0.0.1:49201", "17.0.0.1:443", { flags: "S", at: 1 }),
      tcp("10.0.0.1:49202", "17.0.0.1:80", { flags: "S", at: 9.5 }),
    ]);
    const cloud = summary.products.find(({ product }) => product === "iCloud");
    expect(cloud).toMatchObject({
      flows: { sole: 0, possible: 3 },
      bytesFromOriginator: 3 * 62,
      bytesFromResponder: 162,
      firstSeen: "2023-11-14T22:13:21.000000000Z",
      lastSeen: "2023-11-14T22:13:29.500000000Z",
      ports: ["tcp/80", "tcp/443", "tcp/5223"],
    });
    // On 80 and 443 Apple's address takes the generic candidates away; 5223 has none.
    expect(cloud?.bytesByEvidence).toMatchObject({ port: 224, address: 124, "port-range": 0, process: 0 });
  });

  it("says by what evidence it became a candidate", async () => {
    const summary = await summaryOf([tcp("10.0.0.1:49200", "10.0.0.2:60000", { flags: "S" })]);
    expect(summary.products).toHaveLength(1);
    expect(summary.products[0]).toMatchObject({
      product: "Xsan Filesystem Access",
      bytesByEvidence: { "port-range": 62, port: 0 },
      flows: { sole: 0, possible: 1 },
      bytes: { sole: 0, estimate: 0, possible: 62 },
    });
  });

  it("keeps its order by estimate, then name, and thirds of many flows within rounding", async () => {
    const records = Array.from({ length: 1000 }, (_, i) =>
      udp(`10.1.${i >> 8}.${i & 255}:49200`, "10.0.0.2:16385", { extraLength: i % 7 }),
    );
    const summary = await summaryOf(records);
    expect(summary.products.map(({ product }) => product)).toEqual(["FaceTime", "Game Center", "Messages"]);
    const third = summary.capture.bytes / 3;
    for (const { bytes } of summary.products) expect(bytes.estimate).toBeCloseTo(third, 2);
  });
});

describe("what is given to no product", () => {
  it("is told by reason", async () => {
    const summary = await summaryOf([
      tcp("10.0.0.1:20", "10.0.0.2:49200", { flags: "S" }),
      udp("10.0.0.1:49200", "10.0.0.2:443"),
      udp("10.0.0.1:49201", "10.0.0.2:443"),
    ]);
    const { byReason, ...all } = summary.unattributed;
    expect(all).toMatchObject({ flows: 3, packets: 3 });
    expect(byReason).toMatchObject({
      "no-product-listed": { flows: 1 },
      "port-not-listed": { flows: 2 },
      "not-apple": { flows: 0, packets: 0, bytes: 0 },
    });
    expect(summary.ports.map(({ port, listed, service }) => [port, listed, service])).toEqual([
      [443, false, null],
      [20, true, "ftp-data"],
    ]);
  });
});
