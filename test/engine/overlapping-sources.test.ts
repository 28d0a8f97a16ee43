/** The report on each of several overlapping captures: its own packets, interfaces and end. */
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { pcap, pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import type { MemoryRecord } from "../support/memory-source.ts";
import { PartFolder, pcapngOf } from "../support/split-capture.ts";
import { toMemoryRecord } from "../support/traffic.ts";
import { udp } from "../support/traffic-makers.ts";

let folder = new PartFolder();
beforeEach(() => {
  folder.remove();
  folder = new PartFolder();
});
afterAll(() => folder.remove());

const put = (parts: readonly (readonly MemoryRecord[])[]) => folder.put(parts.map(pcapngOf));

/** A datagram of a host, `at` seconds after the beginning. */
const mark = (host: number, at: number) =>
  toMemoryRecord(udp(`10.0.0.${host}:50000`, "17.0.0.1:4000", { at }));

describe("overlapping sources", () => {
  it("are listed in the order given, each with its own totals", async () => {
    const [late, early] = put([
      [mark(1, 5), mark(2, 7), mark(3, 9)],
      [mark(4, 0), mark(5, 6)],
    ]);
    const [empty, cut] = folder.put([
      pcap().build(),
      pcap().record(mark(9, 0).bytes, { seconds: 1_700_000_003 }).raw([1]).build(),
    ]);
    const missing = join(folder.path, "missing");
    const names = [late, missing, empty, early, cut];
    const { capture } = await summarize(names);
    expect(
      capture.sources.map(({ name, packets, complete, error }) => [name, packets, complete, error?.code]),
    ).toEqual([
      [late, 3, true, undefined],
      [missing, 0, false, "cannot_open"],
      [empty, 0, true, undefined],
      [early, 2, true, undefined],
      [cut, 1, false, "truncated_record"],
    ]);
    const times = capture.sources.map(({ start, end }) => [start?.slice(17, 19), end?.slice(17, 19)]);
    expect(times).toEqual([
      ["25", "29"],
      [undefined, undefined],
      [undefined, undefined],
      ["20", "26"],
      ["23", "23"],
    ]);
    expect(capture.packets).toBe(6);
  });

  it("keep their own interfaces, link types, processes and frame check lengths", async () => {
    const frame = packet()
      .ethernet()
      .ipv4({ source: "10.0.0.1", destination: "17.0.0.1" })
      .tcp({ destinationPort: 5223 });
    const ipv4 = packet()
      .ipv4({ source: "10.0.0.2", destination: "17.0.0.1" })
      .tcp({ destinationPort: 5223 });
    const time = (i: number) => ({ seconds: 1_700_000_000 + i });
    const apple = pcapng()
      .section()
      .interface({ linkType: 1, fcsLengthBits: 32, name: "en0" })
      .appleProcess(7, "apsd");
    const raw = pcapng()
      .section()
      .interface({ linkType: 147 })
      .interface({ linkType: 101, name: "utun0" })
      .appleProcess(7, "curl");
    const process = { code: 0x8001, uint32: 0 };
    for (let i = 0; i < 10; i += 2) {
      apple.packet(concatBytes(frame.build(), new Uint8Array(4)), { ...time(i), options: [process] });
      raw.packet(ipv4.build(), { ...time(i + 1), interfaceId: i === 4 ? 0 : 1, options: [process] });
    }
    const names = folder.put([raw.build(), apple.build()]);
    const flows: FlowReport[] = [];
    const { capture, packets } = await summarize(names, { onFlow: (flow) => flows.push(flow) });
    expect(
      capture.sources.map(({ interfaces }) =>
        interfaces.map((one) => [one.name, one.packets, one.unsupported]),
      ),
    ).toEqual([
      [
        [null, 1, 1],
        ["utun0", 4, 0],
      ],
      [["en0", 5, 0]],
    ]);
    expect(packets).toMatchObject({ decoded: 9, unsupportedLinkType: 1, malformed: 0 });
    expect(flows.map(({ originator, process: name }) => [originator.address, name])).toEqual([
      ["10.0.0.1", "apsd"],
      ["10.0.0.2", "curl"],
    ]);
  });

  it("can be the same file given twice: its packets count twice", async () => {
    const [name] = put([[mark(1, 0), mark(2, 1), mark(3, 2)]]);
    const { capture } = await summarize([name, name]);
    expect(capture.sources.map(({ packets }) => packets)).toEqual([3, 3]);
    expect(capture.packets).toBe(6);
  });

  it("can have 65,536 interfaces each", async () => {
    const section = pcapng().section().build();
    const one = pcapng().interface({ linkType: 1 }).build();
    const interfaces = concatBytes(section, ...Array.from({ length: 65_536 }, () => one));
    const packets = (from: number) => {
      const file = pcapng();
      for (let i = 0; i < 50; i++) {
        const options = { interfaceId: 65_535 - i, seconds: 1_700_000_000 + 2 * i + from };
        file.packet(mark(from, 0).bytes, options);
      }
      return concatBytes(interfaces, file.build());
    };
    const { capture, packets: totals } = await summarize(folder.put([packets(1), packets(0)]));
    expect(totals.decoded).toBe(100);
    for (const { moreInterfaces } of capture.sources) {
      expect(moreInterfaces).toMatchObject({ interfaces: 65_436, packets: 50 });
    }
  });

  it("keep what was read before an interruption; sources not yet begun are named", async () => {
    const long = (host: number) =>
      Array.from({ length: 3000 }, (_, i) => {
        const { bytes, time } = mark(host, i / 100);
        return { bytes: concatBytes(bytes, new Uint8Array(1000)), time };
      });
    const names = put([[mark(3, 1000), mark(3, 1001)], long(1), long(2)]);
    const ending = new AbortController();
    const onProgress = ({ packets }: { packets: number }) => {
      if (packets > 1000) ending.abort();
    };
    const { capture } = await summarize(names, { signal: ending.signal, onProgress });
    expect(capture.sources.map(({ error, format }) => [error?.code, format])).toEqual([
      ["interrupted", null],
      ["interrupted", "pcapng"],
      ["interrupted", "pcapng"],
    ]);
    const [, one, other] = capture.sources;
    expect(one.packets + other.packets).toBe(capture.packets);
    expect(capture.packets).toBeGreaterThan(1000);
    expect(capture.packets).toBeLessThan(6000);
    expect(Math.min(one.packets, other.packets)).toBeGreaterThan(400);
  });
});
