/** Flow logs give the same flows as the packets of the same capture, except for what only payload shows. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { type EveEvent, type ZeekLogs, zeekJson, zeekRows, zeekTsv } from "../support/zeek-logs.ts";

const LOGS = "fixtures/logs";
const folder = mkdtempSync(join(tmpdir(), "flow-logs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const captures = readdirSync("fixtures/lab").filter((name) => /\.pcap(ng)?$/.test(name));
const names = readdirSync(LOGS).flatMap((name) => /^(.*)\.eve\.json\.gz$/.exec(name)?.[1] ?? []);

async function flowsOf(...inputs: string[]) {
  const flows: FlowReport[] = [];
  const summary = await summarize(inputs, { onFlow: (flow) => flows.push(flow) });
  return { flows, summary };
}

/** Fields on which both must agree. */
function known(flow: FlowReport) {
  const { communityId, packets, tcp, servicePort, products, unverified } = flow;
  return { communityId, flow: flow.class, packets, tcp, servicePort, products, unverified };
}

/** Names that Suricata did not read from a handshake but packets show. DNS identifies their flows nevertheless. */
const UNREAD_NAMES: Readonly<Record<string, readonly string[]>> = {
  // Suricata does not recognise the segments of the hello as a TLS record.
  "apple-hello-pieces": ["init.ess.apple.com"],
  // QUIC version 2, whose Initial packets have other keys.
  "apple-quic": ["mask.icloud.com"],
};

function namesIn(flows: readonly FlowReport[]): string[] {
  return flows.flatMap(({ serverName }) => serverName ?? []).sort();
}

function expectSame(name: string, flows: readonly FlowReport[], packets: readonly FlowReport[]): void {
  expect(inOrder(flows.map(known))).toEqual(inOrder(packets.map(known)));
  expect([...namesIn(flows), ...(UNREAD_NAMES[name] ?? [])].sort()).toEqual(namesIn(packets));
}

function inOrder<T extends { communityId: string | null }>(flows: readonly T[]): T[] {
  return [...flows].sort((one, other) => ((one.communityId ?? "") < (other.communityId ?? "") ? -1 : 1));
}

const isNamed = ({ products, serverName }: FlowReport) => products.length > 0 || serverName !== null;

function captureOf(name: string): string {
  const capture = captures.find((one) => one.startsWith(`${name}.pcap`));
  if (capture === undefined) throw new Error(`no capture of the lab is called ${name}`);
  return join("fixtures/lab", capture);
}

function eventsOf(name: string): EveEvent[] {
  const text = gunzipSync(readFileSync(join(LOGS, `${name}.eve.json.gz`))).toString();
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as EveEvent]));
}

/** Writes the Zeek logs in an order in which names come last; returns their paths. */
function writeZeek(name: string, logs: ZeekLogs, form: "tsv" | "json"): string[] {
  return Object.entries(logs).map(([log, rows]) => {
    const file = join(folder, `${name}.${log}.${form}`);
    writeFileSync(file, form === "tsv" ? zeekTsv(log as keyof ZeekLogs, rows) : zeekJson(rows));
    return file;
  });
}

it("the comparison of flow logs covers ten captures", () => {
  expect(names).toHaveLength(10);
});

describe.each(names)("flow logs of %s", (name) => {
  const capture = flowsOf(captureOf(name));

  it("give the same flows from Suricata's events", async () => {
    const { flows } = await flowsOf(join(LOGS, `${name}.eve.json.gz`));
    const packets = await capture;
    expectSame(name, flows, packets.flows);
    expect(packets.flows.some(isNamed)).toBe(true);
  });

  it.each(["tsv", "json"] as const)(
    "give the same flows from Zeek's logs as %s, named in any order",
    async (form) => {
      const { flows } = await flowsOf(...writeZeek(name, zeekRows(eventsOf(name)), form));
      expectSame(name, flows, (await capture).flows);
    },
  );

  it("give the same flows from nfdump, which has no names", async () => {
    const { flows, summary } = await flowsOf(join(LOGS, `${name}.nfdump.json.gz`));
    const counted = ({ communityId, packets, servicePort, tcp }: FlowReport) => ({
      communityId,
      packets,
      servicePort,
      tcp,
    });
    expect(inOrder(flows.map(counted))).toEqual(inOrder((await capture).flows.map(counted)));
    expect(flows.filter(({ serverName }) => serverName !== null)).toEqual([]);
    expect(summary.capture.flowRecords?.lacks).toContain("names");
  });
});
