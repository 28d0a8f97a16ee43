/** A hello in up to 64 segments names its flow, in any order, with copies, and however much the other side sends. */
import { describe, expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import {
  alpn,
  buildClientHello,
  postQuantumKey,
  serverName,
  toRecords,
} from "../../src/testing/builders/client-hello.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { memorySource } from "../support/memory-source.ts";
import { buildInitial, cryptoFrame } from "../support/quic-packets.ts";

const CLIENT = { address: "192.0.2.7", port: 50_123 };
const SERVER = { address: "198.51.100.9", port: 443 };
/** With a sequence wraparound within the hello. */
const FIRST = 0xffff_fe00;
const MESSAGE = buildClientHello(postQuantumKey(), alpn("h2"), serverName("gateway.icloud.com"));
const HELLO = toRecords(MESSAGE);
const NAMED = { serverName: "gateway.icloud.com", evidence: "server-name" };

type End = typeof CLIENT;

function tcp(from: End, to: End, flags: string, sequence: number, payload?: Uint8Array): Uint8Array {
  return packet()
    .ethernet()
    .ipv4({ source: from.address, destination: to.address })
    .tcp({ sourcePort: from.port, destinationPort: to.port, flags, sequence: sequence >>> 0 })
    .payload(payload ?? new Uint8Array(0))
    .build();
}

function udp(from: End, to: End, payload: Uint8Array): Uint8Array {
  return packet()
    .ethernet()
    .ipv4({ source: from.address, destination: to.address })
    .udp({ sourcePort: from.port, destinationPort: to.port })
    .payload(payload)
    .build();
}

const SYN = tcp(CLIENT, SERVER, "S", FIRST - 1);

/** `bytes` in `count` segments of about the same length, the first of which begins at `FIRST`. */
function cut(bytes: Uint8Array, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [i, i + 1].map((part) => Math.floor((part * bytes.length) / count));
    return tcp(CLIENT, SERVER, "A", FIRST + start, bytes.subarray(start, end));
  });
}

/** `length` bytes in segments of the server, each of which begins with `first`. */
function serverBytes(length: number, first: number): Uint8Array[] {
  const payload = new Uint8Array(1400).fill(0x80);
  payload[0] = first;
  return Array.from({ length: Math.ceil(length / payload.length) }, (_, i) =>
    tcp(SERVER, CLIENT, "A", 1000 + i * payload.length, payload),
  );
}

/** Every second one first, in reverse: a gap before nearly each of them. */
function shuffled<T>(items: readonly T[]): T[] {
  const isOdd = (_: T, i: number) => i % 2 === 1;
  return [...items.filter(isOdd), ...items.filter((item, i) => !isOdd(item, i))].toReversed();
}

async function flowOf(packets: readonly Uint8Array[]): Promise<unknown> {
  const records = packets.map((bytes, i) => ({ bytes, time: BigInt(i) * 1_000_000n }));
  const { flows } = await analyzeBytes([() => memorySource(records)]);
  expect(flows).toHaveLength(1);
  return flows[0];
}

describe("a TLS hello in 64 segments", () => {
  const segments = cut(HELLO, 64);

  it.each([
    ["in order", segments],
    ["in reverse", segments.toReversed()],
    ["shuffled", shuffled(segments)],
    ["each twice", segments.flatMap((segment) => [segment, segment])],
    ["twice as a whole, shuffled", [...shuffled(segments.slice(1)), ...shuffled(segments)]],
  ])("names its flow %s", async (_, sent) => {
    expect(await flowOf([SYN, ...sent])).toMatchObject(NAMED);
  });

  it("names its flow without a SYN", async () => {
    expect(await flowOf(segments)).toMatchObject(NAMED);
  });
});

describe("data sent by the server", () => {
  const segments = cut(HELLO, 27);
  const talks: readonly [string, number][] = [
    ["what looks like application data", 0x17],
    ["what looks like a handshake", 0x16],
    ["what looks like text", 0x45],
    ["anything else", 0x80],
  ];

  it.each(talks)("in 2 MB of %s within the hello does not prevent the name", async (_, first) => {
    const sent = [SYN, ...segments.slice(0, 20), ...serverBytes(2_000_000, first), ...segments.slice(20)];
    expect(await flowOf(sent)).toMatchObject(NAMED);
  });

  it.each(talks)("in 2 MB of %s before the hello does not prevent the name", async (_, first) => {
    expect(await flowOf([SYN, ...serverBytes(2_000_000, first), ...segments])).toMatchObject(NAMED);
  });

  it("does not prevent the name if it was captured first, from the SYN+ACK on", async () => {
    const synAck = packet()
      .ethernet()
      .ipv4({ source: SERVER.address, destination: CLIENT.address })
      .tcp({ sourcePort: 443, destinationPort: 50_123, flags: "SA", sequence: 999, acknowledgment: FIRST })
      .build();
    expect(await flowOf([synAck, ...serverBytes(3000, 0x80), ...segments])).toMatchObject(NAMED);
    expect(await flowOf([synAck, ...serverBytes(3000, 0x80), ...segments.toReversed()])).toMatchObject(NAMED);
  });

  it("is not parsed as a hello in the middle of a stream", async () => {
    const request = Buffer.from("GET / HTTP/1.1\r\nHost: www.apple.com\r\n\r\n", "latin1");
    const middle = tcp(SERVER, CLIENT, "A", 90_000, request);
    expect(await flowOf([SYN, ...serverBytes(3000, 0x80), middle])).toMatchObject({ serverName: null });
  });
});

describe("a QUIC hello in 64 datagrams", () => {
  const destination = Uint8Array.from({ length: 8 }, (_, i) => i + 1);
  const datagrams = Array.from({ length: 64 }, (_, i) => {
    const [start, end] = [i, i + 1].map((part) => Math.floor((part * MESSAGE.length) / 64));
    return udp(
      CLIENT,
      SERVER,
      buildInitial({ destination, packetNumber: i }, cryptoFrame(MESSAGE, start, end)),
    );
  });
  const answer = udp(SERVER, CLIENT, concatBytes(Uint8Array.of(0x40), new Uint8Array(1199)));

  it.each([
    ["in order", datagrams],
    ["shuffled", shuffled(datagrams)],
    ["each twice", datagrams.flatMap((datagram) => [datagram, datagram])],
    [
      "with 1,500 of the server's datagrams in between",
      [datagrams[0], ...Array(1500).fill(answer), ...datagrams.slice(1)],
    ],
  ])("names its flow %s", async (_, sent) => {
    expect(await flowOf(sent)).toMatchObject(NAMED);
  });
});
