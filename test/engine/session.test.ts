/** What a session counts, excludes, and reports. */
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import { analyzeCaptures, analyzeTraffic, appleList, testSession } from "../support/analyze.ts";
import { conservationProblems, expectConserved } from "../support/conservation.ts";
import { BEGINNING, laterFragment, other, tcp, udp } from "../support/traffic-makers.ts";

const FIRST_SECOND = Number(BEGINNING / 1_000_000_000n);
const everyClass = [
  tcp("10.0.0.1:49200", "17.0.0.1:443", { flags: "S", at: 0 }),
  other("arp", { at: 1 }),
  other("icmp", { at: 2 }),
  other("bad_ipv4_header_length", { at: 3 }),
  other("cut_ipv4_header", { at: 4 }),
  other("unsupported_link_type", { at: 5 }),
  laterFragment("10.0.0.1", "10.0.0.2", 1, { at: 6 }),
];

describe("a session", () => {
  it("counts every record in exactly one class, under the name of what stopped decoding", async () => {
    const { summary } = await analyzeTraffic(everyClass);
    expectConserved(summary);
    expect(Object.values(summary.packets)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(summary.weirds).toEqual({
      arp: 1,
      bad_ipv4_header_length: 1,
      cut_ipv4_header: 1,
      fragment_without_first: 1,
      icmp: 1,
      unsupported_link_type: 1,
    });
    expect(summary.capture.sources[0].linkTypes).toEqual(["ETHERNET", "USER0"]);
  });

  it("gives an empty summary for an empty capture", async () => {
    const { summary, flows } = await analyzeTraffic([]);
    expectConserved(summary);
    expect(flows).toEqual([]);
    expect(summary).toMatchObject({ products: [], families: [], ports: [], hosts: [], weirds: {} });
    expect(summary.capture).toMatchObject({ packets: 0, start: null, end: null, durationSeconds: 0 });
  });
});

describe("a time window", () => {
  it("includes its start, excludes its end and packets without a time", async () => {
    const records = [0, 1, 1.5, 2, null].map((at) => udp("10.0.0.1:49200", "17.0.0.1:53", { at }));
    const from = { seconds: FIRST_SECOND + 1, nanoseconds: 0 };
    const to = { seconds: FIRST_SECOND + 2, nanoseconds: 0 };
    const count = async (window: object) => {
      const { summary } = await analyzeTraffic(records, window);
      expectConserved(summary);
      return summary.capture.packets;
    };
    expect(await count({ from, to })).toBe(2);
    expect(await count({ from })).toBe(3);
    expect(await count({ to })).toBe(3);
    expect(await count({ from: { ...from, nanoseconds: 1 } })).toBe(2);
    expect(await count({ to: { ...from, nanoseconds: 1 } })).toBe(2);
    expect(await count({ from: to, to: from })).toBe(0);
  });
});

describe("a filter", () => {
  it("excludes packets from every number", async () => {
    const { summary } = await analyzeTraffic(everyClass, { filter: "port 49200" });
    expectConserved(summary);
    expect(summary.capture.packets).toBe(1);
    expect(summary.weirds).toEqual({});
  });
});

describe("several captures", () => {
  it("are read as one: flows continue from one to the next", async () => {
    const { summary, flows } = await analyzeCaptures([
      [tcp("10.0.0.1:49200", "17.0.0.1:443", { flags: "S", at: 0 })],
      [tcp("17.0.0.1:443", "10.0.0.1:49200", { flags: "SA", at: 1 })],
    ]);
    expectConserved(summary);
    expect(flows).toHaveLength(1);
    expect(summary.capture.sources.map(({ packets }) => packets)).toEqual([1, 1]);
  });

  it("may include one that cannot be opened", () => {
    const traffic = new TrafficCollector(appleList);
    const session = testSession({}, [traffic]);
    session.sources.fail("gone.pcap", new InputError("cannot_open", "gone.pcap: no such file"));
    const summary = session.report(traffic);
    expectConserved(summary);
    expect(summary).not.toHaveProperty("hosts");
    expect(summary.capture.sources).toMatchObject([
      { name: "gone.pcap", format: null, complete: false, error: { code: "cannot_open", offset: null } },
    ]);
  });
});

describe("the conservation check", () => {
  it("detects a wrong packet count, byte count, claim or order", async () => {
    const { summary } = await analyzeTraffic([
      ...everyClass,
      udp("10.0.0.1:49200", "10.0.0.2:500"),
      udp("10.0.0.1:49200", "10.0.0.2:9"),
    ]);
    expect(conservationProblems(summary)).toEqual([]);
    const wrong = [
      { ...summary, packets: { ...summary.packets, nonIp: 0 } },
      { ...summary, weirds: {} },
      { ...summary, ports: summary.ports.slice(1) },
      { ...summary, ports: [...summary.ports].reverse() },
      { ...summary, products: summary.products.slice(1) },
      { ...summary, families: summary.families.slice(1) },
      { ...summary, flows: { ...summary.flows, tcp: 5 } },
      { ...summary, groups: summary.groups.slice(1) },
      { ...summary, classes: { ...summary.classes, listed: { flows: 0, packets: 0, bytes: 0 } } },
      { ...summary, apple: { ...summary.apple, unknownProduct: { flows: 1, packets: 1, bytes: 1 } } },
      { ...summary, hosts: [] },
      { ...summary, capture: { ...summary.capture, bytes: summary.capture.bytes + 0.5 } },
      ...summary.products.slice(0, 1).flatMap((product) => [
        {
          ...summary,
          products: [
            { ...product, possible: { ...product.possible, bytes: 0 } },
            ...summary.products.slice(1),
          ],
        },
        { ...summary, products: [{ ...product, lastSeen: "9999" }, ...summary.products.slice(1)] },
        { ...summary, products: [{ ...product, ports: ["udp/1"] }, ...summary.products.slice(1)] },
      ]),
    ];
    for (const one of wrong) expect(conservationProblems(one)).not.toEqual([]);
  });
});
