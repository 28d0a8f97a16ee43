/** Captures changed by a shell, a terminal or a mail are recognised, and the suggested command restores them. */
import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { pcap, pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { CaptureFolder, officeCapture } from "../cli/sample-captures.ts";
import { inputErrorOf } from "../packets/files/collect-records.ts";

let folder: CaptureFolder;
beforeAll(() => {
  folder = new CaptureFolder();
});
afterAll(() => folder.remove());

const OFFICE = Buffer.from(officeCapture());
const FRAME = packet()
  .ethernet()
  .ipv4({ source: "10.0.0.7", destination: "17.57.144.1" })
  .tcp({ sourcePort: 60_001, destinationPort: 5223, flags: "A" })
  .payload(30)
  .build();
const SECTION = Buffer.from(pcapng().section().interface().packet(FRAME).build());

async function messageOf(content: Uint8Array | string, name = "it's a file"): Promise<string> {
  const error = await inputErrorOf(openCapture(folder.put(name, content)));
  expect(error.code).toBe("unsupported_format");
  return error.message;
}

/** Returns what the suggested command pipes into appleflow. */
async function restored(content: Uint8Array | string): Promise<Buffer> {
  const command = /; try: (.*) \| appleflow summarize -$/s.exec(await messageOf(content))?.[1];
  if (command === undefined) throw new Error("no command");
  const { stdout, status, stderr } = spawnSync("sh", ["-c", command]);
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
}

const isInstalled = (program: string) => spawnSync(program, ["-v"]).error === undefined;

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const withCrLf = (bytes: Uint8Array) => Buffer.from(latin1(bytes).replaceAll("\n", "\r\n"), "latin1");

/** Lines of 16 bytes in groups, each with its offset. */
function hexDump(bytes: Uint8Array, digits: number, after: string, group: number, end = ""): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const hex = Buffer.from(bytes.subarray(at, at + 16)).toString("hex");
    const groups = hex.match(new RegExp(`.{1,${group * 2}}`, "g")) ?? [];
    lines.push(`${at.toString(16).padStart(digits, "0")}${after}${groups.join(" ")}${end}\n`);
  }
  return lines.join("");
}

describe("a capture header after the messages of a program", () => {
  const NOISE = "tcpdump: listening on wlan0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n";

  it.each([
    ["pcap", OFFICE],
    ["big-endian pcap", Buffer.from(pcap({ byteOrder: "big" }).record(FRAME).build())],
    ["pcapng", SECTION],
  ])("is found for a %s", async (name, capture) => {
    const content = Buffer.concat([Buffer.from(NOISE), capture]);
    expect(await messageOf(content)).toContain(`header is at byte ${NOISE.length}, after other data`);
    expect(name).toContain((await messageOf(content)).includes("a pcapng header") ? "pcapng" : "pcap");
    expect(await restored(content)).toEqual(capture);
    expect(await restored(gzipSync(content))).toEqual(capture);
  });
});

describe("a capture changed by a conversion", () => {
  it.each([
    ["Base64", () => OFFICE.toString("base64").replace(/.{76}/g, "$&\n"), "base64", OFFICE],
    ["Base64 of a pcapng", () => SECTION.toString("base64"), "base64", SECTION],
    ["UTF-8", () => latin1(OFFICE), "iconv", OFFICE],
    ["CRLF line ends in a pcapng", () => withCrLf(SECTION), "perl", SECTION],
    ["a dump by xxd", () => hexDump(OFFICE, 8, ": ", 2, "  ................"), "xxd", OFFICE],
    ["a dump by hexdump", () => hexDump(OFFICE, 8, "  ", 1, "  |................|"), "perl", OFFICE],
    ["a dump by od", () => hexDump(OFFICE, 6, " ", 1), "perl", OFFICE],
  ])("into %s is recognised and can be restored", async (_, content, program, capture) => {
    if (isInstalled(program)) expect(await restored(content())).toEqual(capture);
    else expect(await messageOf(content())).toContain(program);
  });

  it.each([
    [
      "UTF-16",
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(latin1(OFFICE), "utf16le")]),
      "PowerShell",
    ],
    ["text with replacement characters", Buffer.from(OFFICE.toString("utf8")), "bytes are lost"],
    ["LF line ends in a pcapng", Buffer.from(latin1(SECTION).replaceAll("\r\n", "\n"), "latin1"), "binary"],
  ])("into %s is recognised", async (_, content, what) => {
    expect(await messageOf(content)).toContain(what);
  });
});

describe.skipIf(!isInstalled("text2pcap") || !isInstalled("perl"))("packets in a text dump", () => {
  const lines = (bytes: Uint8Array, after: string, start = "") =>
    hexDump(bytes, 4, after, 2, "  E..(....")
      .replaceAll(/^/gm, `${start}0x`)
      .replace(/\t*0x$/, "");

  it.each([
    [
      "tcpdump -x",
      `09:00:00.500000 IP 10.0.0.7.60001 > 17.57.144.1.5223: tcp\n${lines(FRAME.subarray(14), ":  ", "\t")}`,
    ],
    [
      "tcpdump -xx",
      `09:00:00.500000 IP 10.0.0.7.60001 > 17.57.144.1.5223: tcp\n${lines(FRAME, ":  ", "\t")}`,
    ],
    [
      "FortiGate",
      `interfaces=[any]\nfilters=[none]\n2.943244 port1 in 10.0.0.7.60001 -> 17.57.144.1.5223: ack\n${lines(FRAME, "\t ")}\n`,
    ],
    ["a dump of packets", hexDump(FRAME, 6, " ", 1)],
  ])("of %s become a capture", async (name, text) => {
    expect(await messageOf(text)).toContain(name);
    const capture = await restored(text);
    const source = await openCapture(folder.put("restored", capture));
    const packets: string[] = [];
    for await (const { bytes, count, offsets, capturedLengths } of source.blocks()) {
      for (let i = 0; i < count; i++) {
        packets.push(
          Buffer.from(bytes.subarray(offsets[i], offsets[i] + capturedLengths[i])).toString("hex"),
        );
      }
    }
    const frame = Buffer.from(name === "tcpdump -x" ? FRAME.subarray(14) : FRAME).toString("hex");
    expect(packets).toEqual([frame]);
  });
});

it.each([
  ["output of tcpdump", "09:00:00.500000 IP 10.0.0.7.60001 > 17.57.144.1.5223: Flags [S], length 0\n"],
  ["a packet list of Wireshark", '"No.","Time","Source","Destination"\n"1","0.0","a","b"\n'],
  ["JSON of Wireshark", '[\n  {\n    "_index": "packets-2026-01-31",\n'],
  [
    "XML of Wireshark",
    '<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet type="text/xsl" href="pdml2html.xsl"?>\n<pdml version="0">',
  ],
  ["a web page", "<!DOCTYPE html>\n<html><body>404</body></html>"],
  ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"],
  ["K12 text", "+---------+---------------+----------+\r\n22:13:20,000,000   ETHER\r\n|0   |02|00|\r\n"],
  [
    "output of FortiGate's sniffer",
    "2026-01-31 09:00:00.500000 port1 in 10.0.0.7 -> 17.57.144.1: icmp\n0x0000\t 4500 0028\n",
  ],
])("a file of %s is recognised in the error message", async (name, content) => {
  expect(await messageOf(content)).toContain(name);
});

/** ERF records (Endace): time, type Ethernet, flags, length, no loss, length on the wire. */
function erf(count: number, change = (_record: Buffer, _index: number) => {}): Buffer {
  const records = Array.from({ length: count }, (_, index) => {
    const record = Buffer.alloc(18 + FRAME.length);
    record.writeUInt32LE(1_769_850_000 + index, 4);
    record[8] = 2;
    record[9] = 4;
    record.writeUInt16BE(record.length, 10);
    record.writeUInt16BE(FRAME.length, 14);
    record.set(FRAME, 18);
    change(record, index);
    return record;
  });
  return Buffer.concat(records);
}

it("ERF is recognised by its records, and similar data is not", async () => {
  const name = folder.file("it's a file").replaceAll("'", "'\\''");
  expect(await messageOf(erf(4))).toContain(
    `ERF is not supported; try: editcap -F pcapng -T ether '${name}' -`,
  );
  for (const change of [
    (record: Buffer) => record.fill(0, 8, 9),
    (record: Buffer) => record.fill(0, 10, 12),
    (record: Buffer, index: number) => record.writeUInt32LE(index * 1e6, 4),
  ]) {
    const error = await inputErrorOf(openCapture(folder.put("no erf", erf(4, change))));
    expect(error.message).toContain("neither pcap nor pcapng");
  }
});
