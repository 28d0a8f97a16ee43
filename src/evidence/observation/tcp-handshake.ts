/**
 * The first segments of a TCP connection until they show its destination: a ClientHello in several records and segments or
 * after a clear-text exchange, an HTTP request, a tunnel through a proxy; if the client names no server, the certificate that
 * the server sends. Segments may arrive in any order and repeatedly, except that the first one of the server's answer must
 * come first, as nothing else shows where the answer begins.
 */
import { maySwitchToTls } from "../payload/clear-text-start.ts";
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

/** Maximum number of segments examined per direction: those of a hello in 64 segments, each sent twice. */
const MAX_SEGMENTS = 128;

/**
 * Result of reading the beginning of one direction: names, "more" if incomplete, "clear" for clear text that may switch to
 * TLS, "nameless" for a complete ClientHello without names, "server" for a server's first records, or nothing.
 */
export type StartAnswer = HandshakeNames | "more" | "clear" | "nameless" | "server" | null;

/** One direction's stream, from the first relevant byte. */
interface StartedStream {
  readonly stream: StreamStart;
  /** The sequence number of the stream's first byte. */
  readonly sequence: number;
  /** Bytes at the beginning that were processed: requests to a proxy. */
  skipped: number;
  /** Whether it is a server's, held only up to the length within which a certificate is searched for. */
  isFromServer: boolean;
}

/** State of one direction. Each is read by itself: data of the other one does not affect it. */
interface Direction {
  /** Null if nothing has begun that may contain a name. */
  begun: StartedStream | null;
  /** Number of examined segments. */
  segments: number;
  /** Nothing more of it is examined. */
  isDone: boolean;
}

/** Reads the available first bytes of a direction. `bytes` is borrowed for the call. */
export function readTcpStart(bytes: Uint8Array, offset: number, end: number): StartAnswer {
  const hello = readTlsClientHello(bytes, offset, end);
  if (hello !== null) {
    if (!hello.isWhole) return "more";
    return hello.serverName === null ? "nameless" : namesOfClientHello(hello, "tls");
  }
  if (isServerHello(bytes, offset, end)) return "server";
  const version = readRfbVersion(bytes, offset, end);
  if (version !== null) return version === "more" ? "more" : namesOfRfbVersion(version);
  if (maySwitchToTls(bytes, offset, end)) return "clear";
  const request = readHttpRequest(bytes, offset, end);
  if (request === null) return null;
  return request.isWhole && !request.isConnect ? namesOfHttpRequest(request) : "more";
}

/** Searches the segments of both directions for names; holds at most one `StreamStart` of each. */
export class TcpHandshake implements PendingHandshake {
  private readonly directions: readonly [Direction, Direction] = [
    { begun: null, segments: 0, isDone: false },
    { begun: null, segments: 0, isDone: false },
  ];
  /** Clear text that may switch to TLS, or a server's answer, was seen: from now on, only TLS counts. */
  private isClear = false;
  /** Names in a request to a proxy: the result, unless a ClientHello follows through the tunnel. */
  private tunnel: HandshakeNames | null = null;
  /** The direction of a ClientHello that named no server; null if there was none. */
  private client: Direction | null = null;
  /** Other content of that ClientHello. */
  private hello: HandshakeNames | null = null;
  /** The names in the server's certificate. */
  private certificate: readonly string[] = [];

  get heldBytes(): number {
    const [a, b] = this.directions;
    return (a.begun?.stream.heldBytes ?? 0) + (b.begun?.stream.heldBytes ?? 0);
  }

  /** The direction of `segment` begins with sequence number `sequence`. Must be called before the first `add`. */
  begin(segment: HandshakeSegment, sequence: number): void {
    const direction = this.directions[segment.fromB];
    direction.begun = { stream: new StreamStart(), sequence, skipped: 0, isFromServer: false };
    direction.segments = 0;
  }

  add(segment: HandshakeSegment): HandshakeNames | "more" | null {
    const { bytes, offset, end, fromB } = segment;
    const direction = this.directions[fromB];
    if (end <= offset || (direction.isDone && direction !== this.client)) return "more";
    if (!direction.isDone) {
      if (direction.begun === null && this.mayBegin(bytes, offset, end))
        this.begin(segment, segment.sequence);
      const names = direction.begun === null ? null : this.addToStream(direction, direction.begun, segment);
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

  /** Reads more of a direction, and updates the state. Returns names if they are final. */
  private addToStream(
    direction: Direction,
    begun: StartedStream,
    { bytes, offset, end, sequence }: HandshakeSegment,
  ): HandshakeNames | null {
    const position = (sequence - begun.sequence) | 0;
    const limit = begun.isFromServer ? Math.min(end, offset + MAX_FLIGHT_LENGTH - position) : end;
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
   * Whether nothing more is awaited. After a ClientHello without a name, the server's answer is, until the client has sent so
   * much that it must have received the answer. Before that, beginnings that are incomplete are, and, after clear text, any
   * beginning.
   */
  private isOver(): boolean {
    const { client, directions } = this;
    if (client !== null) {
      const isNamed = this.tunnel !== null && this.tunnel.serverName !== null;
      return isNamed || directions.every(({ isDone }) => isDone) || client.segments >= MAX_SEGMENTS;
    }
    return directions.every(({ begun, isDone }) => isDone || (begun === null && !this.isClear));
  }

  /** Whether an unknown direction may begin here. After clear text, only with TLS. */
  private mayBegin(bytes: Uint8Array, offset: number, end: number): boolean {
    if (mayBeginClientHello(bytes, offset, end) || isServerHello(bytes, offset, end)) return true;
    if (this.isClear || this.tunnel !== null || this.client !== null) return false;
    return readTcpStart(bytes, offset, end) !== null;
  }

  private read(begun: StartedStream): StartAnswer {
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

  /** The ClientHello that it answers may arrive late, so wait for it. */
  private readServer(begun: StartedStream): "more" | "server" {
    this.isClear = true;
    begun.isFromServer = true;
    const names = readServerFlight(begun.stream.bytes, begun.skipped, begun.stream.length);
    if (names === "more" && begun.stream.length < MAX_FLIGHT_LENGTH) return "more";
    if (names !== "more" && names !== null) this.certificate = names;
    return "server";
  }
}

/** Names of a direction that will not be completed: only what is unambiguous so far. */
function readUnfinished({ stream, skipped }: StartedStream): HandshakeNames | null {
  const hello = readTlsClientHello(stream.bytes, skipped, stream.length);
  if (hello !== null) return namesOfClientHello(hello, "tls");
  const request = readHttpRequest(stream.bytes, skipped, stream.length);
  return request === null ? null : namesOfHttpRequest(request);
}
