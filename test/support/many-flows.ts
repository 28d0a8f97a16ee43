/** Many live flows of the clients of a large network: TLS to named servers, and datagrams. */

import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import type { MemoryRecord } from "./memory-source.ts";

const NAMES = [
  "mesu.apple.com",
  "gateway.icloud.com",
  "p42-keyvalueservice.icloud.com",
  "gs-loc.apple.com",
  "www.example.org",
  "cdn.example.net",
  "mail.example.com",
];
/** Offsets of the addresses and the originator's port of an IPv4 packet in an Ethernet frame. */
const SOURCE = 26;
const DESTINATION = 30;
const SOURCE_PORT = 34;

const CLIENTS = 400;
const FLOWS_PER_SECOND = 50_000;

/** One packet for each of `count` flows of 400 clients, in time order. */
export function manyFlows(count: number): MemoryRecord[] {
  const templates = [...NAMES.map(hello), datagram(3478), datagram(40_000)];
  return Array.from({ length: count }, (_, flow) => {
    const bytes = templates[flow % templates.length].slice();
    const client = flow % CLIENTS;
    const server = flow % 9973;
    bytes.set([10, 0, client >> 8, client & 255], SOURCE);
    bytes.set([198, 18 + (server & 1), server >> 8, server & 255], DESTINATION);
    const port = 10_000 + (Math.floor(flow / CLIENTS) % 50_000);
    bytes.set([port >> 8, port & 255], SOURCE_PORT);
    const time = 1_700_000_000_000_000_000n + (BigInt(flow) * 1_000_000_000n) / BigInt(FLOWS_PER_SECOND);
    return { bytes, time };
  });
}

function hello(name: string): Uint8Array {
  const records = toRecords(buildClientHello(serverName(name)));
  return packet().ethernet().ipv4().tcp({ destinationPort: 443, flags: "PA" }).payload(records).build();
}

function datagram(destinationPort: number): Uint8Array {
  return packet().ethernet().ipv4().udp({ destinationPort }).payload(new Uint8Array(40)).build();
}
