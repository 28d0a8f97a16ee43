/** Totals of flows by service port: their period, order, and first and last times. */
import { describe, expect, it } from "vitest";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { analyzeCaptures } from "../support/analyze.ts";
import type { TrafficRecord } from "../support/traffic.ts";
import { BEGINNING, tcp, udp } from "../support/traffic-makers.ts";

/** Only the Feedback service has port 2196; its servers closed on 2021-03-31 (data/products.tsv). */
const CLOSED = "198.51.100.1:2196";
const CLOSING = Date.UTC(2021, 3, 1) / 1000 - Number(BEGINNING / 1_000_000_000n);
/** Seconds before the beginning of test captures. */
const EARLY = CLOSING - 100;

/** The summary of captures, by ports alone. */
async function summaryOf(
  captures: readonly (readonly TrafficRecord[])[],
  idleTimeoutSeconds = 0,
): Promise<Summary> {
  const options = { rules: null, domainOf: null, idleTimeoutSeconds };
  return (await analyzeCaptures(captures, options)).summary;
}

/** The same with the closing dates of products. */
async function datedSummaryOf(captures: readonly (readonly TrafficRecord[])[]): Promise<Summary> {
  return (await analyzeCaptures(captures, { domainOf: null, idleTimeoutSeconds: 0 })).summary;
}

const possibleOf = ({ products }: Summary, name: string) =>
  products.find(({ product }) => product === name)?.possible.flows ?? 0;

describe("totals by service port", () => {
  const early = [tcp("10.0.0.1:50000", CLOSED, { at: EARLY, flags: "S" })];
  const late = [tcp("10.0.0.1:50001", CLOSED, { at: 0, flags: "S" })];

  it("count a flow for the products of its time, whichever capture comes first", async () => {
    for (const captures of [[early, late], [late, early], [[...late, ...early]]]) {
      const summary = await datedSummaryOf(captures);
      expect(summary.flows.total).toBe(2);
      expect(possibleOf(summary, "Feedback service")).toBe(1);
      expect(summary.groups.map(({ flows, reason }) => ({ flows, reason }))).toContainEqual({
        flows: 1,
        reason: "product-ended",
      });
    }
  });

  it("exclude a product from the moment its servers closed", async () => {
    const before = tcp("10.0.0.1:50000", CLOSED, { at: CLOSING - 1, flags: "S" });
    const after = tcp("10.0.0.1:50001", CLOSED, { at: CLOSING, flags: "S" });
    expect(possibleOf(await datedSummaryOf([[before]]), "Feedback service")).toBe(1);
    expect(possibleOf(await datedSummaryOf([[after]]), "Feedback service")).toBe(0);
  });

  it("still include a closed product if only the list is applied", async () => {
    expect(possibleOf(await summaryOf([late]), "Feedback service")).toBe(1);
  });

  it("count flows that ended before the capture did once", async () => {
    const clients = Array.from({ length: 256 }, (_, i) => udp(`10.0.0.${i}:50000`, "17.0.0.1:53", { at: 0 }));
    const later = Array.from({ length: 256 }, (_, i) =>
      udp("10.0.1.1:50000", "17.0.0.1:53", { at: 200 + i }),
    );
    expect((await summaryOf([[...clients, ...later]], 60)).flows.total).toBe(257);
  });

  it("include flows that ended earlier and flows without a time", async () => {
    const client = "10.0.0.1:50000";
    const capture = [
      udp(client, "17.0.0.1:53", { at: 0 }),
      udp(client, "17.0.0.1:53", { at: 100 }),
      udp("[2001:db8::1]:50000", "[2001:db8::2]:53", { at: 90, extraLength: 7 }),
      udp("[2001:db8::2]:53", "[2001:db8::1]:50000", { at: 91.5 }),
      tcp("10.0.0.2:50000", "17.0.0.1:53", { at: null }),
    ];
    const summary = await summaryOf([capture, early], 60);
    expect(summary.flows).toMatchObject({ total: 5, tcp: 2, udp: 3 });
    expect(summary.capture.packets).toBe(6);
  });

  it("are ordered by bytes, then transport, then port", async () => {
    // The TCP header is twelve bytes longer.
    const { ports } = await summaryOf([
      [
        udp("10.0.0.1:50000", "17.0.0.1:53", { extraLength: 12 }),
        tcp("10.0.0.1:50000", "17.0.0.1:5223"),
        tcp("10.0.0.1:50000", "17.0.0.1:443"),
        udp("10.0.0.1:50000", "17.0.0.1:500", { extraLength: 13 }),
      ],
    ]);
    const order = ["udp/500", "tcp/443", "tcp/5223", "udp/53"];
    expect(ports.map(({ transport, port }) => `${transport}/${port}`)).toEqual(order);
    expect(new Set(ports.map(({ bytes }) => bytes)).size).toBe(2);
  });

  it("keep times to the nanosecond, in whatever order packets come", async () => {
    const at = [10.000000002, 10.000000001, 11.5, 11.000000009].map((seconds, i) =>
      tcp(`10.0.0.${i}:50000`, "17.0.0.1:5223", { at: seconds, flags: "S" }),
    );
    const [{ firstSeen, lastSeen }] = (await summaryOf([at])).products;
    expect(firstSeen).toBe("2023-11-14T22:13:30.000000001Z");
    expect(lastSeen).toBe("2023-11-14T22:13:31.500000000Z");
  });
});
