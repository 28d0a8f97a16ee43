/** TLS whose beginning was not captured is recognised by records of both sides, however long one of them is silent. */
import { expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { memorySource } from "../support/memory-source.ts";
import { BEGINNING } from "../support/traffic-makers.ts";

const RECORD = [0x17, 3, 3, 0, 40, ...new Array(40).fill(0xab)];

/** `count` segments of the server, then one of the client. */
async function protocolOf(count: number, clients: readonly number[], servers: readonly number[] = RECORD) {
  const server = Array.from({ length: count }, (_, i) =>
    packet()
      .ethernet()
      .ipv4({ source: "198.51.100.9", destination: "192.0.2.7" })
      .tcp({ sourcePort: 443, destinationPort: 50_123, flags: "PA", sequence: 1000 + i * servers.length })
      .payload(servers)
      .build(),
  );
  const client = packet()
    .ethernet()
    .ipv4({ source: "192.0.2.7", destination: "198.51.100.9" })
    .tcp({ sourcePort: 50_123, destinationPort: 443, flags: "PA", sequence: 77 })
    .payload(clients)
    .build();
  const records = [...server, client].map((bytes) => ({ bytes, time: BEGINNING }));
  const { flows } = await analyzeBytes([() => memorySource(records)]);
  return flows.map(({ protocol }) => protocol);
}

it("TLS captured from its middle is recognised after one segment of the other side, and after a hundred", async () => {
  expect(await protocolOf(1, RECORD)).toEqual(["tls"]);
  expect(await protocolOf(100, RECORD)).toEqual(["tls"]);
});

it("TLS captured from its middle is not recognised by one side alone", async () => {
  expect(await protocolOf(100, [1, 2, 3, 4, 5, 6])).toEqual([null]);
  expect(await protocolOf(3, RECORD, [9, 9, 9, 9, 9, 9, 9])).toEqual([null]);
  expect(await protocolOf(3, RECORD, [0x17, 3, 3, 0, 40])).toEqual(["tls"]);
});
