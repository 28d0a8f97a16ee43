/** Real protocol bytes, for tests of recognition, and their conversion into the start of a flow. */
import type { FlowStart, Message } from "../../../src/evidence/payload/protocols/flow-start.ts";
import type { ProductSign, Protocol } from "../../../src/net/application-protocols.ts";

/** Bytes in hex, or the available bytes of a longer datagram. */
export type SampleBytes = string | { readonly length: number; readonly hex: string };

/** The first messages of both sides of a flow. */
export interface ProtocolSample {
  readonly protocol: Protocol;
  readonly about: string;
  readonly transport: "tcp" | "udp";
  /** Index of the asking side; null if the payload does not show it. */
  readonly asks: 0 | 1 | null;
  /** Messages of the side that sends first, and of the other one. */
  readonly ports: readonly [number, number];
  /** For TCP at most one stream, for UDP datagrams. */
  readonly first: readonly SampleBytes[];
  readonly second: readonly SampleBytes[];
  readonly sign?: ProductSign;
  readonly announced?: Protocol;
  /** The beginning was not captured. */
  readonly isMidStream?: boolean;
}

/** A datagram of `length` bytes of which only these are present. */
export function cut(length: number, hex: string): SampleBytes {
  return { length, hex };
}

/** Text as hex. */
export function text(value: string): string {
  return Buffer.from(value, "latin1").toString("hex");
}

/** The first bytes of a datagram followed by zeros. */
export function padded(length: number, hex: string): string {
  return hex.padEnd(2 * length, "0");
}

/** The start with at most N bytes of each message of both sides. */
export function shortened(start: FlowStart, limits: readonly [number, number]): FlowStart {
  const shorten = (messages: readonly Message[], limit: number): Message[] =>
    messages
      .map((message) => {
        const end = Math.min(message.end, limit);
        return { ...message, end, length: message.isStream ? end : message.length };
      })
      .filter(({ end }) => end > 0);
  return { ...start, sides: [shorten(start.sides[0], limits[0]), shorten(start.sides[1], limits[1])] };
}

/** The start of the sample's flow. */
export function startOf(sample: ProtocolSample): FlowStart {
  const { ports, transport, announced = null } = sample;
  const side = (all: readonly SampleBytes[], index: 0 | 1): Message[] =>
    all
      .map((one) => (typeof one === "string" ? { length: one.length / 2, hex: one } : one))
      .map(({ length, hex }) => {
        const bytes = new Uint8Array(Buffer.from(hex, "hex"));
        const end = bytes.length;
        return {
          bytes,
          offset: 0,
          end,
          length: transport === "tcp" ? end : length,
          isStream: transport === "tcp",
          isFull: transport === "udp",
          isBeginning: sample.isMidStream !== true,
          sourcePort: ports[index],
          destinationPort: ports[1 - index],
        };
      })
      .filter(({ end }) => end > 0);
  return { transport, sides: [side(sample.first, 0), side(sample.second, 1)], announced };
}
