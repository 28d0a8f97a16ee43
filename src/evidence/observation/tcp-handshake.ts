/**
 * The first segments of a TCP connection until they name whom it is for: a ClientHello in several records and segments
 * or after words in the clear, an HTTP request, a tunnel through a proxy; where the client names nobody, the certificate with
 * which the server answers. Segments may come in any order and again; only of the server's answer the first one must come
 * first, as nothing else tells where it begins.
 */
import { mayTurnToTls } from "../payload/clear-text-start.ts";
import { readHttpRequest } from "../payload/http-request.ts";
import { readRfbVersion } from "../payload/rfb-banner.ts";
import { isServerHello, mayBeginClientHello, readTlsClientHello } from "../payload/tls-records.ts";
import { MAX_FLIGHT_LENGTH, readServerFlight } from "../payload/tls-server-flight.ts";
import type { HandshakeNames, HandshakeSegment, PendingHandshake } from "./handshake.ts";
import {
  addCertificate,
  addTunnel,
  namesOfClientHello,
  namesOfHttpRequest,
  namesOfRfbVersion,
} from "./handshake-names.ts";
import { StreamStart } from "./stream-start.ts";

/** Segments of one direction that are looked at: those of a hello in 64 segments, each of them sent twice. */
const MAX_SEGMENTS = 128;

/**
 * What comes of the beginning of one direction: names, "more" to come, "clear" text that may turn to TLS, a whole ClientHello
 * that is "nameless", a "server"'s first records, or nothing.
 */
export type StartAnswer = HandshakeNames | "more" | "clear" | "nameless" | "server" | null;

/** One direction's stream, from the first byte that matters. */
interface StreamFrom {
  readonly stream: StreamStart;
  /** The sequence number of the stream's first byte. */
  readonly sequence: number;
  /** Bytes at the beginning that are done with: requests to a proxy. */
  skipped: number;
  /** It is a server's, of which only so much is held as a certificate is looked for in. */
  isServers: boolean;
}

/** What is known of one direction. It is read by itself: what the other one says, and how much, changes nothing in it. */
interface Direction {
  /** Null where nothing has begun that may name somebody. */
  begun: StreamFrom | null;
  /** Segments that were looked at. */
  segments: number;
  /** Nothing of it is looked at any more. */
  isDone: boolean;
}

/** Reads what the first bytes of a direction say, as far as they are there. `bytes` is borrowed for the call. */
export function readTcpStart(bytes: Uint8Array, offset: number, end: number): StartAnswer {
  const hello = readTlsClientHello(bytes, offset, end);
  if (hello !== null) {
    if (!hello.isWhole) return "more";
    return hello.serverName === null ? "nameless" : namesOfClientHello(hello, "tls");
  }
  if (isServerHello(bytes, offset, end)) return "server";
  const version = readRfbVersion(bytes, offset, end);
  if (version !== null) return version === "more" ? "more" : namesOfRfbVersion(version);
  if (mayTurnToTls(bytes, offset, end)) return "clear";
  const request = readHttpRequest(bytes, offset, end);
  if (request === null) return null;
  return request.isWhole && !request.isConnect ? namesOfHttpRequest(request) : "more";
}

/** Looks for names in the segments of both directions; holds a `StreamStart` of each at most. */
export class TcpHandshake implements PendingHandshake {
  private readonly directions: readonly [Direction, Direction] = [
    { begun: null, segments: 0, isDone: false },
    { begun: null, segments: 0, isDone: false },
  ];
  /** Words in the clear were seen, or a server's answer: only TLS is looked for now. */
  private isClear = false;
  /** What a request to a proxy named: the answer, unless a ClientHello follows through the tunnel. */
  private tunnel: HandshakeNames | null = null;
  /** The direction of a ClientHello that named nobody; null while there was none. */
  private client: Direction | null = null;
  /** What that ClientHello told beside. */
  private hello: HandshakeNames | null = null;
  /** The names in the server's certificate. */
  private certificate: readonly string[] = [];

  get heldBytes(): number {
    const [a, b] = this.directions;
    return (a.begun?.stream.heldBytes ?? 0) + (b.begun?.stream.heldBytes ?? 0);
  }

  /** The direction of `segment` begins with sequence number `sequence`. To be called before the first `add`. */
  begin(segment: HandshakeSegment, sequence: number): void {
    const direction = this.directions[segment.fromB];
    direction.begun = { stream: new StreamStart(), sequence, skipped: 0, isServers: false };
    direction.segments = 0;
  }

  add(segment: HandshakeSegment): HandshakeNames | "more" | null {
    const { bytes, offset, end, fromB } = segment;
    const direction = this.directions[fromB];
    if (end <= offset || (direction.isDone && direction !== this.client)) return "more";
    if (!direction.isDone) {
      if (direction.begun === null && this.mayBegin(bytes, offset, end))
        this.begin(segment, segment.sequence);
      const names = direction.begun === null ? null : this.take(direction, direction.begun, segment);
      if (names !== null) return addTunnel(names, this.tunnel);
    }
    if (++direction.segments >= MAX_SEGMENTS) direction.isDone = true;
    return direction.isDone && this.isOver() ? this.finish() : "more";
  }

  finish(): HandshakeNames | null {
    let names = this.hello;
    for (const { begun } of this.directions) names ??= begun === null ? null : readUnfinished(begun);
    return addCertificate(addTunnel(names, this.tunnel), this.certificate);
  }

  /** Reads a direction on, and notes what that means for it. Answers names that nothing can be added to. */
  private take(
    direction: Direction,
    begun: StreamFrom,
    { bytes, offset, end, sequence }: HandshakeSegment,
  ): HandshakeNames | null {
    const position = (sequence - begun.sequence) | 0;
    const limit = begun.isServers ? Math.min(end, offset + MAX_FLIGHT_LENGTH - position) : end;
    const answer = begun.stream.add(position, bytes, offset, limit) ? this.read(begun) : "more";
    if (answer === "more") return null;
    if (answer !== null && typeof answer !== "string") return answer;
    direction.begun = null;
    if (answer === "clear") this.isClear = true;
    else direction.isDone = true;
    if (answer === "nameless") {
      this.client = direction;
      direction.segments = 0;
    }
    return null;
  }

  /**
   * Whether nothing is waited for. After a ClientHello without a name that is what the server answers, until the client has
   * said so much that it must have had its answer. Before, it is what has begun, and after words in the clear what may.
   */
  private isOver(): boolean {
    const { client, directions } = this;
    if (client !== null) {
      const isNamed = this.tunnel !== null && this.tunnel.serverName !== null;
      return isNamed || directions.every(({ isDone }) => isDone) || client.segments >= MAX_SEGMENTS;
    }
    return directions.every(({ begun, isDone }) => isDone || (begun === null && !this.isClear));
  }

  /** A direction that nothing is known of may begin here. Where words were exchanged, only with TLS. */
  private mayBegin(bytes: Uint8Array, offset: number, end: number): boolean {
    if (mayBeginClientHello(bytes, offset, end) || isServerHello(bytes, offset, end)) return true;
    if (this.isClear || this.tunnel !== null || this.client !== null) return false;
    return readTcpStart(bytes, offset, end) !== null;
  }

  private read(begun: StreamFrom): StartAnswer {
    const { stream } = begun;
    while (begun.skipped < stream.length) {
      const answer = readTcpStart(stream.bytes, begun.skipped, stream.length);
      if (answer === "server") return this.readServer(begun);
      if (answer === "nameless") this.hello = readUnfinished(begun);
      if (answer !== "more") return answer;
      const request = readHttpRequest(stream.bytes, begun.skipped, stream.length);
      if (request === null || !request.isConnect || !request.isWhole) return "more";
      this.tunnel = namesOfHttpRequest(request);
      if (request.headLength === 0) return this.tunnel;
      begun.skipped += request.headLength;
    }
    return "more";
  }

  /** What it answers to may come late: it is waited for. */
  private readServer(begun: StreamFrom): "more" | "server" {
    this.isClear = true;
    begun.isServers = true;
    const names = readServerFlight(begun.stream.bytes, begun.skipped, begun.stream.length);
    if (names === "more" && begun.stream.length < MAX_FLIGHT_LENGTH) return "more";
    if (names !== "more" && names !== null) this.certificate = names;
    return "server";
  }
}

/** What a direction names that will not get to its end: only what stands there without doubt. */
function readUnfinished({ stream, skipped }: StreamFrom): HandshakeNames | null {
  const hello = readTlsClientHello(stream.bytes, skipped, stream.length);
  if (hello !== null) return namesOfClientHello(hello, "tls");
  const request = readHttpRequest(stream.bytes, skipped, stream.length);
  return request === null ? null : namesOfHttpRequest(request);
}
