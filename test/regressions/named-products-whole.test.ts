/** The products that a server name stands for are taken whole: the port list never throws one of them out. */
import { expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { buildClientHello, serverName, toRecords } from "../support/client-hello.ts";
import { memorySource } from "../support/memory-source.ts";
import { packet } from "../support/packet-builder.ts";

/** What a ClientHello for `name` on 443/tcp is attributed to. */
async function flowTo(name: string) {
  const bytes = packet()
    .ethernet()
    .ipv4({ source: "192.0.2.7", destination: "198.51.100.9" })
    .tcp({ sourcePort: 50_123, destinationPort: 443, flags: "PA" })
    .payload(toRecords(buildClientHello(serverName(name))))
    .build();
  const { flows } = await analyzeBytes([() => memorySource([{ bytes, time: 0n }])]);
  expect(flows).toHaveLength(1);
  return flows[0];
}

it("names the App Store beside the Mac App Store for apps.apple.com, though the list has only the latter", async () => {
  const { candidates, evidence, offList } = await flowTo("apps.apple.com");
  expect(candidates).toEqual(["Mac App Store", "App Store"]);
  expect(evidence).toBe("server-name");
  expect(offList).toBe(true);
});

it("marks no flow as off the list whose products the list has on its port", async () => {
  const { candidates, offList } = await flowTo("mesu.apple.com");
  expect(candidates).toEqual(["Software Update"]);
  expect(offList).toBe(false);
});
