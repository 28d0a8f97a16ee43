/** The benchmark's office capture: the program finds what the generator reports. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHosts } from "../../bench/generator/office/hosts.ts";
import {
  type OfficeProfile,
  type OfficeTotals,
  writeOffice,
} from "../../bench/generator/office/office-capture.ts";
import { HANDSHAKES } from "../../bench/generator/profiles.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import { appleList, readWhole, testSession } from "../support/analyze.ts";

const PROFILE: OfficeProfile = { ...HANDSHAKES, packets: 5000 };
const hosts = readHosts("data/hosts.tsv");
let folder = "";
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-office-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the office capture", () => {
  let truth: OfficeTotals;
  let summary: Summary;
  const flows: FlowReport[] = [];

  beforeAll(async () => {
    truth = writeOffice(path("office.pcap"), PROFILE, hosts);
    const traffic = new TrafficCollector(appleList);
    const session = testSession({}, [traffic, new FlowCollector((flow) => flows.push(flow))]);
    await readWhole(session, await openCapture(path("office.pcap"), { reader: "fast" }));
    summary = session.report(traffic);
  });

  it("has the packets, bytes and flows that its generator reports", () => {
    expect(truth.packets).toBe(PROFILE.packets);
    expect(summary.capture).toMatchObject({ packets: truth.packets, bytes: truth.bytes });
    expect(summary.flows.total).toBe(truth.flows);
    expect(flows).toHaveLength(truth.flows);
    expect(truth.flows).toBeGreaterThan(100);
  });

  it("has only packets with ports: nothing is malformed", () => {
    expect(summary.weirds).toEqual({});
    expect(summary.packets.decoded).toBe(truth.packets);
  });

  it("names the flows that its generator reports, by the names it reports", () => {
    const found = new Map<string, number>();
    for (const { serverName } of flows) {
      if (serverName !== null) found.set(serverName, (found.get(serverName) ?? 0) + 1);
    }
    expect(Object.fromEntries(found)).toEqual(truth.names);
    const { tls, quic, http } = truth.named;
    expect([...found.values()].reduce((sum, count) => sum + count, 0)).toBe(tls + quic + http);
    expect(Math.min(tls, quic, http)).toBeGreaterThan(0);
  });

  it("has names of Apple's that decide the attribution", () => {
    const apple = new Set(hosts.apple.map(({ name }) => name));
    const named = flows.filter(({ serverName }) => serverName !== null && apple.has(serverName));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ evidence }) => evidence !== "server-name")).toEqual([]);
  });

  it("has DNS, mDNS, DHCP, NTP, SSH and web traffic", () => {
    const ports = new Set(flows.map(({ responder }) => responder.port));
    expect([22, 53, 67, 80, 123, 443, 5353].filter((port) => !ports.has(port))).toEqual([]);
  });
});

it("the office generator writes the same bytes for the same profile, and others for another seed", () => {
  const written = (name: string, profile: OfficeProfile) => {
    writeOffice(path(name), profile, hosts);
    return readFileSync(path(name));
  };
  const once = written("once.pcap", PROFILE);
  expect(once.equals(written("twice.pcap", PROFILE))).toBe(true);
  expect(once.equals(written("other.pcap", { ...PROFILE, seed: 9 }))).toBe(false);
});

it("the office generator changes names only when a name of Apple's is added to its table", () => {
  const [first, ...others] = hosts.apple;
  const once = writeOffice(path("with.pcap"), PROFILE, hosts);
  const without = writeOffice(path("without.pcap"), PROFILE, { ...hosts, apple: others });
  expect(once.names[first.name]).toBeGreaterThan(0);
  expect(without.names[first.name]).toBeUndefined();
  expect([without.packets, without.flows, without.named]).toEqual([once.packets, once.flows, once.named]);
});
