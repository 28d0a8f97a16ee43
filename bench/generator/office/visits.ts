/** Visits: a client connects to a host by name, over TLS, QUIC or plain HTTP, mostly after querying its addresses. */
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import type { Endpoint, Packet } from "./frames.ts";
import {
  applicationData,
  clientEnd13,
  clientKey12,
  type HelloShelf,
  record,
  serverEnd12,
  serverFlight12,
  serverFlight13,
} from "./hellos.ts";
import { drawHost, type Host } from "./hosts.ts";
import { type LookupShelf, lookUp } from "./lookups.ts";
import type { Office } from "./office.ts";
import { quicTalk } from "./quic-talk.ts";
import { drawKind, drawSegments, IPV6, LOOKED_UP, VISIT_SEGMENTS, VISITS } from "./shares.ts";
import { TcpTalk } from "./tcp-talk.ts";

/** Maximum plaintext bytes of a TLS record (RFC 8446, 5.1). */
const RECORD_BYTES = 16_384;
const SEGMENT_BYTES = 1_400;
const HANDSHAKE = 22;
const REQUESTS_OF_A_VISIT = 3;

/** Sources of the messages of visits. */
export interface Shelves {
  readonly hellos: HelloShelf;
  readonly lookups: LookupShelf;
}

/** The two ends of a visit, and the host. */
export interface Visit {
  readonly host: Host;
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/** A visit from `start` (microseconds) on. */
export function* visit(office: Office, shelves: Shelves, start: number): Generator<Packet> {
  const { random } = office;
  const kind = drawKind(VISITS, random);
  const host = drawHost(office.hosts, random);
  const client = office.drawClient();
  let now = start;
  if (random.fraction() < LOOKED_UP) now = yield* lookUp(office, shelves.lookups, client, host, now);
  const isIpv6 = random.fraction() < IPV6;
  const ends = {
    host,
    client: office.openPort(client, isIpv6),
    server: office.serverOf(host, kind === "http" ? 80 : 443, isIpv6),
  };
  if (kind === "quic") yield* quicTalk(office, shelves.hellos, ends, now);
  else if (kind === "http") yield* httpTalk(office, ends, now);
  else yield* tlsTalk(office, shelves.hellos, ends, kind, now);
}

function* tlsTalk(
  office: Office,
  hellos: HelloShelf,
  { host, client, server }: Visit,
  kind: "tls13-post-quantum" | "tls13" | "tls12",
  start: number,
): Generator<Packet> {
  const talk = new TcpTalk(office, client, server, start);
  yield* talk.open();
  const helloKind = kind === "tls13-post-quantum" ? "post-quantum" : kind;
  const hello = record(HANDSHAKE, hellos.take(helloKind, host.name, office));
  // The first record claims TLS 1.0, for old servers (RFC 8446, 5.1).
  hello[2] = 1;
  yield* talk.send(true, hello, { name: host.name, protocol: "tls" });
  if (kind === "tls12") {
    yield* talk.send(false, serverFlight12(office));
    yield* talk.send(true, clientKey12(office));
    yield* talk.send(false, serverEnd12(office));
  } else {
    yield* talk.send(false, serverFlight13(kind === "tls13-post-quantum", office));
    yield* talk.send(true, clientEnd13(office));
  }
  let left = drawSegments(VISIT_SEGMENTS, office.random) * SEGMENT_BYTES;
  for (let request = 1; left > 0; request++) {
    talk.now += office.pause(1_000, 400_000);
    yield* talk.send(true, applicationData(office.pause(80, 900), office));
    let answer = request === REQUESTS_OF_A_VISIT ? left : Math.ceil(left / 2);
    left -= answer;
    for (; answer > 0; answer -= RECORD_BYTES) {
      yield* talk.send(false, applicationData(Math.min(answer, RECORD_BYTES), office));
    }
  }
  yield* talk.close();
}

function* httpTalk(office: Office, { host, client, server }: Visit, start: number): Generator<Packet> {
  const talk = new TcpTalk(office, client, server, start);
  yield* talk.open();
  const request = `GET /${office.random.uint32()} HTTP/1.1\r\nHost: ${host.name}\r\nAccept: */*\r\nUser-Agent: office/1\r\n\r\n`;
  yield* talk.send(true, Buffer.from(request), { name: host.name, protocol: "http" });
  const length = Math.min(RECORD_BYTES, drawSegments(VISIT_SEGMENTS, office.random) * SEGMENT_BYTES);
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${length}\r\n\r\n`;
  yield* talk.send(false, concatBytes(Buffer.from(head), office.opaque(length)));
  yield* talk.close();
}
