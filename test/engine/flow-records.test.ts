/** Flow records are counted like the packets that they stand for (docs/contract.md, "Flow records"). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { reach, summarizeWithReach } from "../../src/engine/reach.ts";
import { summarize, summaryStatus } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { type ZeekRow, zeekJson, zeekTsv } from "../support/zeek-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "flow-records-"));
afterAll(() => rmSync(folder, { recursive: true }));

const START = 1764576000;
let files = 0;

function write(text: string, name = `${files++}.log`): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function connection(changes: Partial<Record<string, string | number>> = {}): ZeekRow {
  const row = {
    ts: START,
    uid: "C1",
    "id.orig_h": "192.0.2.7",
    "id.orig_p": 50123,
    "id.resp_h": "198.51.100.9",
    "id.resp_p": 443,
    proto: "tcp",
    duration: 10,
    history: "ShADadFf",
    orig_pkts: 12,
    orig_ip_bytes: 1800,
    resp_pkts: 10,
    resp_ip_bytes: 9000,
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A record of nfdump. */
function collected(from: string, to: string, first: number, last: number, changes: object = {}) {
  const time = (seconds: number) => new Date((START + seconds) * 1000).toISOString().replace("Z", "");
  const [src4_addr, src_port] = from.split(":");
  const [dst4_addr, dst_port] = to.split(":");
  const ends = { src4_addr, dst4_addr, src_port: Number(src_port), dst_port: Number(dst_port) };
  const counted = { in_packets: 5, in_bytes: 500, proto: 6, tcp_flags: "...AP..." };
  return { type: "FLOW", sampled: 0, first: time(first), last: time(last), ...counted, ...ends, ...changes };
}

async function read(inputs: readonly string[], options: Parameters<typeof summarize>[1] = {}) {
  const flows: FlowReport[] = [];
  const summary = await summarize(inputs, { ...options, onFlow: (flow) => flows.push(flow) });
  return { flows, summary };
}

describe("flow records of one five-tuple", () => {
  it("form one flow while the gaps stay below the idle timeout, and then a new one", async () => {
    const part = (first: number, last: number) =>
      collected("192.0.2.7:50000", "198.51.100.9:443", first, last);
    const { flows } = await read([
      write(JSON.stringify([part(0, 1800), part(1800, 3600), part(7300, 7400)])),
    ]);
    expect(flows.map(({ packets, start, end }) => ({ packets: packets.originator, start, end }))).toEqual([
      { packets: 10, start: "2025-12-01T08:00:00.000Z", end: "2025-12-01T09:00:00.000Z" },
      { packets: 5, start: "2025-12-01T10:01:40.000Z", end: "2025-12-01T10:03:20.000Z" },
    ]);
  });

  it("form one flow if each direction has its own record", async () => {
    const there = collected("192.0.2.7:50000", "198.51.100.9:443", 0, 9, { tcp_flags: "...AP.SF" });
    const back = collected("198.51.100.9:443", "192.0.2.7:50000", 1, 10, {
      tcp_flags: "...AP.SF",
      in_bytes: 9000,
    });
    for (const records of [
      [there, back],
      [back, there],
    ]) {
      const { flows } = await read([write(JSON.stringify(records))]);
      expect(flows).toMatchObject([
        {
          servicePort: 443,
          orientation: "list",
          tcp: "closed",
          bytes: { originator: 500, responder: 9000 },
          end: "2025-12-01T08:00:10.000Z",
        },
      ]);
    }
  });

  it("form separate connections if each has a SYN", async () => {
    const rows = [
      connection(),
      connection({ uid: "C2", ts: START + 20, history: "S", resp_pkts: 0, resp_ip_bytes: 0 }),
    ];
    const { flows } = await read([write(zeekJson(rows))]);
    expect(flows.map(({ tcp }) => tcp)).toEqual(["closed", "syn"]);
  });

  it("form one attempt if a collector reports its SYNs in two records", async () => {
    const attempt = (first: number) =>
      collected("192.0.2.7:50000", "198.51.100.9:5223", first, first + 3, { tcp_flags: "......S." });
    const { flows } = await read([write(JSON.stringify([attempt(0), attempt(7)]))]);
    expect(flows).toMatchObject([
      { tcp: "syn", orientation: "syn", packets: { originator: 10, responder: 0 } },
    ]);
  });
});

it.each([
  ["refused", { history: "Sr", orig_pkts: 1, resp_pkts: 1 }],
  ["reset", { history: "ShADar" }],
  ["established", { history: "ShAD" }],
  ["midstream", { history: "DdAa" }],
  ["syn", { history: "S", resp_pkts: 0 }],
] as const)("a Zeek connection is reported as %s", async (state, changes) => {
  const { flows } = await read([write(zeekTsv("conn", [connection(changes)]))]);
  expect(flows.map(({ tcp }) => tcp)).toEqual([state]);
});

it("flow records are summed beyond 32 bits, including those without ports", async () => {
  const rows = [
    connection({ orig_ip_bytes: 5_000_000_000_000, orig_pkts: 4_000_000_000 }),
    connection({
      uid: "C2",
      proto: "icmp",
      orig_pkts: 3,
      orig_ip_bytes: 300,
      resp_pkts: 0,
      resp_ip_bytes: 0,
    }),
  ];
  const { summary } = await read([write(zeekJson(rows))], { everySeconds: 60 });
  expect(summary.capture).toMatchObject({ packets: 4_000_000_013, bytes: 5_000_000_009_300 });
  expect(summary.packets).toMatchObject({ decoded: 4_000_000_010, otherIp: 3 });
  expect(summary.weirds).toMatchObject({ icmp: 3 });
  const buckets = summary.series?.buckets ?? [];
  const moved = buckets.flatMap(({ groups, notDecoded }) => [
    ...groups.map(({ bytes }) => bytes),
    notDecoded.bytes,
  ]);
  expect(moved.reduce((sum, bytes) => sum + bytes, 0)).toBe(summary.capture.bytes);
});

it("a flow of records is counted in the bucket where it began, its bytes where it ended", async () => {
  const { summary } = await read([write(zeekJson([connection({ duration: 150 })]))], { everySeconds: 60 });
  const buckets = summary.series?.buckets.map(({ start, groups: [{ flows, bytes }] }) => [
    start,
    flows,
    bytes,
  ]);
  expect(buckets).toEqual([
    ["2025-12-01T08:00:00Z", 1, 0],
    ["2025-12-01T08:02:00Z", 0, 10_800],
  ]);
});

it("a service name in a log contradicts the list only if that protocol is unmistakable", async () => {
  const classOf = async (service: string, port: number) => {
    const { flows } = await read([write(zeekJson([connection({ service, "id.resp_p": port })]))]);
    return flows.map((flow) => [flow.class, flow.protocol]);
  };
  expect(await classOf("ssh", 443)).toEqual([["other", "ssh"]]);
  expect(await classOf("http", 11_211)).toEqual([["listed", "http"]]);
});

describe("the flowRecords field of a summary", () => {
  it("lists what the logs lack", async () => {
    const conn = write(zeekTsv("conn", [connection()]));
    const ssl = write(zeekTsv("ssl", [{ ...connection(), server_name: "gateway.icloud.com" }]));
    expect((await read([conn])).summary.capture.flowRecords).toEqual({
      records: 1,
      named: 0,
      namesWithoutFlow: 0,
      lacks: ["payload", "names", "dns-answers", "frame-bytes", "packet-times", "hardware-addresses"],
    });
    const { summary } = await read([conn, ssl]);
    expect(summary.capture.flowRecords).toMatchObject({ named: 1 });
    expect(summary.capture.flowRecords?.lacks).not.toContain("names");
    expect(summary.capture.sources.map(({ format }) => format)).toEqual(["zeek", "zeek"]);
  });

  it("shows that the log of connections is missing", async () => {
    const { summary } = await read([
      write(zeekTsv("ssl", [{ ...connection(), server_name: "gateway.icloud.com" }])),
    ]);
    expect(summary.capture.flowRecords).toMatchObject({ records: 0, namesWithoutFlow: 1 });
    expect(summary.flows.total).toBe(0);
  });

  it("reports that packets were sampled", async () => {
    const sampled = collected("192.0.2.7:50000", "198.51.100.9:443", 0, 1, { sampled: 1 });
    expect((await read([write(JSON.stringify([sampled]))])).summary.capture.flowRecords?.lacks).toContain(
      "sampled",
    );
  });

  it("goes with status 2 if a line is skipped, and 3 if nothing could be read", async () => {
    const { summary } = await read([write(`${zeekJson([connection()])}{"ts":\n`)]);
    expect(summaryStatus(summary)).toBe(2);
    expect(summary.capture.sources[0].error?.code).toBe("bad_log_line");
    const { summary: none } = await read([write("#separator \\x09\n#path\tweird\n#fields\tts\n1.5\n")]);
    expect(summaryStatus(none)).toBe(3);
  });
});

it("summarize reads a folder of logs beside captures, and skips files that are neither", async () => {
  const inner = mkdtempSync(join(folder, "zeek-"));
  const file = (name: string) => join(inner, name).slice(folder.length + 1);
  write(zeekTsv("conn", [connection()]), file("conn.log"));
  write("#separator \\x09\n#path\tweird\n#fields\tts\n1.5\n", file("weird.log"));
  write("notes", file("README"));
  const { summary } = await read([inner, "fixtures/lab/apple-push.pcap"]);
  expect(summary.capture.sources.map(({ format, packets }) => [format, packets])).toEqual([
    ["zeek", 22],
    ["pcap", 73],
  ]);
});

it.each([
  ["--filter", { filter: "port 443" }],
  ["--from", { from: { seconds: START, nanoseconds: 0 } }],
  ["--to", { to: { seconds: START, nanoseconds: 0 } }],
  ["--outer", { outer: true }],
  ["--deduplicate", { deduplicate: true }],
])("summarize refuses a log with %s, an option for packets", async (option, options) => {
  const { summary } = await read([write(zeekTsv("conn", [connection()]))], options);
  expect(summary.capture.sources[0].error).toMatchObject({
    code: "unsupported_format",
    message: expect.stringMatching(new RegExp(`a flow log has no packets: ${option} needs a capture$`)),
  });
});

it("reach reports nothing for a log", async () => {
  const log = write(zeekTsv("conn", [connection()]));
  const { report, summary } = await summarizeWithReach([log]);
  expect(report).toBeNull();
  expect(summary.flows.total).toBe(1);
  const refused = await reach([log, "fixtures/lab/apple-push.pcap"]);
  expect(refused.summary.capture.sources.map(({ complete }) => complete)).toEqual([false, true]);
});
