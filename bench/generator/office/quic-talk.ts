import { ByteWriter, concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { buildInitial, cryptoFrame, QUIC_V1 } from "../../../test/support/quic-packets.ts";
import type { FlowName, Packet } from "./frames.ts";
import { type HelloShelf, serverHello } from "./hellos.ts";
import type { Office } from "./office.ts";
import { drawSegments, POST_QUANTUM_QUIC, VISIT_SEGMENTS } from "./shares.ts";
import type { Visit } from "./visits.ts";

/** Hello bytes in the first Initial: as many as a datagram of 1,200 bytes can hold. */
const FIRST_PART_BYTES = 1_100;
const CONNECTION_ID_BYTES = 8;
/** UDP payload lengths before and after path MTU discovery. */
const DATAGRAM_BYTES = 1_200;
const LARGE_DATAGRAM_BYTES = 1_350;
const TAG_BYTES = 16;
const SHORT_HEADER = 0x40;
const HANDSHAKE_PACKET = 0xe0;
const DATAGRAMS_PER_ACK = 3;

/**
 * A QUIC version 1 connection (RFC 9000): Initials of both sides, encrypted with the keys of a unique connection ID; the rest
 * is opaque, as it is to anybody without the session's keys.
 */
export function* quicTalk(
  office: Office,
  hellos: HelloShelf,
  { host, client, server }: Visit,
  start: number,
): Generator<Packet> {
  let now = start;
  let isNew = true;
  const datagram = (fromClient: boolean, payload: Uint8Array, named: FlowName | null = null): Packet => {
    const opensFlow = isNew;
    isNew = false;
    const [from, to] = fromClient ? [client, server] : [server, client];
    return { microseconds: now, from, to, tcp: null, payload, opensFlow, named };
  };
  const roundTrip = office.pause(4_000, 60_000);
  const destination = office.opaque(CONNECTION_ID_BYTES);
  const serverId = office.opaque(CONNECTION_ID_BYTES);
  const name: FlowName = { name: host.name, protocol: "quic" };
  const isPostQuantum = office.random.fraction() < POST_QUANTUM_QUIC;
  const hello = hellos.take(isPostQuantum ? "quic-post-quantum" : "quic", host.name, office);
  for (let at = 0, packetNumber = 0; at < hello.length; at += FIRST_PART_BYTES, packetNumber++) {
    const isLast = at + FIRST_PART_BYTES >= hello.length;
    const frames = cryptoFrame(hello, at, Math.min(hello.length, at + FIRST_PART_BYTES));
    yield datagram(true, buildInitial({ destination, packetNumber }, frames), isLast ? name : null);
    now += office.pause(20, 200);
  }

  now += roundTrip;
  const answer = serverHello(isPostQuantum, office);
  const ids = { destination: new Uint8Array(0), source: serverId, keysFrom: destination } as const;
  for (let at = 0, packetNumber = 0; at < answer.length; at += FIRST_PART_BYTES, packetNumber++) {
    const frames = cryptoFrame(answer, at, Math.min(answer.length, at + FIRST_PART_BYTES));
    const initial = buildInitial({ ...ids, packetNumber, isFromServer: true, paddedTo: 0 }, frames);
    const rest = handshakePacket(DATAGRAM_BYTES - initial.length, serverId, office);
    yield datagram(false, concatBytes(initial, rest));
    now += office.pause(20, 200);
  }
  for (let left = office.pause(1, 4); left > 0; left--) {
    now += office.pause(20, 200);
    yield datagram(false, handshakePacket(DATAGRAM_BYTES, serverId, office));
  }
  now += office.pause(200, 2_000);
  yield datagram(true, handshakePacket(DATAGRAM_BYTES, serverId, office));

  const upward = (length: number) =>
    datagram(true, concatBytes([SHORT_HEADER], serverId, office.opaque(length)));
  yield upward(office.pause(60, 900));
  now += roundTrip;
  for (let left = drawSegments(VISIT_SEGMENTS, office.random); left > 0; left--) {
    now += office.pause(10, 150);
    yield datagram(false, concatBytes([SHORT_HEADER], office.opaque(LARGE_DATAGRAM_BYTES - 1)));
    if (left % DATAGRAMS_PER_ACK === 0) yield upward(24);
  }
  now += office.pause(1_000, 400_000);
  yield upward(24);
}

/** A Handshake packet (RFC 9000, 17.2.4) from either side, `length` bytes in total; nothing without room for one. */
function handshakePacket(length: number, id: Uint8Array, office: Office): Uint8Array {
  const header = new ByteWriter().uint8(HANDSHAKE_PACKET | office.random.below(16)).uint32(QUIC_V1);
  header.uint8(0).uint8(id.length).bytes(id);
  const content = length - header.length - 2;
  if (content < 4 + TAG_BYTES) return new Uint8Array(0);
  return header
    .uint16(0x4000 | content)
    .bytes(office.opaque(content))
    .toBytes();
}
