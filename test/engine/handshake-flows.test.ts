/** Names in handshakes, through the whole analysis: the flow table has to deliver the right packets. */
import { describe, expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { alpn, buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { CHROMIUM_QUIC, CHROMIUM_TLS } from "../support/chromium-hellos.ts";
import { memorySource } from "../support/memory-source.ts";

const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.9";
/** Puts the sequence wraparound into the hello. */
const FIRST_SEQUENCE = 0xffff_fc00;

async function flowsOf(packets: readonly Uint8Array[]): Promise<readonly FlowReport[]> {
  const records = packets.map((bytes, i) => ({ bytes, time: BigInt(i) * 1_000_000n }));
  const { flows } = await analyzeBytes([() => memorySource(records)]);
  return flows;
}

function fromClient(flags: string, sequence: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  return packet()
    .ethernet()
    .ipv4({ source: CLIENT, destination: SERVER })
    .tcp({ sourcePort: 50_123, destinationPort: 443, flags, sequence: sequence >>> 0 })
    .payload(payload)
    .build();
}

function fromServer(flags: string, sequence: number): Uint8Array {
  return packet()
    .ethernet()
    .ipv4({ source: SERVER, destination: CLIENT })
    .tcp({ sourcePort: 443, destinationPort: 50_123, flags, sequence })
    .build();
}

describe("a flow with a server name", () => {
  const syn = fromClient("S", FIRST_SEQUENCE - 1);
  const synAck = fromServer("SA", 77);
  const first = fromClient("A", FIRST_SEQUENCE, CHROMIUM_TLS.subarray(0, 1448));
  const second = fromClient("AP", FIRST_SEQUENCE + 1448, CHROMIUM_TLS.subarray(1448));

  it.each([
    ["in order", [syn, synAck, first, second]],
    ["in reverse order", [syn, synAck, second, first]],
    ["without the server's direction", [syn, second, first]],
    ["each sent twice", [syn, synAck, first, first, second, second]],
    ["without a SYN", [first, second]],
  ])("is named by a hello in two segments %s", async (_, packets) => {
    const flows = await flowsOf(packets);
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({ serverName: "gateway.icloud.com", evidence: "server-name" });
  });

  it("is named by a hello sent with the SYN (RFC 7413)", async () => {
    const hello = toRecords(buildClientHello(serverName("gateway.icloud.com"), alpn("h2")));
    const rest = fromClient("A", FIRST_SEQUENCE + 100, hello.subarray(100));
    const opening = fromClient("S", FIRST_SEQUENCE - 1, hello.subarray(0, 100));
    const [flow] = await flowsOf([opening, synAck, rest]);
    expect(flow).toMatchObject({ serverName: "gateway.icloud.com" });
  });

  it("is named by a QUIC hello in two datagrams, in any order", async () => {
    const datagrams = CHROMIUM_QUIC.map((payload) =>
      packet()
        .ethernet()
        .ipv4({ source: CLIENT, destination: SERVER })
        .udp({ sourcePort: 50_124, destinationPort: 443 })
        .payload(payload)
        .build(),
    );
    for (const packets of [datagrams, datagrams.toReversed()]) {
      const flows = await flowsOf(packets);
      expect(flows).toHaveLength(1);
      expect(flows[0]).toMatchObject({ serverName: "gateway.icloud.com", evidence: "server-name" });
    }
  });
});
