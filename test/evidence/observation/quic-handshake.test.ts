import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import {
  alpn,
  buildClientHello,
  postQuantumKey,
  serverName,
} from "../../../src/testing/builders/client-hello.ts";
import { CHROMIUM_QUIC } from "../../support/chromium-hellos.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import {
  buildInitial,
  buildRetry,
  cryptoFrame,
  type InitialFields,
  QUIC_DRAFT_29,
  QUIC_V1,
  QUIC_V2,
} from "../../support/quic-packets.ts";
import { CRYPTO_FRAME, DESTINATION, PAYLOAD, QUIC_VECTORS } from "../../support/quic-vectors.ts";
import { finish, followUdp, isPending } from "./follow-handshake.ts";

const EXAMPLE = {
  serverName: "example.com",
  nameSource: "quic",
  alpn: ["alpn"],
  hasEncryptedHello: false,
  userAgentProcess: null,
  userAgent: null,
  rfbVersion: null,
  certificateNames: [],
};
/** The ClientHello of the published vectors. */
const HELLO = CRYPTO_FRAME.subarray(4);
const LARGE = buildClientHello(postQuantumKey(), serverName("mask.icloud.com"), alpn("h3"));
const LARGE_NAMES = { ...EXAMPLE, serverName: "mask.icloud.com", alpn: ["h3"] };
/** The connection ID chosen by the server. */
const SERVER_CHOSEN = fromHex("f067a5502a4262b5");

function initial(frames: Uint8Array, fields: Partial<InitialFields> = {}): Uint8Array {
  return buildInitial({ destination: DESTINATION, ...fields }, frames);
}

const firstHalf = cryptoFrame(LARGE, 0, 700);
const secondHalf = cryptoFrame(LARGE, 700);

describe("a QUIC handshake", () => {
  it.each(QUIC_VECTORS)("gives the server name of the published Initial of $name", ({ number }) => {
    expect(followUdp([[initial(PAYLOAD, { version: number, packetNumber: 2 })]])).toEqual(EXAMPLE);
  });

  it("gives the server name in Chromium's hello, whichever datagram comes first", () => {
    const [first, second] = CHROMIUM_QUIC;
    const names = { ...EXAMPLE, serverName: "gateway.icloud.com", alpn: ["h3"], hasEncryptedHello: true };
    expect(followUdp([[first], [second]])).toEqual(names);
    expect(followUdp([[second], [first]])).toEqual(names);
    expect(followUdp([[first], [first], [second]])).toEqual(names);
  });

  it("gives the server name in a draft version", () => {
    expect(followUdp([[initial(PAYLOAD, { version: QUIC_DRAFT_29 })]])).toEqual(EXAMPLE);
  });

  it("gives the server name with a token, and from a datagram shared with another packet", () => {
    expect(followUdp([[initial(PAYLOAD, { token: new Uint8Array(90).fill(3) })]])).toEqual(EXAMPLE);
    const ping = initial(Uint8Array.of(1), { paddedTo: 300 });
    const rest = initial(CRYPTO_FRAME, { paddedTo: 900, packetNumber: 1 });
    expect(followUdp([[concatBytes(ping, rest)]])).toEqual(EXAMPLE);
    const zeroRtt = concatBytes(fromHex("d0 00000001 08"), DESTINATION, fromHex("00 14"), new Uint8Array(20));
    expect(followUdp([[concatBytes(zeroRtt, initial(PAYLOAD))]])).toEqual(EXAMPLE);
    expect(followUdp([[concatBytes(initial(PAYLOAD), zeroRtt)]])).toEqual(EXAMPLE);
  });

  it("gives the server name from frames of any length and order, in any datagrams, with copies", () => {
    const layout = fc.record({
      cuts: fc.array(fc.integer({ min: 1, max: HELLO.length - 1 }), { maxLength: 20 }),
      order: fc.infiniteStream(fc.nat()),
      datagrams: fc.integer({ min: 1, max: 6 }),
      version: fc.constantFrom(QUIC_V1, QUIC_V2, QUIC_DRAFT_29),
    });
    fc.assert(
      fc.property(layout, ({ cuts, order, datagrams, version }) => {
        const ends = [...new Set([0, ...cuts, HELLO.length])].sort((a, b) => a - b);
        const frames = ends
          .slice(1)
          .map((end, i) => [order.next().value ?? 0, cryptoFrame(HELLO, ends[i], end)] as const);
        const shuffled = [...frames, frames[0]].sort(([a], [b]) => a - b).map(([, frame]) => frame);
        const each = Math.ceil(shuffled.length / datagrams);
        const sent = Array.from({ length: datagrams }, (_, i) =>
          concatBytes(...shuffled.slice(i * each, (i + 1) * each)),
        );
        const packets = sent.map((some, packetNumber) => [initial(some, { version, packetNumber })] as const);
        expect(followUdp(packets)).toEqual(EXAMPLE);
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  it("waits for the second half of a hello that does not fit into one datagram", () => {
    const first = followUdp([[initial(firstHalf)]]);
    expect(isPending(first) && first.heldBytes).toBe(700);
    expect(finish(first)).toBeNull();
    const second = initial(secondHalf, { packetNumber: 1 });
    expect(followUdp([[initial(firstHalf)], [second]])).toEqual(LARGE_NAMES);
    expect(followUdp([[second], [initial(firstHalf)]])).toEqual(LARGE_NAMES);
  });

  it("continues after the server has chosen its connection ID", () => {
    const second = initial(secondHalf, { destination: SERVER_CHOSEN, keysFrom: DESTINATION });
    expect(followUdp([[initial(firstHalf)], [second]])).toEqual(LARGE_NAMES);
  });

  it("continues in another version", () => {
    const second = initial(secondHalf, {
      version: QUIC_V2,
      destination: SERVER_CHOSEN,
      keysFrom: DESTINATION,
    });
    expect(followUdp([[initial(firstHalf)], [second]])).toEqual(LARGE_NAMES);
    expect(followUdp([[initial(firstHalf)], [initial(secondHalf, { version: QUIC_V2 })]])).toEqual(
      LARGE_NAMES,
    );
  });

  it("continues after a Retry, with keys of the new destination", () => {
    const retry = buildRetry(QUIC_V1, new Uint8Array(0), SERVER_CHOSEN);
    const token = new Uint8Array(40).fill(1);
    const again = [firstHalf, secondHalf].map((frames) =>
      initial(frames, { destination: SERVER_CHOSEN, token }),
    );
    expect(followUdp([[initial(firstHalf)], [retry, 1], [again[0]], [again[1]]])).toEqual(LARGE_NAMES);
    expect(followUdp([[initial(firstHalf)], [retry, 1], [again[1]]])).toEqual(LARGE_NAMES);
  });

  it("ignores packets from the server, even if they were captured first", () => {
    const reply = initial(PAYLOAD, { destination: SERVER_CHOSEN, keysFrom: DESTINATION, isFromServer: true });
    expect(followUdp([[reply, 1], [initial(PAYLOAD)]])).toEqual(EXAMPLE);
    expect(followUdp([[initial(firstHalf)], [reply, 1], [initial(secondHalf)]])).toEqual(LARGE_NAMES);
  });

  it("skips a modified packet", () => {
    const changed = initial(secondHalf);
    changed[1199] ^= 1;
    expect(isPending(followUdp([[changed]]))).toBe(true);
    expect(followUdp([[initial(firstHalf)], [changed], [initial(secondHalf)]])).toEqual(LARGE_NAMES);
  });

  it("gives the names before a gap that is never filled", () => {
    const hello = buildClientHello(serverName("mask.icloud.com"), postQuantumKey());
    const followed = followUdp([[initial(cryptoFrame(hello, 0, 900))]]);
    expect(isPending(followed)).toBe(true);
    expect(finish(followed)).toEqual({ ...LARGE_NAMES, alpn: [] });
  });

  it("gives nothing if it begins with another message", () => {
    expect(followUdp([[initial(cryptoFrame(Uint8Array.of(2, 0, 0, 9)))]])).toBeNull();
  });

  it("is abandoned after a number of datagrams, and sooner if they cannot be decrypted", () => {
    const ping = initial(Uint8Array.of(1));
    expect(isPending(followUdp(Array.from({ length: 127 }, () => [ping])))).toBe(true);
    expect(followUdp(Array.from({ length: 128 }, () => [ping]))).toBeNull();
    const changed = ping.slice();
    changed[1199] ^= 1;
    expect(isPending(followUdp(Array.from({ length: 7 }, () => [changed])))).toBe(true);
    expect(followUdp(Array.from({ length: 8 }, () => [changed]))).toBeNull();
  });

  it("is tried once per side if the keys fail", () => {
    const wrong = initial(CRYPTO_FRAME, { keysFrom: SERVER_CHOSEN });
    expect(isPending(followUdp([[wrong], [initial(CRYPTO_FRAME)]]))).toBe(true);
    expect(followUdp([[wrong, 1], [initial(CRYPTO_FRAME)]])).toEqual(EXAMPLE);
  });

  it("is not tried with a destination too short for a client", () => {
    const short = initial(CRYPTO_FRAME, { destination: Uint8Array.of(1, 2, 3, 4, 5, 6, 7), paddedTo: 1200 });
    expect(isPending(followUdp([[short]]))).toBe(true);
  });

  it("examines a limited number of packets per datagram", () => {
    const ping = (packetNumber: number) => initial(Uint8Array.of(1), { paddedTo: 250, packetNumber });
    const rest = initial(CRYPTO_FRAME, { paddedTo: 900, packetNumber: 4 });
    expect(followUdp([[concatBytes(ping(0), ping(1), ping(2), rest)]])).toEqual(EXAMPLE);
    expect(isPending(followUdp([[concatBytes(ping(0), ping(1), ping(2), ping(3), rest)]]))).toBe(true);
  });

  it("tries only one packet of a datagram that cannot be decrypted", () => {
    const wrong = initial(CRYPTO_FRAME, { paddedTo: 300, keysFrom: SERVER_CHOSEN });
    const right = initial(CRYPTO_FRAME, { paddedTo: 900 });
    expect(isPending(followUdp([[concatBytes(wrong, right)]]))).toBe(true);
  });
});
