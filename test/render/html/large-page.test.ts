/** The page of an office: a hundred devices with a row each, a working day, and small enough for a mail. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { summarizeWithReach } from "../../../src/engine/reach.ts";
import { loadAdvice } from "../../../src/knowledge/advice/load-advice.ts";
import { writeSummary } from "../../../src/render/render-summary.ts";
import { pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { CaptureFolder } from "../../cli/sample-captures.ts";
import { dhcpRequest, sent } from "../../support/device-network.ts";
import { faultsOf, tablesOf } from "../../support/page-reader.ts";

const DEVICES = 130;
const MOST_BYTES = 300_000;
const WORKING_DAY = 9 * 3600;
const ROUTER = "02:00:00:00:ff:01";
const NAMES = [
  "mesu.apple.com",
  "gs-loc.apple.com",
  "init.itunes.apple.com",
  "gateway.icloud.com",
  "p62-buy.itunes.apple.com",
  "mask.icloud.com",
  "captive.apple.com",
  "gsp-ssl.ls.apple.com",
  "p42-keyvalueservice.icloud.com",
  "init.ess.apple.com",
  "courier.push.apple.com",
  "www.example.org",
];

let folder: CaptureFolder;
let capture: string;

beforeAll(() => {
  folder = new CaptureFolder();
  const packets = Array.from({ length: DEVICES }, (_, i) => {
    const mac = `02:00:00:00:01:${i.toString(16).padStart(2, "0")}`;
    const device = { ip: `10.0.${i >> 6}.${(i & 63) + 10}`, mac };
    const step = Math.floor(WORKING_DAY / NAMES.length);
    return [
      dhcpRequest(
        mac,
        [
          [12, `${["anna", "ben", "carla", "dan"][i % 4]}-macbook-pro-${i}`],
          [50, device.ip.split(".").map(Number)],
        ],
        i,
      ),
      ...NAMES.map((name, k) =>
        sent(
          device,
          { ip: `17.253.${k}.${i}`, mac: ROUTER },
          {
            ports: [50_000 + k, 443],
            at: 200 + k * step + i * 11,
            data: toRecords(buildClientHello(serverName(name))),
          },
        ),
      ),
    ];
  }).flat();
  packets.sort((a, b) => Number((a.time ?? 0n) - (b.time ?? 0n)));
  let file = pcapng().section().interface();
  for (const { bytes, time } of packets) {
    file = file.packet(bytes, { seconds: Number((time ?? 0n) / 1_000_000_000n) });
  }
  capture = folder.put("office.pcapng", file.build());
});
afterAll(() => folder.remove());

it("a page has a row for each of a hundred devices and one for the rest, in 300 kB, written in pieces", async () => {
  const { summary, report } = await summarizeWithReach([capture], { maxFlows: 2000, everySeconds: "auto" });
  expect(summary.devices.length).toBeGreaterThanOrEqual(DEVICES);
  expect(report).not.toBeNull();
  const pieces: string[] = [];
  const reach = report === null ? {} : { reach: report, advice: loadAdvice() };
  await writeSummary(summary, { format: "html", ...reach }, (piece) => pieces.push(piece));
  const page = pieces.join("");
  const caption = "Bytes that each device sent and received, by product: darker means more.";
  const rows = tablesOf(page).get(caption)?.rows ?? [];
  expect(rows.length).toBe(102);
  expect(rows[100].header).toBe(`${summary.devices.length - 100} more devices`);
  const sent = rows.reduce((sum, { cells: [bytes] }) => sum + Number(bytes), 0);
  expect(sent).toBe(summary.bytes.decoded);
  expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
  expect(pieces.length).toBeGreaterThan(1);
  expect(await faultsOf(page)).toEqual([]);
});
