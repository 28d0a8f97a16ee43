/** The readers of names in handshakes: TLS, HTTP, QUIC, and plaintext before TLS. */
import {
  beginTcpHandshake,
  beginUdpHandshake,
  UNKNOWN_SEQUENCE,
} from "../../../src/evidence/observation/begin-handshake.ts";
import type {
  HandshakeNames,
  HandshakeSegment,
  PendingHandshake,
} from "../../../src/evidence/observation/handshake.ts";
import { maySwitchToTls } from "../../../src/evidence/payload/clear-text-start.ts";
import { readHttpRequest } from "../../../src/evidence/payload/http-request.ts";
import { acceptedToken, joinedToken } from "../../../src/evidence/payload/mptcp-options.ts";
import { readCryptoFrames } from "../../../src/evidence/payload/quic-crypto-frames.ts";
import { readQuicPacket } from "../../../src/evidence/payload/quic-packets.ts";
import { readRfbVersion } from "../../../src/evidence/payload/rfb-banner.ts";
import { readCertificateNames } from "../../../src/evidence/payload/tls-certificate.ts";
import { readClientHello } from "../../../src/evidence/payload/tls-client-hello.ts";
import { readTlsClientHello } from "../../../src/evidence/payload/tls-records.ts";
import { readServerFlight } from "../../../src/evidence/payload/tls-server-flight.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import {
  alpn,
  buildClientHello,
  encryptedHello,
  postQuantumKey,
  serverName,
  toRecords,
} from "../../../src/testing/builders/client-hello.ts";
import { buildInitial, cryptoFrame, QUIC_V2 } from "../../../test/support/quic-packets.ts";
import {
  CERTIFICATE_OF_UPDATES,
  CERTIFICATE_WITH_ALTERNATIVES,
  CERTIFICATE_WITH_COMMON_NAME,
} from "../../../test/support/real-certificates.ts";
import { buildCertificate, buildServerHello, CHOSEN_TLS_13 } from "../../../test/support/server-flight.ts";
import { SeededRandom } from "../../fixtures/seeded-random.ts";
import { byteTargets } from "../fuzz-target.ts";

const DESTINATION = Uint8Array.from([0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08]);

const hellos = [
  buildClientHello(serverName("init.itunes.apple.com"), alpn("h2", "http/1.1")),
  buildClientHello(alpn("apns-security-v3"), encryptedHello(), serverName("courier.push.apple.com")),
  buildClientHello(postQuantumKey(), serverName("gateway.icloud.com")),
];
const records = [
  toRecords(hellos[0]),
  toRecords(hellos[1], 1, 2, 60),
  toRecords(hellos[2], 700),
  toRecords(hellos[0], ...Array.from({ length: 40 }, () => 1)),
];
const certificates = [
  buildCertificate(CERTIFICATE_OF_UPDATES),
  buildCertificate(CERTIFICATE_WITH_ALTERNATIVES, CERTIFICATE_WITH_COMMON_NAME),
  buildCertificate(CERTIFICATE_WITH_COMMON_NAME),
];
const flights = [
  toRecords(concatBytes(buildServerHello(), certificates[0])),
  concatBytes(toRecords(buildServerHello()), toRecords(certificates[1], 500)),
  toRecords(concatBytes(buildServerHello(null, 0x0301), certificates[2]), 40, 1, 300),
  toRecords(concatBytes(buildServerHello(CHOSEN_TLS_13), certificates[0])),
];
const requests = [
  "GET /hotspot-detect.html HTTP/1.1\r\nHost: captive.apple.com\r\nUser-Agent: captiveagent/1.0 CFNetwork/1410 Darwin/22.6\r\n\r\n",
  "GET http://user@www.apple.com:8080/x?y HTTP/1.1\r\nhost: other.example\r\nX-Folded: a\r\n b\r\n\r\n",
  "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nUser-Agent: App%20Store/3.0 CFNetwork/1 Darwin/2\r\n\r\n",
  "OPTIONS * HTTP/1.0\nHost: a.example\n\n",
].map(toBytes);
const words = [
  toBytes("RFB 003.889\n"),
  toBytes("220 mail.example ESMTP\r\n"),
  toBytes("* OK IMAP4rev1\r\n"),
  Uint8Array.from([5, 2, 0, 2]),
  concatBytes([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16], toBytes("1.3.6.1.4.1.1466.20037")),
];
const frames = [
  cryptoFrame(hellos[0]),
  concatBytes(cryptoFrame(hellos[1], 60), [0, 0, 1], cryptoFrame(hellos[1], 0, 60), new Uint8Array(30)),
  concatBytes([2, 5, 0, 1, 0, 1, 1, 3, 9, 0, 0, 0, 1, 1, 1], cryptoFrame(hellos[0], 0, 9)),
];
const options = [
  [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 30, 12, 0x01, 0x01, 1, 2, 3, 4, 5, 6, 7, 8],
  [1, 1, 30, 12, 0x10, 2, 0xc0, 0xde, 0xc0, 0xde, 9, 8, 7, 6, 0, 0],
].map((bytes) => Uint8Array.from(bytes));
const datagrams = [
  buildInitial({ destination: DESTINATION }, frames[0]),
  buildInitial({ destination: DESTINATION, version: QUIC_V2, token: new Uint8Array(70) }, frames[1]),
  concatBytes(
    buildInitial({ destination: DESTINATION, paddedTo: 600 }, cryptoFrame(hellos[2], 600)),
    buildInitial({ destination: DESTINATION, paddedTo: 600 }, cryptoFrame(hellos[2], 0, 600)),
  ),
];

/** Their targets. */
export const HANDSHAKE_TARGETS = byteTargets([
  { name: "tls-client-hello", samples: hellos, run: readClientHello },
  { name: "tls-records", samples: records, run: readTlsClientHello },
  { name: "tls-certificate", samples: certificates, run: readCertificateNames },
  { name: "tls-server-flight", samples: flights, run: readServerFlight },
  { name: "http-request", samples: requests, run: readHttpRequest },
  {
    name: "first-words",
    samples: words,
    run: (bytes, offset, end) => [
      offset < end && maySwitchToTls(bytes, offset, end),
      readRfbVersion(bytes, offset, end),
    ],
  },
  {
    name: "mptcp-options",
    samples: options,
    run: (...view) => [acceptedToken(...view), joinedToken(...view)],
  },
  {
    name: "quic-packets",
    samples: datagrams,
    run: (bytes, offset, end) => {
      const packet = readQuicPacket(bytes, offset, end);
      return packet === null ? null : [packet.kind, packet.packetNumberOffset - offset, packet.end - offset];
    },
  },
  {
    name: "quic-crypto-frames",
    samples: frames,
    run: (bytes, offset, end) => {
      const parts: number[][] = [];
      readCryptoFrames(bytes.slice(offset, end), (...part) => parts.push(part));
      return parts;
    },
  },
  { name: "quic-datagrams", samples: datagrams, run: (...view) => follow(beginUdpHandshake, [view]) },
  {
    // Mutated packets cannot be decrypted: here the content is changed before it is protected.
    name: "quic-handshake",
    samples: frames,
    run: (bytes, offset, end) => {
      const packet = buildInitial({ destination: DESTINATION }, bytes.slice(offset, end));
      return follow(beginUdpHandshake, [[packet, 0, packet.length]]);
    },
  },
  {
    name: "tcp-handshake",
    samples: [...records, ...flights, ...requests, ...words.map((word) => concatBytes(word, records[0]))],
    run: (bytes, offset, end) => follow(beginInOrder, cutSomewhere(bytes, offset, end)),
  },
]);

type View = readonly [bytes: Uint8Array, offset: number, end: number];
type Begin = (segment: HandshakeSegment) => HandshakeNames | PendingHandshake | null;

function beginInOrder(segment: HandshakeSegment): HandshakeNames | PendingHandshake | null {
  const isSynSeen = (segment.end - segment.offset) % 2 === 0;
  return beginTcpHandshake(segment, isSynSeen ? 0 : UNKNOWN_SEQUENCE);
}

/** Splits into segments, some of which come late; how depends only on their number. */
function cutSomewhere(bytes: Uint8Array, offset: number, end: number): View[] {
  const random = new SeededRandom(end - offset);
  const views: View[] = [];
  for (let cursor = offset; cursor < end; ) {
    const next = Math.min(end, cursor + random.between(1, 400));
    if (random.percent(80)) views.push([bytes, cursor, next]);
    else views.unshift([bytes, cursor, next]);
    cursor = next;
  }
  return views;
}

function follow(begin: Begin, views: readonly View[]): unknown {
  const base = Math.min(...views.map(([, offset]) => offset));
  let answer: HandshakeNames | PendingHandshake | "more" | null = null;
  let pending: PendingHandshake | null = null;
  for (const [bytes, offset, end] of views) {
    const segment = { bytes, offset, end, sequence: offset - base, fromB: 0 };
    answer = pending === null ? begin(segment) : pending.add(segment);
    if (answer === null) return null;
    if (answer !== "more" && !("add" in answer)) return answer;
    if (answer !== "more") pending = answer;
  }
  return pending?.finish() ?? null;
}

function toBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
