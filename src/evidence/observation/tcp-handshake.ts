/**
 * The first segments of a TCP connection until they name whom it is for: a ClientHello in several records and segments
 * or after words in the clear, an HTTP request, a tunnel through a proxy. Segments may come in any order and again.
 */
import { mayTurnToTls } from "../payload/clear-text-start.ts";
import { readHttpRequest } from "../payload/http-request.ts";
import { readRfbVersion } from "../payload/rfb-banner.ts";
import { isServerHello, mayBeginClientHello, readTlsClientHello } from "../payload/tls-records.ts";
import type { HandshakeNames, HandshakeSegment, PendingHandshake } from "./handshake.ts";
import { addTunnel, namesOfClientHello, namesOfHttpRequest, namesOfRfbVersion } from "./handshake-names.ts";
import { StreamStart } from "./stream-start.ts";

/** Segments of one direction that are looked at. */
const MAX_SEGMENTS = 16;
/** After so many replies to what has begun in the other direction its gaps will not be filled: the capture lost them. */
const MAX_REPLIES = 4;

/** What comes of the beginning of one direction: names, "more" to come, "clear" text that may turn to TLS, or nothing. */
export type StartAnswer = HandshakeNames | "more" | "clear" | null;

/** One direction's stream, from the first byte that matters. */
interface Direction {
  readonly stream: StreamStart;
  /** The sequence number of the stream's first byte. */
  readonly sequence: number;
  /** Bytes at the beginning that are done with: requests to a proxy. */
  skipped: number;
}

/** Reads what the first bytes of a direction say, as far as they are there. `bytes` is borrowed for the call. */
export function readTcpStart(bytes: Uint8Array, offset: number, end: number): StartAnswer {
  const hello = readTlsClientHello(bytes, offset, end);
  if (hello !== null) return hello.isWhole ? namesOfClientHello(hello, "tls") : "more";
  if (isServerHello(bytes, offset, end)) return "clear";
  const version = readRfbVersion(bytes, offset, end);
  if (version !== null) return version === "more" ? "more" : namesOfRfbVersion(version);
  if (mayTurnToTls(bytes, offset, end)) return "clear";
  const request = readHttpRequest(bytes, offset, end);
  if (request === null) return null;
  return request.isWhole && !request.isConnect ? namesOfHttpRequest(request) : "more";
}

/** Looks for names in the segments of both directions; holds a `StreamStart` of each at most. */
export class TcpHandshake implements PendingHandshake {
  private readonly directions: (Direction | null)[] = [null, null];
  private readonly segments = [0, 0];
  /** Words in the clear were seen: only TLS is looked for now. */
  private isClear = false;
  /** What a request to a proxy named: the answer, unless a ClientHello follows through the tunnel. */
  private tunnel: HandshakeNames | null = null;

  get heldBytes(): number {
    return this.directions.reduce((sum, direction) => sum + (direction?.stream.heldBytes ?? 0), 0);
  }

  /** The direction of `segment` begins with sequence number `sequence`. To be called before the first `add`. */
  begin(segment: HandshakeSegment, sequence: number): void {
    this.directions[segment.fromB] = { stream: new StreamStart(), sequence, skipped: 0 };
    this.segments.fill(0);
  }

  add(segment: HandshakeSegment): HandshakeNames | "more" | null {
    const { bytes, offset, end, fromB } = segment;
    if (end <= offset) return "more";
    if (this.directions[fromB] === null && this.mayBegin(bytes, offset, end)) {
      this.begin(segment, segment.sequence);
    }
    const direction = this.directions[fromB];
    if (direction !== null) {
      const position = (segment.sequence - direction.sequence) | 0;
      if (direction.stream.add(position, bytes, offset, end)) {
        const answer = this.read(direction);
        if (answer === "clear") {
          this.isClear = true;
          this.directions[fromB] = null;
        } else if (answer !== "more") return addTunnel(answer, this.tunnel);
      }
    }
    const limit = this.directions[1 - fromB] === null ? MAX_SEGMENTS : MAX_REPLIES;
    return ++this.segments[fromB] < limit ? "more" : this.finish();
  }

  finish(): HandshakeNames | null {
    for (const direction of this.directions) {
      const names = direction === null ? null : readUnfinished(direction);
      if (names !== null) return addTunnel(names, this.tunnel);
    }
    return this.tunnel;
  }

  /** A direction that nothing is known of may begin here. Where words were exchanged, only with TLS. */
  private mayBegin(bytes: Uint8Array, offset: number, end: number): boolean {
    if (mayBeginClientHello(bytes, offset, end)) return true;
    return !this.isClear && this.tunnel === null && readTcpStart(bytes, offset, end) !== null;
  }

  private read(direction: Direction): StartAnswer {
    const { stream } = direction;
    while (direction.skipped < stream.length) {
      const answer = readTcpStart(stream.bytes, direction.skipped, stream.length);
      if (answer !== "more") return answer;
      const request = readHttpRequest(stream.bytes, direction.skipped, stream.length);
      if (request === null || !request.isConnect || !request.isWhole) return "more";
      this.tunnel = namesOfHttpRequest(request);
      if (request.headLength === 0) return this.tunnel;
      direction.skipped += request.headLength;
    }
    return "more";
  }
}

/** What a direction names that will not get to its end: only what stands there without doubt. */
function readUnfinished({ stream, skipped }: Direction): HandshakeNames | null {
  const hello = readTlsClientHello(stream.bytes, skipped, stream.length);
  if (hello !== null) return namesOfClientHello(hello, "tls");
  const request = readHttpRequest(stream.bytes, skipped, stream.length);
  return request === null ? null : namesOfHttpRequest(request);
}
