/** A second thread that reads ahead gives what a single thread gives: the same results, errors and counts, byte for byte. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reachCollector } from "../../../src/engine/reach.ts";
import { loadKnowledge, type ReadingOptions } from "../../../src/engine/reading-options.ts";
import { Session } from "../../../src/engine/session.ts";
import { deviceCollector } from "../../../src/engine/summarize.ts";
import { InputError } from "../../../src/errors.ts";
import { ReadingThread } from "../../../src/packets/ahead/reading-thread.ts";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import type { PacketSource } from "../../../src/packets/packet-source.ts";
import { FlowCollector } from "../../../src/reports/flows/flow-collector.ts";
import { FlowNotesCollector } from "../../../src/reports/flows/flow-notes.ts";
import { NotedRecordsCollector } from "../../../src/reports/flows/noted-records.ts";
import { TrafficCollector } from "../../../src/reports/traffic/traffic-collector.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { randomCapture } from "../../support/random-traffic.ts";
import { pcapngOf } from "../../support/split-capture.ts";
import { toMemoryRecord } from "../../support/traffic.ts";

const knowledge = loadKnowledge({});
let thread: ReadingThread;
let folder: string;
beforeAll(() => {
  const started = ReadingThread.start();
  if (started === null) throw new Error("no thread could be started");
  thread = started;
  folder = mkdtempSync(join(tmpdir(), "appleflow-ahead-"));
});
afterAll(() => {
  thread.close();
  rmSync(folder, { recursive: true });
});

function newSession(options: ReadingOptions = {}) {
  const flows: unknown[] = [];
  const traffic = new TrafficCollector(knowledge.services);
  const attempts = reachCollector(knowledge);
  const devices = deviceCollector(knowledge);
  const collectors = [
    traffic,
    attempts,
    ...(devices === null ? [] : [devices]),
    new FlowCollector((flow) => flows.push(flow), null),
  ];
  const session = new Session(knowledge, { maxFlows: 2000, ...options }, collectors);
  const report = () => ({
    summary: session.report(traffic),
    reach: session.report(attempts),
    devices: devices && session.report(devices),
    flows,
  });
  return { session, report };
}

async function openIn(session: Session, path: string, ahead: boolean): Promise<PacketSource> {
  if (!ahead) return await openCapture(path, { block: session.kernel.createBlock() });
  const source = await thread.open(path, path, session.kernel);
  if (source === null) throw new Error("the thread has ended");
  return source;
}

/** Returns the complete result for a capture. */
async function resultOf(path: string, ahead: boolean, options: ReadingOptions = {}): Promise<string> {
  const { session, report } = newSession(options);
  let bytesRead = 0;
  try {
    const source = await openIn(session, path, ahead);
    for await (const _ of session.read(source));
    // How much was read beyond the point of an error is undefined.
    bytesRead = source.error === null ? source.bytesRead : -1;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    session.sources.fail(path, error);
    return JSON.stringify({ ...report(), message: error.message, position: error.position });
  }
  return JSON.stringify({ ...report(), bytesRead });
}

async function expectSame(path: string, options: ReadingOptions = {}): Promise<void> {
  const ahead = await resultOf(path, true, options);
  const alone = await resultOf(path, false, options);
  let same = 0;
  while (same < alone.length && ahead[same] === alone[same]) same++;
  // The texts are long: showing where they start to differ is enough.
  const around = (text: string) => text.slice(Math.max(0, same - 100), same + 100);
  expect(around(ahead)).toBe(around(alone));
}

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A UDP packet in IPv4 over Ethernet, of `length` bytes; one in `odd` is a fragment, has options, or is ARP. */
function frame(number: number, length: number, odd: number): Uint8Array {
  const bytes = Buffer.alloc(length, number & 0xff);
  bytes.set([0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00, 0x45, 0]);
  bytes.writeUInt16BE(length - 14, 16);
  bytes.writeUInt16BE(0, 20);
  bytes.set([64, 17, 0, 0, 10, 0, number & 7, number & 0xff, 17, 0, 0, 1], 22);
  bytes.writeUInt16BE(50_000 + (number & 63), 34);
  bytes.writeUInt16BE(443, 36);
  bytes.writeUInt16BE(length - 34, 38);
  if (number % odd === 0) {
    if (number % 3 === 0) bytes.writeUInt16BE(0x2000, 20);
    else if (number % 3 === 1) bytes[14] = 0x46;
    else bytes.writeUInt16BE(0x0806, 12);
  }
  return bytes;
}

/** A capture of at least `size` bytes: packets of all lengths, some of them not plain. */
function largeCapture(size: number, lengthOf: (number: number) => number, odd: number): Buffer {
  const pieces: Buffer[] = [];
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4);
  header.writeUInt32LE(0x00040002, 4);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  pieces.push(header);
  for (let number = 1, written = 0; written < size; number++) {
    const bytes = frame(number, lengthOf(number), odd);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000 + (number >> 9));
    record.writeUInt32LE(number & 511, 4);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(bytes.length, 12);
    pieces.push(record, Buffer.from(bytes));
    written += 16 + bytes.length;
  }
  return Buffer.concat(pieces);
}

const CAPTURES = ["fixtures", "fixtures/lab"].flatMap((directory) =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/.test(name))
        .map((name) => join(directory, name))
    : [],
);

describe("the thread that reads ahead", () => {
  it.each(CAPTURES)("gives the results of a single thread: %s", async (path) => {
    await expectSame(path);
  });

  it("gives the results of a single thread for random captures", async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(randomCapture("wild", 300), async (records) => {
        await expectSame(put(`random-${number++}`, pcapngOf(records.map(toMemoryRecord))));
      }),
      { numRuns: propertyRuns(40) },
    );
  });

  const shapes = [
    ["small packets, some odd", 5 << 20, () => 60, 50],
    ["packets of all lengths, many odd", 8 << 20, (number: number) => 60 + ((number * 7919) % 9000), 4],
    ["packets of 60 kB", 12 << 20, (number: number) => 60_000 + ((number * 31) % 5000), 1000],
  ] as const;
  describe.each(shapes)("given %s", (name, size, lengthOf, odd) => {
    it("gives the results of a single thread, through all buffers", async () => {
      const capture = largeCapture(size, lengthOf, odd);
      await expectSame(put(`${name}.pcap`, capture));
      await expectSame(put(`${name}.pcap.gz`, gzipSync(capture, { level: 1 })));
      await expectSame(put(`${name}, cut.pcap`, capture.subarray(0, capture.length - 7)));
      const damaged = Buffer.from(capture);
      damaged.fill(0xff, size >> 1);
      await expectSame(put(`${name}, damaged.pcap`, damaged));
    });
  });

  it("gives the same results with a filter, a time window and duplicate removal", async () => {
    const path = put(
      "choice.pcap",
      largeCapture(4 << 20, (number) => 60 + ((number * 31) % 700), 30),
    );
    await expectSame(path, { filter: "port 50007 or arp" });
    await expectSame(path, { from: { seconds: 1_700_000_003, nanoseconds: 0 } });
    await expectSame(path, { deduplicate: true });
  });

  it("gives records with the notes of their flows", async () => {
    const path = put(
      "noted.pcap",
      largeCapture(4 << 20, (number) => 60 + ((number * 31) % 700), 30),
    );
    const notedBy = async (ahead: boolean) => {
      let flow = 0;
      const notes = new FlowNotesCollector(() => `flow ${flow++}`);
      const first = new Session(knowledge, {}, [notes]);
      for await (const _ of first.read(await openIn(first, path, ahead)));
      const lines: string[] = [];
      const records = new NotedRecordsCollector(first.report(notes), (block, row, note, isFirst) => {
        lines.push([block.seconds[row], block.nanoseconds[row], note, isFirst].join(" "));
      });
      const second = new Session({ ...knowledge, rules: null }, {}, [records]);
      for await (const _ of second.read(await openIn(second, path, ahead)));
      second.report(records);
      return lines;
    };
    const alone = await notedBy(false);
    expect(alone.filter((line) => line.includes("flow")).length).toBeGreaterThan(5000);
    expect((await notedBy(true)).join("\n") === alone.join("\n")).toBe(true);
  });

  it("fails to open what a single thread cannot open, with the same message", async () => {
    await expectSame(join(folder, "not there"));
    await expectSame(folder);
    await expectSame(put("text", Buffer.from("no capture")));
    await expectSame(put("empty", Buffer.alloc(0)));
  });

  it("can be stopped early, and then reads the next capture", async () => {
    const path = put(
      "left.pcap",
      largeCapture(8 << 20, () => 60, 50),
    );
    const { session } = newSession();
    for await (const block of (await openIn(session, path, true)).blocks()) {
      expect(block.count).toBeGreaterThan(0);
      break;
    }
    await expectSame(path);
  });

  it("reports how far it had read when interrupted", async () => {
    const path = put(
      "interrupted.pcap",
      largeCapture(40 << 20, () => 1500, 50),
    );
    const { session, report } = newSession();
    const stop = new AbortController();
    const source = await thread.open(path, path, session.kernel, stop.signal);
    if (source === null) throw new Error("the thread has ended");
    for await (const _ of session.read(source)) if (source.bytesRead > 1 << 20) stop.abort();
    expect(source.error?.code).toBe("interrupted");
    expect(source.bytesRead).toBeLessThan(40 << 20);
    const { capture } = report().summary;
    expect(capture.packets).toBe(capture.sources[0].interfaces[0].packets);
    await expectSame(path);
  });

  it("refuses to read after it was closed", async () => {
    const other = ReadingThread.start();
    other?.close();
    const path = put(
      "ended.pcap",
      largeCapture(1000, () => 60, 50),
    );
    expect(await other?.open(path, path, newSession().session.kernel)).toBeNull();
  });
});
