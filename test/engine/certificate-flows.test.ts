/** TLS 1.2 servers whose client sends no server name, through the whole analysis: their certificates name them. */
import { describe, expect, it } from "vitest";
import { anonymiseExplanation } from "../../src/anonymise/anonymous-flow.ts";
import { loadPseudonyms } from "../../src/anonymise/load-pseudonyms.ts";
import { renderExplanation } from "../../src/render/render-explanation.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { appleList, readWhole, testSession } from "../support/analyze.ts";
import { memorySource } from "../support/memory-source.ts";
import {
  CERTIFICATE_OF_UPDATES,
  CERTIFICATE_WITH_ALTERNATIVES,
  CERTIFICATE_WITH_COMMON_NAME,
} from "../support/real-certificates.ts";
import { buildCertificate, buildServerHello, CHOSEN_TLS_13 } from "../support/server-flight.ts";

const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.9";
/** In a year in which Software Update exists. */
const START = 1_790_000_000n * 1_000_000_000n;
const KEY = "00".repeat(32);
const FIRST = 0xffff_ff00;
const SERVERS_FIRST = 0xffff_f000;

function segment(
  isServers: boolean,
  flags: string,
  sequence: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const [source, destination] = isServers ? [SERVER, CLIENT] : [CLIENT, SERVER];
  const [sourcePort, destinationPort] = isServers ? [443, 50_123] : [50_123, 443];
  const number = sequence >>> 0;
  const acknowledgment = (isServers ? FIRST : SERVERS_FIRST) >>> 0;
  return packet()
    .ethernet()
    .ipv4({ source, destination })
    .tcp({ sourcePort, destinationPort, flags, sequence: number, acknowledgment })
    .payload(payload)
    .build();
}

const opening = [segment(false, "S", FIRST - 1), segment(true, "SA", SERVERS_FIRST - 1)];
const nameless = segment(false, "AP", FIRST, toRecords(buildClientHello()));

/** The server's flight in segments of 500 bytes, with a sequence wraparound in it. */
function flightOf(messages: Uint8Array, ...records: readonly number[]): Uint8Array[] {
  const bytes = toRecords(messages, ...records);
  const starts = Array.from({ length: Math.ceil(bytes.length / 500) }, (_, i) => i * 500);
  return starts.map((at) => segment(true, "A", SERVERS_FIRST + at, bytes.subarray(at, at + 500)));
}

/** A ServerHello and a chain with `certificate` first. */
function answerWith(certificate: Uint8Array): Uint8Array[] {
  const chain = buildCertificate(certificate, CERTIFICATE_WITH_ALTERNATIVES, CERTIFICATE_WITH_ALTERNATIVES);
  return flightOf(concatBytes(buildServerHello(), chain), 300);
}

interface Shown {
  readonly flow: FlowReport;
  readonly summary: Summary;
  readonly explained: string;
  readonly hidden: string;
}

async function analyze(packets: readonly Uint8Array[]): Promise<Shown> {
  const records = packets.map((bytes, i) => ({ bytes, time: START + BigInt(i) * 1_000_000n }));
  const shown: Omit<Shown, "summary">[] = [];
  const each = new FlowCollector((flow, explain) => {
    const hidden = anonymiseExplanation(explain(), loadPseudonyms(KEY));
    shown.push({
      flow,
      explained: renderExplanation(flow, explain(), null),
      hidden: renderExplanation(flow, hidden, null),
    });
  });
  const traffic = new TrafficCollector(appleList);
  const session = testSession({}, [traffic, each]);
  await readWhole(session, memorySource(records));
  const summary = session.report(traffic);
  expect(shown).toHaveLength(1);
  return { ...shown[0], summary };
}

describe("a flow whose client sends no server name", () => {
  it.each([
    ["with the whole handshake", [...opening, nameless, ...answerWith(CERTIFICATE_OF_UPDATES)]],
    ["without a SYN", [nameless, ...answerWith(CERTIFICATE_OF_UPDATES)]],
    ["without the client's direction", [opening[1], ...answerWith(CERTIFICATE_OF_UPDATES)]],
    ["without the client's direction and a SYN", answerWith(CERTIFICATE_OF_UPDATES)],
  ])("is identified by the server's certificate %s", async (_, packets) => {
    const { flow, summary, explained } = await analyze(packets);
    expect(flow).toMatchObject({
      class: "identified",
      products: ["Software Update"],
      evidence: "certificate",
      serverName: null,
    });
    expect(explained).toContain(
      "certificate for mesu.apple.com, by the rule =mesu.apple.com: Software Update; decides",
    );
    const [product] = summary.products.filter(({ product }) => product === "Software Update");
    expect(product.identified.flows).toBe(1);
  });

  it("belongs to another company by its certificate, whose name is anonymised", async () => {
    const { flow, explained, hidden } = await analyze([
      ...opening,
      nameless,
      ...answerWith(CERTIFICATE_WITH_COMMON_NAME),
    ]);
    expect(flow).toMatchObject({
      class: "other",
      reason: "not-apple",
      evidence: "certificate",
      serverName: null,
    });
    expect(explained).toContain("certificate for old.example.com: not Apple's; decides");
    expect(hidden).not.toContain("old");
    expect(hidden).toMatch(/certificate for n[0-9a-f]+\.n[0-9a-f]+\.n[0-9a-f]+: not Apple's; decides/);
  });

  it("is Apple's without a product if the certificate has names of several products", async () => {
    const { flow, hidden } = await analyze([
      ...opening,
      nameless,
      ...answerWith(CERTIFICATE_WITH_ALTERNATIVES),
    ]);
    expect(flow).toMatchObject({ class: "apple", products: [], evidence: "certificate" });
    expect(hidden).toContain(
      "certificate for gateway.icloud.com, *.icloud.com, by the rule =gateway.icloud.com, .icloud.com: Apple's",
    );
  });

  it("is attributed by its port in TLS 1.3, which encrypts certificates", async () => {
    const hello = buildServerHello(CHOSEN_TLS_13);
    const packets = [
      ...opening,
      nameless,
      ...flightOf(concatBytes(hello, buildCertificate(CERTIFICATE_OF_UPDATES))),
    ];
    expect((await analyze(packets)).flow).toMatchObject({ class: "listed", evidence: null });
  });

  it("is attributed by its port if only part of the certificate was captured", async () => {
    const packets = [...opening, nameless, ...answerWith(CERTIFICATE_OF_UPDATES).slice(0, 1)];
    expect((await analyze(packets)).flow).toMatchObject({ class: "listed", evidence: null });
  });
});

describe("a flow whose client sends a server name", () => {
  it("is attributed by that name, whatever the certificate contains", async () => {
    const hello = segment(false, "AP", FIRST, toRecords(buildClientHello(serverName("mesu.apple.com"))));
    const { flow, explained } = await analyze([
      ...opening,
      hello,
      ...answerWith(CERTIFICATE_WITH_COMMON_NAME),
    ]);
    expect(flow).toMatchObject({ serverName: "mesu.apple.com", evidence: "server-name" });
    expect(explained).not.toContain("certificate");
  });
});
