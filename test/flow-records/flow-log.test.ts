/** Third-party logs: their format, skipped lines, and the messages about them. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { beginsLogOfUse, logFormatOf } from "../../src/flow-records/log-format.ts";
import { MAX_LINE_LENGTH } from "../../src/flow-records/log-lines.ts";
import { flowsIn, jsonLines, readLogText } from "../support/flow-logs.ts";
import { type ZeekRow, zeekJson, zeekTsv } from "../support/zeek-logs.ts";

const CONNECTION: ZeekRow = {
  ts: 1764576000.25,
  uid: "CJlY0v2mZPD5hT0Pw9",
  "id.orig_h": "192.0.2.7",
  "id.orig_p": 50123,
  "id.resp_h": "198.51.100.9",
  "id.resp_p": 443,
  proto: "tcp",
  service: "ssl",
  duration: 1.5,
  conn_state: "SF",
  history: "ShADadFf",
  orig_pkts: 12,
  orig_ip_bytes: 1800,
  resp_pkts: 10,
  resp_ip_bytes: 9000,
  tunnel_parents: [],
};
const HELLO = {
  timestamp: "2026-01-31T10:00:00.000001+0100",
  flow_id: 7,
  event_type: "tls",
  src_ip: "192.0.2.7",
  tls: { sni: "Gateway.iCloud.com." },
};

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

describe("the format of a flow log", () => {
  it.each([
    ["zeek", "#separator \\x09\n#path\tconn\n"],
    ["zeek", '{"ts":1.5,"uid":"C1","id.orig_h":"192.0.2.1"}\n'],
    ["suricata", '{"timestamp":"2026-01-31T09:00:00","flow_id":1,"event_type":"flow"}'],
    ["nfdump", '[\n{\n\t"type" : "FLOW",\n'],
    ["nfdump", '{"type":"FLOW","sampled":0}'],
    [null, '{\n  "schema": "appleflow/summary@2",'],
    [null, '[\n  {\n    "_index": "packets-2026-01-31",'],
    [null, '{"event_type":"flow"}'],
    [null, '\n {"type":"FLOW","sampled":0}'],
    [null, "\0\0\0\0"],
    [null, ""],
  ])("is detected as %s for %j", (format, text) => {
    expect(logFormatOf(new TextEncoder().encode(text))).toBe(format);
  });

  it("is accepted in a folder only if the log has flows or names", () => {
    const isOfUse = (text: string) => beginsLogOfUse(new TextEncoder().encode(text));
    expect(isOfUse("#separator \\x09\n#path\tssl\n")).toBe(true);
    expect(isOfUse("#separator \\x09\n#path\tweird\n")).toBe(false);
    expect(isOfUse('{"_path":"files","ts":1,"uid":"C"}')).toBe(false);
  });
});

describe("a Zeek log", () => {
  it("gives the packets, bytes and times of each end of a connection", async () => {
    const { entries, message } = await readLogText(zeekTsv("conn", [CONNECTION]));
    expect(message).toBeNull();
    const [{ record, protocol, id, time }] = flowsIn(entries);
    expect({ protocol, id }).toEqual({ protocol: "tls", id: "CJlY0v2mZPD5hT0Pw9" });
    expect(record.originator).toEqual({
      address: 0xc0000207,
      port: 50123,
      packets: 12,
      bytes: 1800,
      tcpFlags: 0x1b,
    });
    expect(record.start).toEqual({ seconds: 1764576000, nanoseconds: 250_000_000 });
    expect(time).toEqual({ seconds: 1764576001, nanoseconds: 750_000_000 });
  });

  it.each([
    ["another separator", (text: string) => text.replace("\\x09", "\\x7c").replaceAll("\t", "|")],
    ["CRLF line ends", (text: string) => text.replaceAll("\n", "\r\n")],
    ["no line end after the last line", (text: string) => text.trimEnd()],
    [
      "another placeholder for absent values",
      (text: string) => text.replace("#unset_field\t-", "#unset_field\tNA").replaceAll("\t-", "\tNA"),
    ],
    [
      "a second header after the first log",
      (text: string) => text.replace(/#close.*\n/, "") + text.split("#open")[0],
    ],
  ])("can have %s", async (_, change) => {
    const { entries, message } = await readLogText(change(zeekTsv("conn", [CONNECTION])));
    expect(message).toBeNull();
    expect(flowsIn(entries).map(({ record }) => record.responder.bytes)).toEqual([9000]);
  });

  it("can have a repeated field in its header", async () => {
    const twice = zeekTsv("conn", [CONNECTION]).replace("ip_proto\n", "service\n");
    for (const text of [twice, twice.replace(/^1764.*\t-$/m, (row) => row.slice(0, -2))]) {
      const { entries, message } = await readLogText(text);
      expect([entries.length, message]).toEqual(
        text === twice ? [1, null] : [0, "line 9 has 21 values, not 22; the line is skipped"],
      );
    }
  });

  it("can have nested ids, ISO dates or milliseconds added by other tools", async () => {
    const {
      "id.orig_h": orig_h,
      "id.orig_p": orig_p,
      "id.resp_h": resp_h,
      "id.resp_p": resp_p,
      ...rest
    } = CONNECTION;
    const id = { orig_h, orig_p, resp_h, resp_p };
    const { entries } = await readLogText(
      jsonLines({ ...rest, id, ts: "2025-12-01T08:00:00.250000Z" }, { ...CONNECTION, ts: 1764576000250 }),
    );
    expect(flowsIn(entries).map(({ record }) => record.start)).toEqual([
      { seconds: 1764576000, nanoseconds: 250_000_000 },
      { seconds: 1764576000, nanoseconds: 250_000_000 },
    ]);
  });

  it("of another type is reported to have no flows", async () => {
    const { message } = await readLogText(
      "#separator \\x09\n#path\tweird\n#fields\tts\tname\n1.5\tbad_checksum\n",
    );
    expect(message).toBe(
      'Zeek\'s log "weird" has no flows and no names; supported are conn, ssl, quic, http, dns',
    );
  });

  it("is read without lines whose flow id is too long", async () => {
    const uid = "C".repeat(65);
    const hello = { ts: 1764576000, server_name: "a.example", established: true };
    for (const row of [
      { ...CONNECTION, uid },
      { ...hello, uid },
    ]) {
      const { entries, message } = await readLogText(zeekJson([row, { ...row, uid: uid.slice(1) }]));
      expect(entries).toHaveLength(1);
      expect(message).toBe("line 1 uid is longer than 64 characters; the line is skipped");
    }
    const event = await readLogText(jsonLines({ ...HELLO, flow_id: uid }, HELLO));
    expect(event.message).toBe("line 1 flow_id is longer than 64 characters; the line is skipped");
  });

  it("gives a query and its answer the same name object", async () => {
    const ends = { "id.orig_h": "192.0.2.7", "id.orig_p": 5, "id.resp_h": "192.0.2.1", "id.resp_p": 53 };
    const query = "Kelvin-\u212a.example.";
    const { entries } = await readLogText(
      jsonLines({ ts: 1.5, uid: "C1", ...ends, query, qtype: 1, rcode: 0, answers: ["192.0.2.9"] }),
    );
    const name = "kelvin-\u212a.example";
    expect(entries).toMatchObject([{ message: { questions: [{ name }], records: [{ name }] } }]);
  });

  it("does not keep a whole line in memory for a name", async () => {
    const cipher = "x".repeat(500_000);
    const rows = Array.from({ length: 100 }, (_, i) => ({
      ts: 1764576000 + i,
      uid: `CJlY0v2mZPD5hT0Pw${i}`,
      server_name: `host-with-a-long-name-${i}.example`,
      established: true,
      cipher,
    }));
    const text = zeekTsv("ssl", rows);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const { entries } = await readLogText(text);
    collectGarbage();
    expect(entries).toHaveLength(100);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });

  it("counts protocols other than TCP and UDP as portless", async () => {
    const { entries } = await readLogText(zeekTsv("conn", [{ ...CONNECTION, proto: "icmp" }]));
    expect(entries).toMatchObject([{ kind: "portless", ipProtocol: 1, packets: 22, bytes: 10_800 }]);
  });

  it.each([
    ["has 3 values, not 22", (text: string) => text.replace(/^1764.*$/m, "1764576000\tC\t192.0.2.7")],
    ['id.orig_p is "70000", not a port', (text: string) => text.replace("50123", "70000")],
    ['id.orig_h is "192.0.2", not an address', (text: string) => text.replace("192.0.2.7", "192.0.2")],
    ['ts is "yesterday", not a time', (text: string) => text.replace("1764576000.250000", "yesterday")],
    ['orig_pkts is "-12", not a count', (text: string) => text.replace("\t12\t", "\t-12\t")],
    ["mixes IPv4 and IPv6 addresses", (text: string) => text.replace("192.0.2.7", "2001:db8::7")],
    [
      'duration is "4000000000", not a length of time',
      (text: string) => text.replace("1764576000.250000", "4000000000").replace("1.500000", "4000000000"),
    ],
    [
      'orig_ip_bytes is "281474976710657", not a count',
      (text: string) => text.replace("1800", `${2 ** 48 + 1}`),
    ],
    ["has no id.resp_h", (text: string) => text.replace("198.51.100.9", "-")],
  ])("is read without a line that %s", async (problem, change) => {
    const sound = zeekTsv("conn", [CONNECTION]);
    const row = change(sound).split("\n")[8];
    const [head, end] = sound.split("#close");
    const { entries, message } = await readLogText(`${head}${row}\n${sound.split("\n")[8]}\n#close${end}`);
    expect(message).toBe(`line 10 ${problem}; the line is skipped`);
    expect(flowsIn(entries)).toHaveLength(2);
  });
});

describe("a JSON flow log", () => {
  it("gives host names in the same form as packets do", async () => {
    const { entries } = await readLogText(jsonLines(HELLO));
    expect(entries).toMatchObject([{ kind: "names", id: "7", names: { serverName: "gateway.icloud.com" } }]);
    expect(entries[0].time).toEqual({ seconds: 1769850000, nanoseconds: 1000 });
  });

  it.each(["2026-02-29", "2026-02-30", "2026-04-31", "2026-01-32", "2026-13-01"])(
    "is read without lines of invalid days such as %s",
    async (day) => {
      const time = `${day}T10:00:00Z`;
      const { message } = await readLogText(jsonLines({ ...HELLO, timestamp: time }));
      expect(message).toBe(`line 1 timestamp is "${time}", not a time; the line is skipped`);
    },
  );

  it("can have the leap day of a leap year", async () => {
    const { entries } = await readLogText(jsonLines({ ...HELLO, timestamp: "2028-02-29T10:00:00Z" }));
    expect(entries[0].time.seconds).toBe(Date.UTC(2028, 1, 29, 10) / 1000);
  });

  it("is read without a line that is incomplete at its end", async () => {
    const { entries, message } = await readLogText(jsonLines(HELLO) + jsonLines(HELLO).slice(0, 50));
    expect(entries).toHaveLength(1);
    expect(message).toBe("line 2 is cut off at the end of the log; the line is skipped");
  });

  it.each([
    ["is not JSON", "{{{\0"],
    ["is not a JSON object", "[1]"],
    ["is not JSON", "[".repeat(500_000)],
    [`is longer than ${MAX_LINE_LENGTH} bytes`, `{"a":"${"x".repeat(3 * MAX_LINE_LENGTH)}"}`],
  ])("is read without a line that %s", async (problem, line) => {
    const { entries, message } = await readLogText(
      `${jsonLines(HELLO)}${line}\n${line}\n${jsonLines(HELLO)}`,
    );
    expect(entries).toHaveLength(2);
    expect(message).toBe(`line 2 ${problem}; 2 lines are skipped, this one first`);
  });

  it("gives no result for fields of other types, or names of Object.prototype", async () => {
    const odd = [
      { ...HELLO, tls: { sni: ["a"] } },
      { ...HELLO, tls: "gateway.icloud.com" },
      { ...HELLO, tls: { sni: "x".repeat(300) } },
      { ...HELLO, flow_id: null },
      { ...HELLO, event_type: "constructor" },
      {
        ...HELLO,
        event_type: "dns",
        dns: { type: "answer", rrname: "a.example", rcode: "toString", answers: [null, 7] },
      },
    ];
    const { entries } = await readLogText(jsonLines(HELLO, ...odd));
    expect(entries.filter(({ kind }) => kind === "names")).toHaveLength(1);
  });

  it("can be compressed", async () => {
    const { entries, log } = await readLogText(gzipSync(zeekJson([CONNECTION])));
    expect(flowsIn(entries)).toHaveLength(1);
    expect(log.bytesRead).toBe(log.totalBytes);
  });
});
