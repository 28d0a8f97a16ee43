/** Flow totals of products and families, and groups (docs/contract.md, "Totals"). */
import { describe, expect, it } from "vitest";
import type { Summary } from "../../../src/reports/traffic/summary.ts";
import { analyzeTraffic } from "../../support/analyze.ts";
import { expectConserved } from "../../support/conservation.ts";
import type { TrafficRecord } from "../../support/traffic.ts";
import { tcp, udp } from "../../support/traffic-makers.ts";

const SECOND = 1_000_000_000n;
const NONE = { flows: 0, packets: 0, bytes: 0 };

async function summaryOf(records: readonly TrafficRecord[]): Promise<Summary> {
  const { summary } = await analyzeTraffic(records);
  expectConserved(summary);
  return summary;
}

/** The record with a time in seconds since 1970. */
function moved(record: TrafficRecord, seconds: number): TrafficRecord {
  return { ...record, time: BigInt(seconds) * SECOND };
}

const vpn = udp("10.0.0.1:49200", "10.0.0.2:500");
const namesOf = ({ products }: Summary) => products.map(({ product }) => product);

describe("a flow known only by its port", () => {
  it("counts fully as possible for each candidate, and for no other product", async () => {
    const summary = await summaryOf([udp("10.0.0.1:49200", "10.0.0.2:16385")]);
    const whole = { flows: 1, packets: 1, bytes: 50 };
    expect(namesOf(summary)).toEqual(["FaceTime", "Game Center", "Messages"]);
    for (const { identified, oneOf, possible, possibleOnly } of summary.products) {
      expect({ identified, oneOf, possible, possibleOnly }).toEqual({
        identified: NONE,
        oneOf: NONE,
        possible: whole,
        possibleOnly: NONE,
      });
    }
    expect(summary.apple.couldBe).toMatchObject(whole);
    expect(summary.apple.identified.bytes).toBe(0);
  });

  it("counts as possible only for a single candidate", async () => {
    const summary = await summaryOf([tcp("10.0.0.1:49200", "10.0.0.2:60000", { flags: "S" })]);
    expect(summary.products).toMatchObject([
      {
        product: "Xsan Filesystem Access",
        possible: { bytes: 62 },
        possibleOnly: { bytes: 62 },
        byEvidence: {},
      },
    ]);
    expect(summary.classes.range.bytes).toBe(62);
  });

  it("excludes products that had closed when it began, whenever it ended", async () => {
    const end = Date.UTC(2019, 6, 2) / 1000;
    expect(namesOf(await summaryOf([moved(vpn, end - 864_000)]))).toContain("Back to My Mac");
    expect(namesOf(await summaryOf([moved(vpn, end)]))).not.toContain("Back to My Mac");
    const long = await summaryOf([moved(vpn, end - 86_500), moved(vpn, end - 86_390)]);
    expect(long.flows.total).toBe(1);
    expect(namesOf(long)).toContain("Back to My Mac");
  });

  it("includes closed products if it has no time", async () => {
    const summary = await summaryOf([{ ...vpn, time: null }]);
    expect(namesOf(summary)).toContain("Back to My Mac");
    expect(summary.products[0]).toMatchObject({ firstSeen: null, lastSeen: null });
  });

  it("counts as possible only for a family if all candidates belong to it", async () => {
    const summary = await summaryOf([tcp("10.0.0.1:49200", "10.0.0.2:5900", { flags: "S" })]);
    const whole = { flows: 1, packets: 1, bytes: 62 };
    expect(summary.families).toEqual([
      {
        family: "Remote management",
        identified: NONE,
        oneOf: NONE,
        possible: whole,
        possibleOnly: whole,
      },
    ]);
  });
});

describe("a flow to an address of Apple's", () => {
  it("is Apple's without a product", async () => {
    const summary = await summaryOf([
      tcp("10.0.0.1:49200", "17.0.0.1:5223", { flags: "S", at: 5 }),
      tcp("17.0.0.1:5223", "10.0.0.1:49200", { flags: "SA", at: 6, extraLength: 100 }),
      tcp("10.0.0.1:49201", "17.0.0.1:443", { flags: "S", at: 1 }),
      udp("10.0.0.1:49202", "17.0.0.1:50000"),
    ]);
    expect(summary.products).toEqual([]);
    expect(summary.apple.unknownProduct.flows).toBe(3);
    const [push] = summary.groups;
    expect(push).toMatchObject({
      class: "apple",
      evidence: "address",
      service: { transport: "tcp", ports: "5223", name: null },
      ports: ["tcp/5223"],
      bytesFromOriginator: 62,
      bytesFromResponder: 162,
      firstSeen: "2023-11-14T22:13:25.000000000Z",
      lastSeen: "2023-11-14T22:13:26.000000000Z",
    });
  });
});

describe("a traffic group", () => {
  it("has the same id in every capture", async () => {
    const one = await summaryOf([udp("10.0.0.1:49200", "10.0.0.2:16385")]);
    const other = await summaryOf([
      udp("10.0.0.7:49300", "10.0.0.9:16386", { extraLength: 77 }),
      tcp("10.0.0.1:49200", "10.0.0.2:5900", { flags: "S" }),
    ]);
    expect(other.groups.map(({ id }) => id)).toContain(one.groups[0].id);
    expect(one.groups[0].id).toMatch(/^[0-9a-f]{16}$/);
  });

  it("is the same whether the port has no row or the service side is unknown", async () => {
    const { groups } = await summaryOf([
      udp("10.0.0.1:49200", "17.0.0.1:5735"),
      udp("10.0.0.1:50001", "17.0.0.1:50002"),
    ]);
    expect(groups).toMatchObject([{ class: "apple", flows: 2, ports: ["udp/5735"] }]);
  });

  it("is distinguished by its reason if it has no product", async () => {
    const summary = await summaryOf([
      tcp("10.0.0.1:20", "10.0.0.2:49200", { flags: "S" }),
      udp("10.0.0.1:49200", "10.0.0.2:443"),
      udp("10.0.0.1:49201", "10.0.0.2:443"),
    ]);
    expect(summary.groups.map(({ class: flowClass, reason, flows }) => [flowClass, reason, flows])).toEqual([
      ["unlisted", "port-not-listed", 2],
      ["unlisted", "no-product-listed", 1],
    ]);
    expect(
      summary.ports.map(({ port, listed, service, classes }) => [port, listed, service, classes]),
    ).toEqual([
      [443, false, null, ["unlisted"]],
      [20, true, "ftp-data", ["unlisted"]],
    ]);
  });
});
