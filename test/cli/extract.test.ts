/** The packets of products and devices as separate captures: all of them, and no others. */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { type MemoryRecord, readRecords } from "../support/memory-source.ts";
import { toMemoryRecord } from "../support/traffic.ts";
import { laterFragment, other, udp } from "../support/traffic-makers.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder } from "./sample-captures.ts";

const PHONE = "fixtures/phone-morning.pcapng";

let folder: CaptureFolder;

beforeAll(() => {
  folder = new CaptureFolder();
});
afterAll(() => folder.remove());

async function extract(...args: readonly string[]) {
  const output = folder.file("extract.pcapng");
  const { status, stderr } = await runCli(["extract", ...args, "-o", output]);
  return { status, stderr, records: status === 0 ? await readRecords(await openCapture(output)) : [] };
}

const keyOf = ({ bytes, time }: MemoryRecord) => `${time} ${Buffer.from(bytes).toString("hex")}`;

describe("extract", () => {
  it("writes all packets that summarize counts for a product, and all identified packets for all products", async () => {
    const summary = await summarize([PHONE]);
    const all = (await readRecords(await openCapture(PHONE))).map(keyOf);
    const named = summary.products.filter(({ identified, oneOf }) => identified.packets + oneOf.packets > 0);
    expect(named.length).toBeGreaterThan(5);
    for (const { product, identified, oneOf } of named.slice(0, 5)) {
      const { records, stderr } = await extract(PHONE, "--product", product);
      expect([product, records.length, stderr]).toEqual([product, identified.packets + oneOf.packets, ""]);
      const keys = records.map(keyOf);
      // Unchanged, and in capture order.
      expect(keys).toEqual(all.filter((key) => keys.includes(key)));
    }
    const together = await extract(PHONE, ...named.flatMap(({ product }) => ["--product", product]));
    expect(together.records).toHaveLength(summary.classes.identified.packets);
  });

  it("writes the packets of a device's flows, and with a product those that match both", async () => {
    const name = (await summarize([PHONE])).devices.find(({ name }) => name !== null)?.name ?? "";
    const ofDevice = await summarize([PHONE], { device: name });
    const { records } = await extract(PHONE, "--device", name);
    expect(records).toHaveLength(ofDevice.packets.decoded - (ofDevice.otherFlows?.packets ?? 0));
    const product = ofDevice.products.find(({ identified }) => identified.packets > 0);
    const both = await extract(PHONE, "--device", name, "--product", product?.product ?? "");
    expect(both.records).toHaveLength((product?.identified.packets ?? 0) + (product?.oneOf.packets ?? 0));
  });

  it("writes the fragments of a flow, including those that arrived before the first one", async () => {
    const [a, b] = ["10.0.0.1", "17.253.1.1"];
    const records = [
      laterFragment(a, b, 1, { extraLength: 1 }),
      other("arp"),
      laterFragment(a, b, 1, { extraLength: 2 }),
      udp(`${a}:123`, `${b}:123`, { fragmentId: 1, extraLength: 3 }),
      laterFragment(a, b, 2, { extraLength: 4 }),
      laterFragment(a, b, 1, { extraLength: 5 }),
    ].map(toMemoryRecord);
    let file = pcapng().section().interface();
    for (const { bytes, originalLength } of records)
      file = file.packet(bytes, { originalLength: originalLength ?? 0 });
    const capture = folder.put("fragments.pcapng", file.build());
    const { records: found } = await extract(capture, "--device", a);
    expect(found.map(({ originalLength = 0, bytes }) => originalLength - bytes.length)).toEqual([1, 2, 3, 5]);
  });

  it("reports that no flow is known to be the product's, and how many flows a port alone allows", async () => {
    const { status, stderr, records } = await extract("fixtures/rows-tcp.pcap", "--product", "FaceTime");
    expect([status, records]).toEqual([0, []]);
    expect(stderr).toMatch(
      /^appleflow: no flow is known to belong to FaceTime; a port alone allows it in \d+ flows\n$/,
    );
  });

  it.each([
    ["a call without --product and --device", [PHONE], /needs --product NAME, --device NAME, or both/],
    ["an unknown product", [PHONE, "--product", "Newton"], /no product is called "Newton"/],
    ["an invalid device", [PHONE, "--device", "nobody"], /no device has the name or the address nobody/],
    [
      "a product with --no-evidence",
      [PHONE, "--product", "FaceTime", "--no-evidence"],
      /cannot be combined with --no-evidence/,
    ],
    ["a pipe as capture", ["-", "--product", "FaceTime"], /-: a pipe can be read only once/],
  ])("refuses %s", async (_, args, message) => {
    const output = folder.file("refused.pcapng");
    const { status, stderr } = await runCli(["extract", ...args, "-o", output]);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(existsSync(output)).toBe(false);
  });
});
