/** Captures that overlap in time, case by case; `merge-captures.test.ts` has random ones. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import type { MemoryRecord } from "../support/memory-source.ts";
import {
  PartFolder,
  pcapngOf,
  reachOf,
  splitBy,
  splitBySender,
  summaryOf,
} from "../support/split-capture.ts";
import { toMemoryRecord } from "../support/traffic.ts";
import { BEGINNING, tcp, udp } from "../support/traffic-makers.ts";

const SECOND = 1_000_000_000n;
const MILLISECOND = 1_000_000n;
const SERVER = "17.253.21.203:443";

let folder = new PartFolder();
beforeEach(() => {
  folder.remove();
  folder = new PartFolder();
});
afterAll(() => folder.remove());

const put = (parts: readonly (readonly MemoryRecord[])[]) => folder.put(parts.map(pcapngOf));

/** A datagram marked by its sending host, `at` seconds after the beginning. */
const mark = (host: number, at: number | null) =>
  toMemoryRecord(udp(`10.0.0.${host}:50000`, "17.0.0.1:4000", { at }));

/** The marks in the order of counting: by flows, which all end at the end, in the order of their beginnings. */
async function orderOf(names: readonly string[]): Promise<number[]> {
  const flows: FlowReport[] = [];
  await summarize(names, { maxFlows: 2000, onFlow: (flow) => flows.push(flow) });
  return flows.map(({ originator }) => Number(originator.address.split(".").at(-1)));
}

/** Both directions of a connection with a server name, as seen by the two ports of a tap. */
function tapped(): MemoryRecord[] {
  const ends = (isReply: boolean) => {
    const [source, destination] = isReply ? ["17.253.21.203", "10.0.0.1"] : ["10.0.0.1", "17.253.21.203"];
    const macs = isReply
      ? ["02:00:00:00:00:02", "02:00:00:00:00:01"]
      : ["02:00:00:00:00:01", "02:00:00:00:00:02"];
    return packet().ethernet({ source: macs[0], destination: macs[1] }).ipv4({ source, destination });
  };
  const sent = (flags: string, sequence: number, acknowledgment: number) =>
    ends(false).tcp({ sourcePort: 50_111, destinationPort: 443, flags, sequence, acknowledgment });
  const answered = (flags: string, sequence: number, acknowledgment: number) =>
    ends(true).tcp({ sourcePort: 443, destinationPort: 50_111, flags, sequence, acknowledgment });
  const hello = toRecords(buildClientHello(serverName("swcdn.apple.com")));
  const frames = [
    sent("S", 1, 0).build(),
    answered("SA", 1, 2).build(),
    sent("A", 2, 2).build(),
    sent("PA", 2, 2).payload(hello).build(),
    // More packets of one side than are examined before the other side has identified itself.
    ...Array.from({ length: 40 }, (_, i) =>
      answered("A", 2 + 1400 * i, 2 + hello.length)
        .payload(1400)
        .build(),
    ),
    sent("FA", 2 + hello.length, 56_002).build(),
    answered("FA", 56_002, 3 + hello.length).build(),
  ];
  return frames.map((bytes, i) => ({ bytes, time: BEGINNING + BigInt(i) * MILLISECOND }));
}

describe("two halves of a network tap", () => {
  it("identify Software Update in either order, even with identical times", async () => {
    for (const records of [tapped(), tapped().map((record) => ({ ...record, time: BEGINNING }))]) {
      const names = put(splitBySender(records));
      expect(names).toHaveLength(2);
      const summary = await summarize(names);
      expect(summary.products.map(({ product }) => product)).toEqual(["Software Update"]);
      const forwards = await summaryOf(names);
      expect(await summaryOf([...names].reverse())).toBe(forwards);
    }
  });
});

describe("packets of the same time", () => {
  it("keep the order within a capture; the capture that began first comes first", async () => {
    const early = [mark(9, 0), mark(8, 5), mark(7, 5), mark(6, 6)];
    const late = [mark(1, 5), mark(2, 5), mark(3, 7)];
    const [one, other] = put([early, late]);
    expect(await orderOf([one, other])).toEqual([9, 8, 7, 1, 2, 6, 3]);
    expect(await orderOf([other, one])).toEqual([9, 8, 7, 1, 2, 6, 3]);
  });

  it("are ordered by content if the captures begin alike", async () => {
    const parts = [
      [mark(4, 0), mark(3, 0), mark(2, 1)],
      [mark(4, 0), mark(5, 0), mark(1, 1)],
    ];
    const names = put(parts);
    const order = await orderOf(names);
    expect(order.toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(await orderOf([...names].reverse())).toEqual(order);
  });
});

describe("a capture clock", () => {
  it("that is ahead for one packet delays neither other captures nor its own later packets", async () => {
    const odd = [mark(1, 0), mark(2, 1), mark(3, 900), mark(4, 3), mark(5, 5)];
    const even = [mark(6, 0.5), mark(7, 2.5), mark(8, 4)];
    expect(await orderOf(put([odd, even]).reverse())).toEqual([1, 6, 2, 7, 3, 4, 8, 5]);
  });

  it("that is set back leaves the packets of other captures in order", async () => {
    const setBack = [mark(1, 10), mark(8, 11.7), mark(2, 12), mark(3, 2), mark(4, 3)];
    const sound = [mark(5, 11), mark(6, 11.5), mark(7, 13)];
    const order = await orderOf(put([setBack, sound]));
    expect(order).toEqual([1, 5, 6, 8, 2, 3, 4, 7]);
  });

  it("that is missing makes packets follow the previous ones, or come first", async () => {
    const some = [mark(1, 1), mark(2, null), mark(3, 5)];
    const none = [mark(4, null), mark(5, null)];
    const sound = [mark(6, 2), mark(7, 4)];
    const names = put([sound, some, none]);
    expect(await orderOf(names)).toEqual([4, 5, 1, 2, 6, 7, 3]);
    expect(await orderOf([...names].reverse())).toEqual([4, 5, 1, 2, 6, 7, 3]);
  });
});

describe("many captures", () => {
  it("of a ring, named in no time order, give the summary of the whole", async () => {
    const records = Array.from({ length: 9000 }, (_, i) => {
      const at = i / 100;
      const client = `10.0.0.${1 + (i % 40)}:${50_000 + (i % 7)}`;
      const flags = i % 1000 < 40 ? "S" : "A";
      return toMemoryRecord(i % 3 === 0 ? tcp(SERVER, client, { at }) : tcp(client, SERVER, { at, flags }));
    });
    const whole = await summaryOf(put([records]));
    const ring = folder.put(splitBy(records, (_, i) => Math.floor(i / 3)).map(pcapngOf));
    expect(ring).toHaveLength(3000);
    expect(await summaryOf(ring.toSorted())).toBe(whole);
  });

  it("of which too many overlap are reported as merged late, the same in any order", async () => {
    const parts = Array.from({ length: 300 }, (_, i) => [mark(i % 250, i), mark(i % 250, 1000 + i)]);
    const names = put(parts);
    const { capture } = await summarize(names);
    const late = capture.sources.map(({ weirds }) => weirds?.merged_late ?? 0);
    // The last 44 cannot be opened before one of the others has ended.
    expect(late.slice(0, 256).every((count) => count === 0)).toBe(true);
    expect(late.slice(256).every((count) => count === 1)).toBe(true);
    expect(capture.packets).toBe(600);
    expect(await summaryOf([...names].reverse())).toBe(await summaryOf(names));
    expect(await summaryOf(names.slice(0, 256))).not.toContain("merged_late");
  });

  it("within the time of one long capture give the summary of the whole, compressed or not", async () => {
    const records = Array.from({ length: 6000 }, (_, i) => {
      const sender = i % 50 < 4 && i > 1500 ? 2 + Math.floor(i / 500) : 1;
      const frame = packet()
        .ethernet()
        .ipv4({ source: `10.0.0.${sender}`, destination: "17.0.0.1" })
        .udp({ sourcePort: 50_000, destinationPort: 4000 })
        .payload(Uint8Array.from({ length: 1200 }, (_, byte) => (byte * i) & 0xff));
      return { bytes: frame.build(), time: BEGINNING + BigInt(i) * MILLISECOND };
    });
    const [whole] = put([records]);
    const parts = splitBy(records, ({ bytes }) => bytes[29]).map(pcapngOf);
    expect(parts.length).toBeGreaterThan(5);
    const expected = await summaryOf([whole]);
    expect(await summaryOf(folder.put(parts).reverse())).toBe(expected);
    expect(await summaryOf(folder.put(parts.map((part) => gzipSync(part))))).toBe(expected);
    // A filter sees the packets in place.
    const filter = "udp and src host 10.0.0.1";
    const one = await summarize([whole], { filter });
    const many = await summarize(folder.put(parts), { filter });
    expect(many.packets).toEqual(one.packets);
    expect(many.capture.beforeChoice).toEqual(one.capture.beforeChoice);
  });
});

it("the captures of a directory are read in time order", async () => {
  const directory = join(folder.path, "ring");
  mkdirSync(directory);
  const parts = splitBy(tapped(), (_, i) => Math.floor(i / 9));
  for (const [i, part] of parts.entries()) writeFileSync(join(directory, `${9 - i}.pcapng`), pcapngOf(part));
  expect(await summaryOf([directory])).toBe(await summaryOf(put([tapped()])));
  expect(await reachOf([directory])).toBe(await reachOf(put([tapped()])));
});

it("progress counts the bytes of all captures", async () => {
  const names = put([
    tapped(),
    tapped().map((record) => ({ ...record, time: (record.time ?? 0n) + SECOND / 100n })),
  ]);
  const steps: [number, number | null][] = [];
  await summarize(names, { onProgress: ({ bytesRead, totalBytes }) => steps.push([bytesRead, totalBytes]) });
  const read = steps.map(([bytesRead]) => bytesRead);
  expect(read).toEqual(read.toSorted((a, b) => a - b));
  expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);
});
