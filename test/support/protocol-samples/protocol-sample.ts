/** Real bytes of protocols, for the tests of what recognises them, and how a flow's start is made of them. */
import type { FlowStart, Message } from "../../../src/evidence/payload/protocols/flow-start.ts";
import type { ProductSign, Protocol } from "../../../src/net/application-protocols.ts";

/** Bytes in hex, or what is there of a datagram that was longer. */
export type SampleBytes = string | { readonly length: number; readonly hex: string };

/** What both sides of a flow say first. */
export interface ProtocolSample {
  readonly protocol: Protocol;
  readonly about: string;
  readonly transport: "tcp" | "udp";
  /** The index of the side that asks; null where the payload does not tell. */
  readonly asks: 0 | 1 | null;
  /** Of the side that is first to speak, and of the other one. */
  readonly ports: readonly [number, number];
  /** Of TCP one stream at most, of UDP datagrams. */
  readonly first: readonly SampleBytes[];
  readonly second: readonly SampleBytes[];
  readonly sign?: ProductSign;
  readonly announced?: Protocol;
  /** The beginning was not captured. */
  readonly isMidStream?: boolean;
}

/** A datagram of `length` bytes of which only these are there. */
export function cut(length: number, hex: string): SampleBytes {
  return { length, hex };
}

/** Text as hex. */
export function text(value: string): string {
  return Buffer.from(value, "latin1").toString("hex");
}

/** The first bytes of a datagram whose rest is zeros. */
export function padded(length: number, hex: string): string {
  return hex.padEnd(2 * length, "0");
}

/** The start with no more than so many bytes of each message of the two sides. */
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
