/** All products of a server name are kept: the port list never removes one of them. */
import { expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { memorySource } from "../support/memory-source.ts";
import { BEGINNING } from "../support/traffic-makers.ts";

/** Returns the attribution of a ClientHello for `name` on 443/tcp. */
async function flowTo(name: string) {
  const bytes = packet()
    .ethernet()
    .ipv4({ source: "192.0.2.7", destination: "198.51.100.9" })
    .tcp({ sourcePort: 50_123, destinationPort: 443, flags: "PA" })
    .payload(toRecords(buildClientHello(serverName(name))))
    .build();
  const { flows } = await analyzeBytes([() => memorySource([{ bytes, time: BEGINNING }])]);
  expect(flows).toHaveLength(1);
  return flows[0];
}

it("apps.apple.com names the App Store beside the Mac App Store, although the list has only the latter", async () => {
  const { class: flowClass, products, candidates, evidence, offList } = await flowTo("apps.apple.com");
  expect({ flowClass, candidates, evidence }).toEqual({
    flowClass: "identified",
    candidates: [],
    evidence: "server-name",
  });
  expect([...products].sort()).toEqual(["App Store", "Mac App Store"]);
  expect(offList).toEqual(["App Store"]);
});

it("a product that the list has on its port is not called off-list", async () => {
  const { products, offList } = await flowTo("mesu.apple.com");
  expect(products).toEqual(["Software Update"]);
  expect(offList).toEqual([]);
});
