/** Subflows of multipath TCP, through the whole analysis, and the limits under floods. */
import { describe, expect, it } from "vitest";
import { analyzeBytes } from "../../../scripts/fuzz/analyze-bytes.ts";
import type { HandshakeNames } from "../../../src/evidence/observation/handshake.ts";
import { MultipathSessions } from "../../../src/evidence/observation/multipath-sessions.ts";
import { PacketBatch } from "../../../src/flows/packet-batch.ts";
import type { PacketRow } from "../../../src/flows/packet-row.ts";
import { LinkType } from "../../../src/net/link-types.ts";
import { DecodedPacket } from "../../../src/packets/decode/decoded-packet.ts";
import { decodePacket } from "../../../src/packets/decode/packet-decoder.ts";
import { Kernel } from "../../../src/packets/kernel/kernel.ts";
import { fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { memorySource } from "../../support/memory-source.ts";

const SERVER = "17.248.1.1";
const WIFI = { address: "10.1.1.5", port: 50_111 };
const CELLULAR = { address: "100.64.0.9", port: 50_222 };
/** The server's key, and the tokens derived from it in versions 1 and 0. */
const KEY = "0102030405060708";
const TOKEN = "66840dda";
const TOKEN_V0 = "dd5783bc";
const HELLO = toRecords(buildClientHello(serverName("guzzoni.apple.com")));

type Client = typeof WIFI;
type Fields = { readonly options?: string; readonly sequence?: number; readonly payload?: Uint8Array };

function segment(isFromClient: boolean, client: Client, flags: string, fields: Fields = {}): Uint8Array {
  const [source, destination] = isFromClient ? [client.address, SERVER] : [SERVER, client.address];
  const [sourcePort, destinationPort] = isFromClient ? [client.port, 443] : [443, client.port];
  const { sequence = 1, options = "", payload = new Uint8Array(0) } = fields;
  return packet()
    .ethernet()
    .ipv4({ source, destination })
    .tcp({ sourcePort, destinationPort, flags, sequence, acknowledgment: 1, options: [...fromHex(options)] })
    .payload(payload)
    .build();
}

const fromClient = (client: Client, flags: string, fields?: Fields) => segment(true, client, flags, fields);
const fromServer = (client: Client, flags: string, fields?: Fields) => segment(false, client, flags, fields);

/** The first subflow, up to its hello. */
function opening(version: 0 | 1): Uint8Array[] {
  return [
    fromClient(WIFI, "S", {
      sequence: 0,
      options: version === 1 ? "1e04 0181" : "1e0c 0081 1112131415161718",
    }),
    fromServer(WIFI, "SA", { options: `1e0c 0${version}81 ${KEY}` }),
    fromClient(WIFI, "PA", { payload: HELLO }),
  ];
}

const join = (token: string): Uint8Array[] => [
  fromClient(CELLULAR, "S", { sequence: 500, options: `1e0c 1002 ${token} 09080706` }),
  fromServer(CELLULAR, "SA", { options: "1e10 1002 0102030405060708 09080706" }),
  fromServer(CELLULAR, "A", { payload: new Uint8Array(1000).fill(0x99) }),
];

async function namesOf(...packets: readonly Uint8Array[]): Promise<Record<number, string | null>> {
  const records = packets.map((bytes, i) => ({ bytes, time: BigInt(i) * 1_000_000n }));
  const { flows } = await analyzeBytes([() => memorySource(records)]);
  return Object.fromEntries(flows.map(({ originator, serverName }) => [originator.port, serverName]));
}

const BOTH = { [WIFI.port]: "guzzoni.apple.com", [CELLULAR.port]: "guzzoni.apple.com" };
const FIRST = { [WIFI.port]: "guzzoni.apple.com", [CELLULAR.port]: null };

describe("a subflow of multipath TCP", () => {
  it("takes its name from the session that it joins", async () => {
    expect(await namesOf(...opening(1), ...join(TOKEN))).toEqual(BOTH);
    expect(await namesOf(...opening(0), ...join(TOKEN_V0))).toEqual(BOTH);
  });

  it("takes its name even if the session is named later, or its first subflow has been forgotten", async () => {
    const [syn, synAck, hello] = opening(1);
    expect(await namesOf(syn, synAck, ...join(TOKEN), hello)).toEqual(BOTH);
    const [joinSyn, ...rest] = join(TOKEN);
    const reset = fromServer(WIFI, "R");
    const other = fromClient(WIFI, "S", { sequence: 90_000 });
    expect(await namesOf(syn, synAck, hello, reset, other, joinSyn, ...rest)).toEqual({
      [WIFI.port]: null,
      [CELLULAR.port]: "guzzoni.apple.com",
    });
  });

  it("has no name if the token is unknown, of the other version, or the key was not captured", async () => {
    expect(await namesOf(...opening(1), ...join("66840ddb"))).toEqual(FIRST);
    expect(await namesOf(...opening(1), ...join(TOKEN_V0))).toEqual(FIRST);
    const [syn, , hello] = opening(1);
    expect(await namesOf(syn, hello, ...join(TOKEN))).toEqual(FIRST);
  });

  it("keeps its own name", async () => {
    const own = toRecords(buildClientHello(serverName("own.example")));
    const [joinSyn] = join(TOKEN);
    const hello = fromClient(CELLULAR, "PA", { sequence: 501, payload: own });
    expect(await namesOf(...opening(1), joinSyn, hello)).toMatchObject({ [CELLULAR.port]: "own.example" });
  });
});

describe("a flood of multipath TCP", () => {
  const named = { serverName: "a.example" } as HandshakeNames;
  const rowOf = makeRows();

  it("with sessions or joins is limited, and counted", () => {
    const sessions = new MultipathSessions(() => named, 10);
    for (let record = 1; record <= 30; record++) {
      const key = record.toString(16).padStart(16, "0");
      sessions.addSyn(record, rowOf(fromServer(WIFI, "SA", { options: `1e0c 0181 ${key}` })));
    }
    expect(sessions.dropped).toBe(20);
    for (let record = 1; record <= 30; record++) sessions.forget(record);
    sessions.addSyn(40, rowOf(fromServer(WIFI, "SA", { options: `1e0c 0181 ${KEY}` })));
    const joinSyn = rowOf(fromClient(CELLULAR, "S", { options: `1e0c 1002 ${TOKEN} 09080706` }));
    for (let record = 41; record <= 60; record++) sessions.addSyn(record, joinSyn);
    expect(sessions.dropped).toBe(30);
    expect([50, 51].map((record) => sessions.of(record))).toEqual([named, null]);
    sessions.forget(50);
    expect(sessions.of(50)).toBeNull();
  });
});

/** Decodes a packet into a row as the flow table has it; borrowed until the next one. */
function makeRows(): (bytes: Uint8Array) => PacketRow {
  const kernel = new Kernel(10, 4096);
  const batch = new PacketBatch(kernel);
  return (bytes) => {
    kernel.buffer.set(bytes);
    const decoded = new DecodedPacket();
    decodePacket(LinkType.ETHERNET, kernel.buffer, 0, bytes.length, bytes.length, 0, decoded);
    batch.count = 0;
    batch.append(decoded, bytes.length, 0, 0, 0);
    return batch.row(0);
  };
}
