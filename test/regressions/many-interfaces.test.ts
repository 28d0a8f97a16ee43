/**
 * A pcapng with 100,000 interfaces: none of its packets was counted, and fewer interfaces made a report larger than the
 * capture.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { summarize, summaryStatus } from "../../src/engine/summarize.ts";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import type { InterfaceOptions } from "../../src/testing/builders/pcapng-builder.ts";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder } from "../cli/sample-captures.ts";
import { collectBytes } from "../packets/files/collect-records.ts";
import { expectConserved } from "../support/conservation.ts";

const FRAME = packet()
  .ethernet()
  .ipv4({ source: "10.0.0.7", destination: "17.57.144.1" })
  .tcp({ sourcePort: 60_001, destinationPort: 5223, flags: "A" })
  .build();
const UNSUPPORTED = 147;
const SECTION = pcapng().section().build();

let folder: CaptureFolder;
beforeAll(() => {
  folder = new CaptureFolder();
});
afterAll(() => folder.remove());

function interfaces(count: number, options: (index: number) => InterfaceOptions = () => ({})): Uint8Array {
  const blocks = Array.from({ length: count }, (_, index) => pcapng().interface(options(index)).build());
  return concatBytes(...blocks);
}

/** One packet for each of the interfaces 0 to `count` - 1. */
function packets(count: number): Uint8Array {
  const blocks = Array.from({ length: count }, (_, interfaceId) =>
    pcapng().packet(FRAME, { interfaceId, seconds: 1_769_850_000 }).build(),
  );
  return concatBytes(...blocks);
}

it("many interfaces are all counted, and the first hundred listed", async () => {
  const count = 100_000;
  const file = folder.put("many.pcapng", concatBytes(SECTION, interfaces(count), packets(count)));
  const summary = await summarize([file]);
  expectConserved(summary);
  expect(summaryStatus(summary)).toBe(0);
  expect(summary.packets.decoded).toBe(count);
  const [source] = summary.capture.sources;
  expect(source.interfaces).toHaveLength(100);
  expect(source.moreInterfaces).toEqual({
    interfaces: count - 100,
    linkTypes: ["ETHERNET"],
    packets: count - 100,
    unsupported: 0,
    dropped: null,
  });
});

it("many interfaces keep their link types and clocks if they share an entry", async () => {
  const kinds: InterfaceOptions[] = [
    {},
    { timeResolution: 9 },
    { timeOffset: 100n },
    { linkType: UNSUPPORTED },
    { fcsLengthBits: 32 },
  ];
  const count = 3000;
  const options = (index: number) => kinds[index % kinds.length];
  const builder = pcapng().section().raw(interfaces(count, options));
  for (let interfaceId = 0; interfaceId < count; interfaceId++) {
    builder.packet(FRAME, { interfaceId, ticks: 5_000_000_000n });
  }
  const { records, interfaces: described } = await collectBytes(builder.build());
  expect(described).toHaveLength(1024 + kinds.length);
  expect(described.reduce((sum, { standsFor = 1 }) => sum + standsFor, 0)).toBe(count);
  expect(records.map(({ seconds }) => seconds)).toEqual(
    Array.from({ length: count }, (_, index) => [5000, 5, 5100, 5000, 5000][index % kinds.length]),
  );
  const file = folder.put("kinds.pcapng", builder.build());
  const summary = await summarize([file]);
  expectConserved(summary);
  expect(summary.packets.unsupportedLinkType).toBe(600);
  const [source] = summary.capture.sources;
  expect(source.moreInterfaces).toMatchObject({ interfaces: 2900, packets: 2900, unsupported: 580 });
  expect(source.linkTypes).toHaveLength(2);
  const { stderr, status } = await runCli(["summarize", file]);
  expect(status).toBe(2);
  expect(stderr).toContain("580 packets of 2900 more interfaces not decoded: unsupported link types");
});

it("many interfaces give a bounded report, whatever their names", async () => {
  const named = interfaces(5000, () => ({ name: "\u0085".repeat(1000) }));
  const file = folder.put("names.pcapng", concatBytes(SECTION, named, packets(1)));
  const { stdout } = await runCli(["summarize", file, file, file, "--format", "json"]);
  expect(stdout.length).toBeLessThan(3_000_000);
  expect(JSON.parse(stdout).capture.sources[0].moreInterfaces.interfaces).toBe(4900);
});
