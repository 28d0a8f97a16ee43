import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DnsStream } from "../../../src/evidence/payload/dns-stream.ts";
import { ByteWriter, concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { DNS_ALIASES, DNS_HINTS } from "../../support/real-names.ts";

const FIRST_SEQUENCE = 0xffffff00;

/** A stream, the messages it yielded, and a function that gives it a part of `bytes`. */
function open(bytes: Uint8Array) {
  const taken: Uint8Array[] = [];
  const stream = new DnsStream((message, offset, end) => taken.push(message.slice(offset, end)));
  const give = (from: number, to: number) => {
    // The bytes around a payload belong to others.
    const around = concatBytes([0xff, 0xff], bytes.subarray(from, to), [0xff, 0xff]);
    return stream.add(around, 2, 2 + to - from, (FIRST_SEQUENCE + from) >>> 0);
  };
  return { taken, stream, give };
}

const prefixed = (...messages: readonly Uint8Array[]) =>
  concatBytes(...messages.map((one) => new ByteWriter().uint16(one.length).bytes(one).toBytes()));

const TWO = prefixed(DNS_ALIASES, DNS_HINTS);

describe("DNS over TCP", () => {
  it("yields each message of a segment", () => {
    const { taken, stream, give } = open(TWO);
    expect(give(0, TWO.length)).toBe(true);
    expect(taken).toEqual([DNS_ALIASES, DNS_HINTS]);
    expect(stream.heldBytes).toBe(0);
  });

  it("joins segments of one byte", () => {
    const { taken, stream, give } = open(TWO);
    for (let i = 0; i < TWO.length; i++) expect(give(i, i + 1)).toBe(true);
    expect(taken).toEqual([DNS_ALIASES, DNS_HINTS]);
    expect(stream.heldBytes).toBe(0);
  });

  it("joins any segments, with retransmissions and overlaps, across sequence wraparound", () => {
    const size = fc.integer({ min: 1, max: 120 });
    fc.assert(
      fc.property(fc.array(fc.tuple(size, fc.nat(60)), { minLength: 1, maxLength: 20 }), (steps) => {
        const { taken, give } = open(TWO);
        let at = 0;
        for (const [length, back] of steps) {
          const from = Math.max(0, at - back);
          const to = Math.min(TWO.length, from + length);
          give(from, to);
          at = Math.max(at, to);
        }
        give(at, TWO.length);
        expect(taken).toEqual([DNS_ALIASES, DNS_HINTS]);
      }),
    );
  });

  it("is abandoned at a gap, and yields nothing more", () => {
    const { taken, stream, give } = open(TWO);
    expect(give(0, 100)).toBe(true);
    expect(give(101, TWO.length)).toBe(false);
    expect(give(100, 101)).toBe(false);
    expect(taken).toEqual([]);
    expect(stream.heldBytes).toBe(0);
  });

  it.each([
    [0, 0],
    [0, 11],
  ])("is abandoned if %i %i is not a valid length", (high, low) => {
    const bytes = concatBytes(prefixed(DNS_HINTS), [high, low], new Uint8Array(40));
    const whole = open(bytes);
    expect(whole.give(0, bytes.length)).toBe(false);
    const byBytes = open(bytes);
    const going = Array.from(bytes, (_, i) => byBytes.give(i, i + 1));
    expect(going.indexOf(false)).toBe(2 + DNS_HINTS.length + 1);
    for (const { taken } of [whole, byBytes]) expect(taken).toEqual([DNS_HINTS]);
  });

  it("yields a message of the maximum length", () => {
    const longest = new Uint8Array(0xffff).fill(7);
    const bytes = prefixed(longest);
    const { taken, stream, give } = open(bytes);
    for (let i = 0; i < bytes.length; i += 1460) {
      give(i, Math.min(bytes.length, i + 1460));
      expect(stream.heldBytes).toBeLessThanOrEqual(0x10001);
    }
    expect(taken).toEqual([longest]);
  });

  it("holds only the bytes received, whatever length was announced", () => {
    const { stream, give } = open(concatBytes([0xff, 0xff], new Uint8Array(10)));
    give(0, 12);
    expect(stream.heldBytes).toBeLessThanOrEqual(512);
  });

  it("ignores segments without payload", () => {
    const { taken, give } = open(TWO);
    expect(give(0, 0)).toBe(true);
    give(0, 10);
    expect(give(10, 10)).toBe(true);
    give(10, TWO.length);
    expect(taken).toHaveLength(2);
  });
});
