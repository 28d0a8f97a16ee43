import { describe, expect, it } from "vitest";
import {
  mayBeginQuic,
  QuicPacketKind,
  QuicVersion,
  readQuicPacket,
  readVarint,
} from "../../../src/evidence/payload/quic-packets.ts";
import { concatBytes, fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { buildInitial, buildRetry, QUIC_V1, QUIC_V2 } from "../../support/quic-packets.ts";

const DESTINATION = fromHex("8394c8f03e515708");
const SOURCE = fromHex("c101c102");

function read(bytes: Uint8Array, end = bytes.length) {
  return readQuicPacket(bytes, 0, end);
}

/** A long header with these flags, and a length of 20. */
function long(flags: number, version: number, rest = "00 00 14"): Uint8Array {
  const versionBytes = Uint8Array.from([version >>> 24, version >>> 16, version >>> 8, version]);
  return concatBytes([flags], versionBytes, fromHex(rest), new Uint8Array(20));
}

describe("a QUIC packet", () => {
  it("gives the offsets of its parts", () => {
    const token = new Uint8Array(70).fill(5);
    const bytes = buildInitial({ destination: DESTINATION, source: SOURCE, token }, new Uint8Array(3));
    expect(read(concatBytes(bytes, [1, 2, 3]))).toEqual({
      version: QuicVersion.V1,
      kind: QuicPacketKind.INITIAL,
      offset: 0,
      destinationOffset: 6,
      destinationEnd: 14,
      packetNumberOffset: 14 + 1 + 4 + 2 + 70 + 2,
      end: bytes.length,
    });
  });

  it("has a type that depends on its version", () => {
    const { INITIAL, OTHER, RETRY } = QuicPacketKind;
    const kinds = (version: number) =>
      [0xc0, 0xd0, 0xe0, 0xf0].map((flags) => read(long(flags, version, "00 00 00 14"))?.kind ?? null);
    // Without a token, 0-RTT and Handshake packets would have a length of 0 here.
    expect(kinds(QUIC_V1)).toEqual([INITIAL, null, null, RETRY]);
    expect(kinds(QUIC_V2)).toEqual([RETRY, INITIAL, null, null]);
    expect(read(long(0xd0, QUIC_V1))?.kind).toBe(OTHER);
    expect(read(long(0xe0, QUIC_V2))?.kind).toBe(OTHER);
  });

  it("of type Retry extends to the end", () => {
    const bytes = buildRetry(QUIC_V1, DESTINATION, SOURCE);
    expect(read(bytes)).toMatchObject({ kind: QuicPacketKind.RETRY, end: bytes.length });
  });

  it("need not have the fixed bit (RFC 9287)", () => {
    expect(read(long(0x80, QUIC_V1, "00 00 00 14"))?.kind).toBe(QuicPacketKind.INITIAL);
  });

  it.each([
    ["a short header", long(0x40, QUIC_V1)],
    ["the version negotiation format", long(0xc0, 0)],
    ["an unknown version", long(0xc0, 0x1a2a_3a4a)],
    ["a version of Google QUIC", long(0xc0, 0x5130_3530)],
    ["a draft version before the supported ones", long(0xc0, 0xff00_001c)],
    ["a draft version after the supported ones", long(0xc0, 0xff00_0021)],
    [
      "a destination connection ID that is too long",
      concatBytes(fromHex("c0 00000001 15"), new Uint8Array(80)),
    ],
    [
      "a source connection ID that is too long",
      concatBytes(fromHex("c0 00000001 00 15"), new Uint8Array(80)),
    ],
    ["a length too short for the authentication tag", long(0xc0, QUIC_V1, "00 00 00 13")],
    ["a length beyond the end of the datagram", long(0xc0, QUIC_V1, "00 00 00 15")],
    ["a token beyond the end of the datagram", long(0xc0, QUIC_V1, "00 00 ff ff ff ff ff ff ff ff")],
  ])("is rejected if it has %s", (_, bytes) => {
    expect(read(bytes)).toBeNull();
  });

  it("is rejected at any shorter length", () => {
    const bytes = buildInitial({ destination: DESTINATION, source: SOURCE }, new Uint8Array(3));
    for (let length = 0; length < bytes.length; length++) expect(read(bytes, length)).toBeNull();
    expect(read(bytes)).not.toBeNull();
  });
});

describe("a QUIC datagram", () => {
  it("can begin a connection if it is long enough and of a known version", () => {
    const datagram = buildInitial({ destination: DESTINATION }, new Uint8Array(3));
    expect(mayBeginQuic(datagram, 0, 1200)).toBe(true);
    expect(mayBeginQuic(datagram, 0, 1199)).toBe(false);
    const short = datagram.slice();
    short[0] &= 0x7f;
    expect(mayBeginQuic(short, 0, 1200)).toBe(false);
    const unknown = datagram.slice();
    unknown[4] = 3;
    expect(mayBeginQuic(unknown, 0, 1200)).toBe(false);
  });
});

describe("a variable-length integer", () => {
  it.each([
    ["c2197c5eff14e88c", Number(151_288_809_941_952_652n)],
    ["9d7f3e7d", 494_878_333],
    ["7bbd", 15_293],
    ["25", 37],
    ["4025", 37],
  ])("%s is %d (RFC 9000, A.1)", (text, value) => {
    const bytes = fromHex(text);
    const inside = concatBytes([0xff], bytes, [0xff]);
    expect(readVarint(inside, 1, 1 + bytes.length)).toBe(value);
    for (let length = 0; length < bytes.length; length++) expect(readVarint(inside, 1, 1 + length)).toBe(-1);
  });
});
