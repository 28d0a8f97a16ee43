/** Meaningless bytes: random ones, and mutated samples. */
import { describe, expect, it } from "vitest";
import type { FlowStart, Message } from "../../../../src/evidence/payload/protocols/flow-start.ts";
import { recognise } from "../../../../src/evidence/payload/protocols/recognise.ts";
import { PROTOCOLS } from "../../../../src/net/application-protocols.ts";
import { ALL_SAMPLES } from "../../../support/protocol-samples/all-samples.ts";
import { startOf } from "../../../support/protocol-samples/protocol-sample.ts";

/** More with RANDOM_FLOWS=10000000. */
const RANDOM_FLOWS = Number(process.env.RANDOM_FLOWS ?? 100_000);
const MUTANTS = 100_000;
const SEED = 20_261_130;
const MAX_LENGTH = 96;
const PORTS = [53, 80, 123, 137, 389, 443, 500, 1701, 4500, 5353, 5683, 9100];

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

describe("random bytes", () => {
  it("are hardly ever recognised as a protocol", { timeout: 3_600_000 }, () => {
    const random = randomNumbers(SEED);
    const below = (limit: number) => Math.floor(random() * limit);
    const message = (isStream: boolean, ports: readonly [number, number]): Message => {
      const bytes = new Uint8Array(1 + below(MAX_LENGTH));
      for (let i = 0; i < bytes.length; i++) bytes[i] = below(256);
      return {
        bytes,
        offset: 0,
        end: bytes.length,
        length: bytes.length,
        isStream,
        isFull: true,
        isBeginning: random() < 0.5,
        sourcePort: ports[0],
        destinationPort: ports[1],
      };
    };
    const found = new Map<string, number>();
    for (let i = 0; i < RANDOM_FLOWS; i++) {
      const isStream = random() < 0.5;
      const port = PORTS[below(PORTS.length)];
      const side = (ports: readonly [number, number]) =>
        Array.from({ length: isStream ? 1 : 1 + below(4) }, () => message(isStream, ports));
      const sides = [side([50_123, port]), side([port, 50_123])] as const;
      const answer = recognise({ transport: isStream ? "tcp" : "udp", sides, announced: null });
      if (answer === null || answer === "more") continue;
      found.set(answer.protocol, (found.get(answer.protocol) ?? 0) + 1);
    }
    // Two bytes like SOCKS 5, or a zero byte like an LPD answer, occur by chance.
    const total = [...found.values()].reduce((sum, count) => sum + count, 0);
    expect(total / RANDOM_FLOWS, JSON.stringify([...found])).toBeLessThan(1e-4);
  });
});

describe("mutated samples", () => {
  it("never throw, and give only known protocols", { timeout: 60_000 }, () => {
    const random = randomNumbers(SEED);
    const below = (limit: number) => Math.floor(random() * limit);
    const mutate = (message: Message): Message => {
      const bytes = message.bytes.slice();
      for (let i = below(4); i >= 0; i--) bytes[below(bytes.length)] = below(256);
      const end = random() < 0.3 ? 1 + below(bytes.length) : bytes.length;
      return {
        ...message,
        bytes,
        end,
        isFull: random() < 0.5,
        length: random() < 0.3 ? below(70_000) : message.length,
      };
    };
    const starts = ALL_SAMPLES.map((sample) => startOf(sample));
    for (let i = 0; i < MUTANTS; i++) {
      const { transport, sides, announced } = starts[below(starts.length)];
      const mutant: FlowStart = { transport, sides: [sides[0].map(mutate), sides[1].map(mutate)], announced };
      const answer = recognise(mutant);
      if (answer === null || answer === "more") continue;
      if (!PROTOCOLS.includes(answer.protocol)) expect(PROTOCOLS).toContain(answer.protocol);
    }
  });
});
