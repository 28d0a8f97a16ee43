/** A flow as reported to the user. */
import { describe, expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { tcp, udp } from "../support/traffic-makers.ts";

/** Test vectors of the specification's own implementations (github.com/corelight/community-id-spec). */
const COMMUNITY_IDS = [
  ["tcp", "128.232.110.120:34855", "66.35.250.204:80", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="],
  ["tcp", "10.0.0.1:10", "10.0.0.2:11569", "1:SXBGMX1lBOwhhoDrZynfROxnhnM="],
  ["udp", "192.168.1.52:54585", "8.8.8.8:53", "1:d/FP5EW3wiY1vCndhwleRRKHowQ="],
  [
    "tcp",
    "[2001:470:e5bf:dead:4957:2174:e82c:4887]:63943",
    "[2607:f8b0:400c:c03::1a]:25",
    "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=",
  ],
  [
    "tcp",
    "[fe80::200:86ff:fe05:80da]:1022",
    "[fe80::260:97ff:fe07:69ea]:22",
    "1:gS2aYcRwGJWe7UratL8/84dclq4=",
  ],
] as const;

describe("Community ID", () => {
  it.each(COMMUNITY_IDS)("for %s %s %s is %s in both directions", async (transport, one, two, wanted) => {
    const make = transport === "tcp" ? tcp : udp;
    for (const record of [make(one, two), make(two, one)]) {
      const { flows } = await analyzeTraffic([record]);
      expect(flows[0].communityId).toBe(wanted);
    }
  });
});

describe("a flow report", () => {
  it("begins with the originator, and has everything known", async () => {
    const { flows } = await analyzeTraffic([
      tcp("[2001:db8::10]:49200", "[2620:149::1]:5223", { flags: "S", at: 0.000001 }),
      tcp("[2620:149::1]:5223", "[2001:db8::10]:49200", { flags: "SA", at: 0.25, extraLength: 1000 }),
      tcp("[2001:db8::10]:49200", "[2620:149::1]:5223", { at: 1 }),
    ]);
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({
      transport: "tcp",
      originator: { address: "2001:db8::10", port: 49200 },
      responder: { address: "2620:149::1", port: 5223 },
      servicePort: 5223,
      orientation: "syn",
      start: "2023-11-14T22:13:20.000001000Z",
      end: "2023-11-14T22:13:21.000000000Z",
      packets: { originator: 2, responder: 1 },
      bytes: { originator: 164, responder: 1082 },
      tcp: "established",
      class: "apple",
      products: [],
      evidence: "address",
      reason: null,
      serverName: null,
      process: null,
    });
  });

  it("of UDP has no TCP state, and the reason why it has no product", async () => {
    const { flows } = await analyzeTraffic([udp("10.0.0.1:49200", "10.0.0.2:443")]);
    expect(flows[0]).toMatchObject({ tcp: null, evidence: null, candidates: [], reason: "port-not-listed" });
  });

  it("has the time precision of the capture", async () => {
    const record = udp("10.0.0.1:49200", "10.0.0.2:53", { at: 0.123456789 });
    const digits = async (timeDigits: number) =>
      (await analyzeTraffic([record], { timeDigits })).flows[0].start;
    expect(await digits(9)).toBe("2023-11-14T22:13:20.123456789Z");
    expect(await digits(6)).toBe("2023-11-14T22:13:20.123456Z");
    expect(await digits(0)).toBe("2023-11-14T22:13:20Z");
  });
});
