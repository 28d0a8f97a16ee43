import { describe, expect, it } from "vitest";
import {
  HostCollector,
  type HostLimits,
  OTHER_DOMAINS,
  OTHER_HOSTS,
} from "../../../src/reports/traffic/host-collector.ts";
import type { HostSummary, Traffic } from "../../../src/reports/traffic/summary.ts";
import { buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { analyzeTraffic, readWhole, testSession } from "../../support/analyze.ts";
import { expectConserved } from "../../support/conservation.ts";
import { memorySource } from "../../support/memory-source.ts";
import { tcp, udp } from "../../support/traffic-makers.ts";

/** A host without any names of its own or of its peers. */
function host(address: string, traffic: Traffic): HostSummary {
  return { address, name: null, ...traffic, domains: [{ domain: null, ...traffic }] };
}

describe("traffic per host", () => {
  it("is counted for the end that is not the service, whoever sent it", async () => {
    const { summary } = await analyzeTraffic([
      tcp("10.0.0.1:49200", "17.0.0.1:443", { flags: "S" }),
      tcp("17.0.0.1:443", "10.0.0.1:49200", { flags: "SA", extraLength: 500 }),
      udp("10.0.0.2:49200", "17.0.0.1:53"),
      // FTP's active data connection, which the server opens.
      tcp("17.0.0.9:20", "10.0.0.2:49300", { flags: "S" }),
    ]);
    expectConserved(summary);
    expect(summary.hosts).toEqual([
      host("10.0.0.1", { flows: 1, packets: 2, bytes: 624 }),
      host("10.0.0.2", { flows: 2, packets: 2, bytes: 112 }),
    ]);
  });

  it("is bounded: hosts beyond the limit are combined under one name", async () => {
    const records = Array.from({ length: 50 }, (_, i) => udp(`10.0.0.${i}:49200`, "17.0.0.1:53"));
    const { summary } = await analyzeTraffic([...records, ...records], {
      maxFlows: 10,
      idleTimeoutSeconds: 0,
    });
    expectConserved(summary);
    expect(summary.hosts).toHaveLength(11);
    const others = summary.hosts?.find(({ address }) => address === OTHER_HOSTS);
    expect(others?.packets).toBe(80);
  });

  it.each<[string, Partial<HostLimits>, (string | null)[][]]>([
    [
      "of one host",
      { domainsPerHost: 2 },
      [
        ["a.example", "b.example", OTHER_DOMAINS],
        ["a.example", "b.example", OTHER_DOMAINS],
      ],
    ],
    [
      "of all hosts",
      { domains: 4 },
      [
        ["a.example", "b.example", "c.example"],
        ["a.example", OTHER_DOMAINS],
      ],
    ],
  ])("has a limited number of domains %s, and counts the others together", async (_, limits, expected) => {
    const hosts = new HostCollector((name) => name, limits);
    const session = testSession({}, [hosts]);
    const hello = (host: number, name: string) => ({
      time: 0n,
      bytes: packet()
        .ethernet()
        .ipv4({ source: `10.0.0.${host}`, destination: "192.0.2.9" })
        .tcp({ sourcePort: 50_000 + name.charCodeAt(0), destinationPort: 443, flags: "PA" })
        .payload(toRecords(buildClientHello(serverName(`${name}.example`))))
        .build(),
    });
    const records = [1, 2].flatMap((host) => ["a", "b", "c"].map((name) => hello(host, name)));
    await readWhole(session, memorySource(records));
    const domains = session.report(hosts).map((one) => one.domains.map(({ domain }) => domain).sort());
    expect(domains).toEqual(expected.map((names) => [...names].sort()));
    for (const one of session.report(hosts)) {
      expect(one.domains.reduce((sum, { flows }) => sum + flows, 0)).toBe(one.flows);
    }
  });
});
