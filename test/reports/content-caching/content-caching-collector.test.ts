/** Possible and actual traffic of content caches, only where it shows (docs/contract.md, "Content caching"). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadPseudonyms } from "../../../src/anonymise/load-pseudonyms.ts";
import { type SummarizeOptions, summarize } from "../../../src/engine/summarize.ts";
import { renderSummary } from "../../../src/render/index.ts";
import { pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { dhcpAck, type End, sent } from "../../support/device-network.ts";
import type { MemoryRecord } from "../../support/memory-source.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-caching-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ROUTER = "02:00:00:00:ff:01";
const PHONE: End = { ip: "10.0.0.7", mac: "02:00:00:00:00:07" };
const CACHE: End = { ip: "10.0.0.60", mac: "02:00:00:00:00:60" };
const GATEWAY: End = { ip: "10.0.0.1", mac: ROUTER };
const APPLE: End = { ip: "17.253.15.201", mac: ROUTER };
const OTHERS: End = { ip: "198.51.100.9", mac: ROUTER };

const request = (...lines: readonly string[]) => Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
const PROBE = request(
  "GET / HTTP/1.1",
  "Host: 10.0.0.60:54459",
  "User-Agent: AssetCacheLocatorService/106.1 CFNetwork/1111 Darwin/19.0.0 (x86_64)",
);
const DOWNLOAD = request(
  "GET /assets/one.zip?source=updates-http.cdn-apple.com HTTP/1.1",
  "Host: 10.0.0.60:54459",
  "User-Agent: nsurlsessiond/1115 CFNetwork/1115 Darwin/19.0.0",
);

/** A client's TCP request, and an answer of 1000 bytes after headers of 54. */
function talk(server: End, port: number, clientPort: number, data: Uint8Array): MemoryRecord[] {
  return [
    sent(PHONE, server, { ports: [clientPort, port], data }),
    sent(server, PHONE, {
      ports: [port, clientPort],
      // Packets forwarded by a router are from another network.
      hops: server.mac === ROUTER ? 52 : 64,
      data: new Uint8Array(1000).fill(1),
    }),
  ];
}

const named = (name: string) => toRecords(buildClientHello(serverName(Buffer.from(name))));
const ANSWER = 1054;

async function cachingOf(records: readonly MemoryRecord[], options: SummarizeOptions = {}) {
  let file = pcapng().section().interface();
  // Packets from a known gateway are from other networks.
  const lease = dhcpAck(GATEWAY, PHONE.mac, PHONE.ip, 0, [[3, [10, 0, 0, 1]]]);
  for (const { bytes } of [lease, ...records]) file = file.packet(bytes, { seconds: 1_769_850_000 });
  const capture = join(folder, "caching.pcapng");
  writeFileSync(capture, file.build());
  return await summarize([capture], options);
}

const update = talk(APPLE, 443, 50_000, named("swscan.apple.com"));
const probe = talk(CACHE, 54_459, 50_001, PROBE);
const download = talk(CACHE, 54_459, 50_002, DOWNLOAD);

describe("content caching in a summary", () => {
  it("counts what servers sent for products whose downloads a cache stores", async () => {
    const push = talk(APPLE, 5223, 50_003, named("1-courier.push.apple.com"));
    const { contentCaching } = await cachingOf([...update, ...push]);
    expect(contentCaching).toEqual({
      couldBe: { flows: 1, packets: 1, bytes: ANSWER },
      fromCaches: { flows: 0, packets: 0, bytes: 0 },
      caches: [],
    });
  });

  it.each([
    ["before", [...probe, ...download]],
    ["after", [...download, ...probe]],
  ])("counts what a cache sent if the client probed it %s the download", async (_, records) => {
    const { contentCaching } = await cachingOf([...records, ...update]);
    const all = { flows: 2, packets: 2, bytes: 2 * ANSWER };
    expect(contentCaching).toEqual({
      couldBe: { flows: 1, packets: 1, bytes: ANSWER },
      fromCaches: all,
      caches: [{ address: "10.0.0.60", port: 54_459, ...all }],
    });
  });

  it("is absent without a download, a cache, or a cache request beyond the local network", async () => {
    const elsewhere = talk(OTHERS, 54_459, 50_004, PROBE);
    expect(await cachingOf([...download, ...elsewhere])).not.toHaveProperty("contentCaching");
    // Nobody answers, so nothing came from there.
    expect(await cachingOf(probe.slice(0, 1))).not.toHaveProperty("contentCaching");
    expect(await cachingOf([...update, ...probe], { rules: null })).not.toHaveProperty("contentCaching");
  });

  it("is an upper bound: a flow of several products counts if one of them is cacheable", async () => {
    const stores = talk(APPLE, 443, 50_006, named("init.itunes.apple.com"));
    const { contentCaching, groups } = await cachingOf([...update, ...stores]);
    expect(groups.some(({ products }) => products.includes("iTunes Store") && products.length > 1)).toBe(
      true,
    );
    expect(contentCaching?.couldBe).toEqual({ flows: 2, packets: 2, bytes: 2 * ANSWER });
  });

  it("counts downloads through a local proxy as possible", async () => {
    const proxy: End = { ip: "10.0.0.3", mac: "02:00:00:00:00:03" };
    const asked = request("CONNECT swscan.apple.com:443 HTTP/1.1", "Host: swscan.apple.com:443");
    const { contentCaching } = await cachingOf(talk(proxy, 3128, 50_005, asked));
    expect(contentCaching?.couldBe.bytes).toBe(ANSWER);
  });

  it("is one line in the table and on the page", async () => {
    const summary = await cachingOf([...probe, ...download, ...update]);
    const words =
      /2\.1 kB came from 1 cache \(10\.0\.0\.60:54459\)[,;] at most 1\.1 kB more of identified traffic is cacheable/;
    expect(await renderSummary(summary, { format: "table" })).toMatch(/CONTENT CACHES {2}2\.1 kB/);
    expect((await renderSummary(summary, { format: "table" })).replace(/\s+/g, " ")).toMatch(words);
    expect(await renderSummary(summary, { format: "html" })).toMatch(words);
    const nothing = await cachingOf(download);
    for (const format of ["table", "html"] as const) {
      expect(await renderSummary(nothing, { format })).not.toMatch(/content caches/i);
    }
    expect(await renderSummary(await cachingOf(update), { format: "table" })).toContain(
      "CONTENT CACHES  none seen, at most 1.1 kB of identified traffic is cacheable\n",
    );
  });

  it("has no cache address under --anonymise", async () => {
    const summary = await cachingOf([...probe, ...update], { pseudonyms: loadPseudonyms("0f".repeat(32)) });
    expect(summary.contentCaching?.caches).toHaveLength(1);
    expect(JSON.stringify(summary)).not.toContain("10.0.0.60");
    expect(await renderSummary(summary, { format: "table" })).not.toContain("10.0.0.60");
  });
});
