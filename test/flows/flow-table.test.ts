/** When flows end, and what the table keeps while they live (docs/contract.md, "When a flow ends"). */
import { describe, expect, it } from "vitest";
import { analyzeCaptures, analyzeTraffic } from "../support/analyze.ts";
import { expectConserved } from "../support/conservation.ts";
import { tcp, udp } from "../support/traffic-makers.ts";

const CLIENT = "10.0.0.1:49200";
const SERVER = "17.0.0.1:443";
const at = (seconds: number | null) => udp(CLIENT, "17.0.0.1:53", { at: seconds });
const packetsOf = ({ flows }: Awaited<ReturnType<typeof analyzeTraffic>>) =>
  flows.map(({ packets }) => packets.originator + packets.responder);

describe("the idle timeout", () => {
  const options = { idleTimeoutSeconds: 60 };

  it("ends a flow after a longer gap, to the nanosecond", async () => {
    expect(packetsOf(await analyzeTraffic([at(0), at(60)], options))).toEqual([2]);
    expect(packetsOf(await analyzeTraffic([at(0), at(60.000000001)], options))).toEqual([1, 1]);
    expect(packetsOf(await analyzeTraffic([at(0.5), at(60.5), at(120.5)], options))).toEqual([3]);
  });

  it("may be a fraction of a second", async () => {
    const short = { idleTimeoutSeconds: 0.5 };
    expect(packetsOf(await analyzeTraffic([at(0), at(0.5)], short))).toEqual([2]);
    expect(packetsOf(await analyzeTraffic([at(0), at(0.9)], short))).toEqual([1, 1]);
    expect(packetsOf(await analyzeTraffic([at(0.7), at(1.1), at(1.7)], short))).toEqual([2, 1]);
  });

  it("counts from the latest time, not from the last packet in the file", async () => {
    expect(packetsOf(await analyzeTraffic([at(0), at(50), at(10), at(105)], options))).toEqual([4]);
    expect(packetsOf(await analyzeTraffic([at(0), at(50), at(10), at(111)], options))).toEqual([3, 1]);
  });

  it("separates a packet that is that much earlier than the flow", async () => {
    expect(packetsOf(await analyzeTraffic([at(100), at(40)], options))).toEqual([2]);
    expect(packetsOf(await analyzeTraffic([at(100), at(39)], options))).toEqual([1, 1]);
    const late = await analyzeCaptures(
      [
        [at(5000), at(5001)],
        [at(0), at(1)],
      ],
      options,
    );
    expect(packetsOf(late)).toEqual([2, 2]);
  });

  it("ignores packets without a time", async () => {
    const { flows } = await analyzeTraffic([at(null), at(0), at(null), at(30)], options);
    expect(flows).toHaveLength(1);
    expect(flows[0].start).toBe("2023-11-14T22:13:20.000000000Z");
    expect(flows[0].end).toBe("2023-11-14T22:13:50.000000000Z");
    const [timeless] = (await analyzeTraffic([at(null), at(null)], options)).flows;
    expect(timeless).toMatchObject({ start: null, end: null, packets: { originator: 2 } });
  });

  it("of 0 ends no flow, neither after a gap nor for a reopened connection", async () => {
    const records = [
      tcp(CLIENT, SERVER, { flags: "S", at: 0 }),
      tcp(SERVER, CLIENT, { flags: "RA", at: 1 }),
      tcp(CLIENT, SERVER, { flags: "S", at: 1_000_000 }),
    ];
    expect(packetsOf(await analyzeTraffic(records, { idleTimeoutSeconds: 0 }))).toEqual([3]);
    expect(packetsOf(await analyzeTraffic(records, { idleTimeoutSeconds: 3600 }))).toEqual([2, 1]);
  });

  it("delivers flows while the capture is read, so that expired ones need no memory", async () => {
    // One packet per flow and second: at any time only a batch of them is live.
    const records = Array.from({ length: 5000 }, (_, i) =>
      udp(`10.0.${i >> 8}.${i & 255}:49200`, "17.0.0.1:53", { at: i }),
    );
    const { summary } = await analyzeTraffic(records, { idleTimeoutSeconds: 10, maxFlows: 600 });
    expect(summary.flows).toMatchObject({ total: 5000, evicted: 0 });
  });
});

describe("a closed connection followed by a new SYN", () => {
  const closing = [
    tcp(CLIENT, SERVER, { flags: "S" }),
    tcp(SERVER, CLIENT, { flags: "SA" }),
    tcp(CLIENT, SERVER, { flags: "FA" }),
    tcp(SERVER, CLIENT, { flags: "FA" }),
    tcp(CLIENT, SERVER, { flags: "A" }),
  ];

  it("gives two flows", async () => {
    const { flows } = await analyzeTraffic([...closing, tcp(CLIENT, SERVER, { flags: "S" })]);
    expect(flows.map(({ tcp: state }) => state)).toEqual(["closed", "syn"]);
  });

  it("gives two flows even if the new SYN goes the other way", async () => {
    const { flows } = await analyzeTraffic([...closing, tcp(SERVER, CLIENT, { flags: "S" })]);
    expect(flows.map(({ servicePort }) => servicePort)).toEqual([443, 49200]);
  });

  it("gives one flow if only one side has closed, or the SYN has ACK", async () => {
    const half = closing.filter((_, i) => i !== 3);
    expect((await analyzeTraffic([...half, tcp(CLIENT, SERVER, { flags: "S" })])).flows).toHaveLength(1);
    expect((await analyzeTraffic([...closing, tcp(SERVER, CLIENT, { flags: "SA" })])).flows).toHaveLength(1);
  });
});

describe("a limit on live flows", () => {
  it("evicts the longest idle flow, counts it, and loses nothing", async () => {
    const count = 100_000;
    const records = Array.from({ length: count }, (_, i) => {
      const host =
        i % 3 === 0 ? `[2001:db8::${(i & 0xffff).toString(16)}]` : `10.${i >> 16}.${(i >> 8) & 255}.1`;
      const server = host.startsWith("[") ? "[2001:db8:1::1]:443" : SERVER;
      return tcp(`${host}:${1024 + (i % 60_000)}`, server, { at: i / 1000, flags: "S" });
    });
    const { summary } = await analyzeTraffic(records, { maxFlows: 100 });
    expectConserved(summary);
    expect(summary.flows).toMatchObject({ total: count, evicted: count - 100 });
    expect(summary.packets.decoded).toBe(count);
  });

  it("keeps active flows", async () => {
    const records = Array.from({ length: 3000 }, (_, i) => [
      udp(CLIENT, "17.0.0.1:53", { at: i }),
      udp(`10.1.${i >> 8}.${i & 255}:5000`, "17.0.0.1:53", { at: i + 0.5 }),
    ]).flat();
    const { flows } = await analyzeTraffic(records, { maxFlows: 3, idleTimeoutSeconds: 0 });
    expect(flows.filter(({ originator }) => originator.port === 49200).map(({ packets }) => packets)).toEqual(
      [{ originator: 3000, responder: 0 }],
    );
  });

  it("of one still counts every packet", async () => {
    const records = [at(0), at(1), udp(CLIENT, "17.0.0.2:53", { at: 2 }), at(3)];
    const analyzed = await analyzeTraffic(records, { maxFlows: 1 });
    expect(packetsOf(analyzed)).toEqual([2, 1, 1]);
    expect(analyzed.summary.flows.evicted).toBe(2);
  });
});

describe("a flow", () => {
  it("counts more than 2^32 bytes, and lengths above 2^31", async () => {
    const records = Array.from({ length: 1000 }, (_, i) =>
      udp(CLIENT, "17.0.0.1:53", { at: i, extraLength: 4_000_000_000 }),
    );
    const { summary, flows } = await analyzeTraffic(records);
    const bytes = 1000 * (4_000_000_000 + 50);
    expect(flows[0].bytes).toEqual({ originator: bytes, responder: 0 });
    expect(summary.capture.bytes).toBe(bytes);
    expectConserved(summary);
  });

  it("is distinguished by IP version and transport if addresses and ports are the same", async () => {
    const records = [
      tcp("1.2.3.4:5", "6.7.8.9:10"),
      udp("1.2.3.4:5", "6.7.8.9:10"),
      tcp("[::102:304]:5", "[::607:809]:10"),
      udp("[::102:304]:5", "[::607:809]:10"),
    ];
    expect(packetsOf(await analyzeTraffic([...records, ...records]))).toEqual([2, 2, 2, 2]);
  });

  it("includes both directions of addresses on both sides of the sign bit", async () => {
    for (const [one, two] of [
      ["10.0.0.1:80", "200.0.0.1:81"],
      ["[7fff::1]:80", "[8000::1]:81"],
      ["10.0.0.1:80", "10.0.0.1:60000"],
    ]) {
      const { flows } = await analyzeTraffic([udp(one, two), udp(two, one), udp(one, two)]);
      expect(flows.map(({ packets }) => packets.originator + packets.responder)).toEqual([3]);
    }
  });
});
