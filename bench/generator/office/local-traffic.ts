/** Local traffic of the office: multicast DNS, DHCP, time, and long transfers that began before the capture. */

import {
  address,
  buildDns,
  MDNS_RESPONSE_FLAGS,
  rawRecord,
  service,
  uncompressed,
} from "../../../src/testing/builders/dns-builder.ts";
import { buildDhcp } from "../../../test/support/dhcp-builder.ts";
import { type Endpoint, type Packet, TCP } from "./frames.ts";
import type { Client, Office } from "./office.ts";
import { BULK_SEGMENTS, DHCP_JOINS, drawSegments, MDNS_QUERIES } from "./shares.ts";

const MDNS_GROUP: Endpoint = {
  hardware: Uint8Array.of(1, 0, 0x5e, 0, 0, 0xfb),
  address: Uint8Array.of(224, 0, 0, 251),
  port: 5353,
};
const DHCP_BROADCAST: Endpoint = {
  hardware: new Uint8Array(6).fill(0xff),
  address: new Uint8Array(4).fill(0xff),
  port: 67,
};
/** Services that devices query and announce, with their ports. */
const SERVICES = [
  ["_companion-link._tcp.local", 49_160],
  ["_airplay._tcp.local", 7000],
  ["_raop._tcp.local", 7000],
  ["_ipp._tcp.local", 631],
  ["_ssh._tcp.local", 22],
] as const;
const PTR = 12;
const TXT = 16;
const [DHCP_SERVER, TIME_SERVER, FILE_SERVER] = [1, 3, 4];
const [DHCP_REQUEST, DHCP_ACK] = [3, 5];
const NTP_BYTES = 48;
const SSH_SEGMENT_BYTES = 1_448;

const UDP = { tcp: null, named: null } as const;

/** One multicast message of a client: a query, or an announcement of one of its services (RFC 6762, RFC 6763). */
export function* mdns(office: Office, start: number): Generator<Packet> {
  const client = office.drawClient();
  const [type, port] = SERVICES[office.random.below(SERVICES.length)];
  const isQuery = office.random.fraction() < MDNS_QUERIES;
  const payload = isQuery
    ? buildDns({ id: 0, flags: 0, questions: [{ name: type, type: PTR }] })
    : announcement(client, type, port);
  const from = office.endpointOf(client, MDNS_GROUP.port);
  const opensFlow = office.isFirstOf(`mdns ${client.number}`);
  yield { ...UDP, microseconds: start, from, to: MDNS_GROUP, payload, opensFlow };
}

function announcement(client: Client, type: string, port: number): Uint8Array {
  const target = `${client.name}.local`;
  const instance = [client.name, ...type.split(".")];
  return buildDns({
    id: 0,
    flags: MDNS_RESPONSE_FLAGS,
    answers: [
      rawRecord(type, PTR, uncompressed(instance)),
      service(instance, port, target),
      rawRecord(instance, TXT, [9, ...Buffer.from("model=Mac")]),
      address(target, client.ipv4.join(".")),
    ],
  });
}

/** A client joins, by broadcast, or renews its lease with the server (RFC 2131, 4.3.2 and 4.4.5). */
export function* dhcp(office: Office, start: number): Generator<Packet> {
  const client = office.drawClient();
  const joins = office.random.fraction() < DHCP_JOINS;
  const server = office.ownServer(DHCP_SERVER, 67);
  const own = office.endpointOf(client, 68);
  const message = {
    transaction: office.random.uint32(),
    hardware: [...client.hardware],
    ownAddress: joins ? "0.0.0.0" : client.ipv4.join("."),
  };
  const request = buildDhcp({
    ...message,
    options: [
      [53, [DHCP_REQUEST]],
      [12, client.name],
      [55, [1, 3, 6, 15, 119, 252]],
    ],
  });
  const ack = buildDhcp({
    ...message,
    isReply: true,
    givenAddress: client.ipv4.join("."),
    options: [
      [53, [DHCP_ACK]],
      [51, [0, 0, 0x0e, 0x10]],
    ],
  });
  const leased = `dhcp ${client.number}`;
  yield {
    ...UDP,
    microseconds: start,
    from: joins ? { ...own, address: new Uint8Array(4) } : own,
    to: joins ? DHCP_BROADCAST : server,
    payload: request,
    opensFlow: office.isFirstOf(joins ? "dhcp broadcast" : leased),
  };
  yield {
    ...UDP,
    microseconds: start + office.pause(500, 20_000),
    from: server,
    to: own,
    payload: ack,
    opensFlow: office.isFirstOf(leased),
  };
}

/** A time request and its response (RFC 5905, 7.3). */
export function* ntp(office: Office, start: number): Generator<Packet> {
  const client = office.openPort(office.drawClient(), false);
  const server = office.ownServer(TIME_SERVER, 123);
  const [query, answer] = [new Uint8Array(NTP_BYTES), office.opaque(NTP_BYTES)];
  query[0] = 0x23;
  answer.set([0x24, 2]);
  query.set(office.opaque(8), NTP_BYTES - 8);
  yield { ...UDP, microseconds: start, from: client, to: server, payload: query, opensFlow: true };
  const answered = start + office.pause(300, 20_000);
  yield { ...UDP, microseconds: answered, from: server, to: client, payload: answer, opensFlow: false };
}

/** An SSH transfer whose beginning and end were not captured: opaque data in one direction, acknowledged by the other. */
export function* bulk(office: Office, start: number): Generator<Packet> {
  const client = office.openPort(office.drawClient(), false);
  const server = office.ownServer(FILE_SERVER, 22);
  const [sender, receiver] = office.random.fraction() < 0.5 ? [client, server] : [server, client];
  const acknowledged = office.random.uint32();
  let sequence = office.random.uint32();
  let now = start;
  let opensFlow = true;
  for (let left = drawSegments(BULK_SEGMENTS, office.random); left > 0; left--) {
    const payload = office.opaque(SSH_SEGMENT_BYTES);
    const tcp = { sequence, acknowledged, flags: TCP.ack };
    yield { microseconds: now, from: sender, to: receiver, tcp, payload, opensFlow, named: null };
    opensFlow = false;
    sequence = (sequence + payload.length) >>> 0;
    now += office.pause(100, 4_000);
    if (left % 2 === 0) continue;
    const ack = { sequence: acknowledged, acknowledged: sequence, flags: TCP.ack };
    const none = new Uint8Array(0);
    yield { microseconds: now, from: receiver, to: sender, tcp: ack, payload: none, opensFlow, named: null };
    now += office.pause(20, 200);
  }
}
