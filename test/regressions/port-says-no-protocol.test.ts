/**
 * Payload unrelated to the port: version 1 attributed WireGuard and voice calls on high ports to Back to My Mac, DNS over TLS
 * to NetInfo, and every DHCP exchange to NetBoot. Real protocol bytes, through the whole analysis.
 */
import { describe, expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { buildClientHello, toRecords } from "../../src/testing/builders/client-hello.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { memorySource } from "../support/memory-source.ts";
import { ALL_SAMPLES } from "../support/protocol-samples/all-samples.ts";
import { type ProtocolSample, startOf } from "../support/protocol-samples/protocol-sample.ts";

const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.9";
/** After the end of Back to My Mac. */
const START = 1_700_000_000_000_000_000n;

/** The sample's messages between two addresses and these ports; TCP with its handshake. */
function packetsOf(sample: ProtocolSample, ports: readonly [number, number], hasSyn = true): Uint8Array[] {
  const { transport, sides } = startOf(sample);
  const ends = [CLIENT, SERVER];
  const build = (side: 0 | 1, payload: Uint8Array, flags = "AP", sequence = 101) => {
    const start = packet()
      .ethernet()
      .ipv4({ source: ends[side], destination: ends[1 - side] });
    const [sourcePort, destinationPort] = [ports[side], ports[1 - side]];
    const header =
      transport === "tcp"
        ? start.tcp({ sourcePort, destinationPort, flags, sequence })
        : start.udp({ sourcePort, destinationPort });
    return header.payload(payload).build();
  };
  const none = new Uint8Array(0);
  const opening = transport === "tcp" && hasSyn ? [build(0, none, "S", 100), build(1, none, "SA", 100)] : [];
  const count = Math.max(sides[0].length, sides[1].length);
  const spoken = Array.from({ length: count }).flatMap((_, i) =>
    ([0, 1] as const).flatMap((side) => {
      const message = sides[side][i];
      return message === undefined ? [] : [build(side, message.bytes.slice(message.offset, message.end))];
    }),
  );
  return [...opening, ...spoken];
}

/** A hello without a server name. */
const TLS: ProtocolSample = {
  ...sampleOf("tls"),
  first: [Buffer.from(toRecords(buildClientHello())).toString("hex")],
  second: [],
};

function sampleOf(protocol: string, isMeant: (sample: ProtocolSample) => boolean = () => true) {
  const found = ALL_SAMPLES.find((sample) => sample.protocol === protocol && isMeant(sample));
  if (found === undefined) throw new Error(`there is no sample of ${protocol}`);
  return found;
}

async function flowOf(packets: readonly Uint8Array[]): Promise<FlowReport> {
  const records = packets.map((bytes, i) => ({ bytes, time: START + BigInt(i) * 1_000_000n }));
  const { flows } = await analyzeBytes([() => memorySource(records)]);
  expect(flows).toHaveLength(1);
  return flows[0];
}

describe("a port contradicted by the payload", () => {
  it.each([
    ["wireguard", 40_000, 51_820],
    ["tls", 50_000, 853],
    ["tls", 50_000, 80],
    ["dce-rpc", 40_000, 49_160],
  ] as const)("belongs to no product: %s from %d to %d", async (protocol, from, to) => {
    const flow = await flowOf(packetsOf(protocol === "tls" ? TLS : sampleOf(protocol), [from, to]));
    expect(flow).toMatchObject({ protocol, class: "other", reason: "other-protocol", candidates: [] });
  });

  it("is not contradicted if the beginning was not captured", async () => {
    const flow = await flowOf(packetsOf(TLS, [50_000, 80], false));
    expect(flow).toMatchObject({ protocol: "tls", class: "listed", orientation: "payload" });
  });
});

describe("DHCP", () => {
  it("has no product without Apple's boot service", async () => {
    const flow = await flowOf(
      packetsOf(
        sampleOf("dhcp", ({ sign }) => (sign ?? null) === null),
        [68, 67],
      ),
    );
    expect(flow).toMatchObject({ protocol: "dhcp", class: "unlisted", reason: "no-product-listed" });
  });

  it("is NetBoot with Apple's boot service", async () => {
    const flow = await flowOf(
      packetsOf(
        sampleOf("dhcp", ({ sign }) => sign === "bsdp"),
        [68, 67],
      ),
    );
    expect(flow).toMatchObject({ class: "identified", evidence: "protocol", products: ["NetBoot"] });
  });
});

describe("SSDP", () => {
  it("is another's, except for gateway searches", async () => {
    const others = sampleOf("ssdp", ({ sign }) => (sign ?? null) === null);
    expect(await flowOf(packetsOf(others, [50_000, 1900]))).toMatchObject({ reason: "other-protocol" });
    const search = sampleOf("ssdp", ({ sign }) => sign === "gateway-search");
    expect(await flowOf(packetsOf(search, [50_000, 1900]))).toMatchObject({ candidates: ["Bonjour"] });
  });
});

describe("the asking side", () => {
  it("decides the service without a handshake, before the list", async () => {
    const [asked, answered] = [sampleOf("http", ({ asks }) => asks === 0), [5900, 30_000] as const];
    const flow = await flowOf(packetsOf(asked, answered, false));
    expect(flow).toMatchObject({ orientation: "payload", servicePort: 30_000, protocol: "http" });
  });

  it("is unknown for two ephemeral ports with unrecognised payload", async () => {
    const flow = await flowOf(packetsOf(sampleOf("rtp"), [50_004, 60_000]));
    expect(flow).toMatchObject({ orientation: "unknown", reason: "side-unknown", protocol: "rtp" });
  });
});
