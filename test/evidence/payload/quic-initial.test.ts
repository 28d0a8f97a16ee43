import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { InitialKeys, openInitial } from "../../../src/evidence/payload/quic-initial.ts";
import { type QuicPacket, QuicVersion, readQuicPacket } from "../../../src/evidence/payload/quic-packets.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { buildInitial, QUIC_DRAFT_29, QUIC_V1, QUIC_V2 } from "../../support/quic-packets.ts";
import { DESTINATION, PAYLOAD, QUIC_VECTORS } from "../../support/quic-vectors.ts";

const VERSIONS = new Map<number, QuicVersion>([
  [QUIC_V1, QuicVersion.V1],
  [QUIC_V2, QuicVersion.V2],
  [QUIC_DRAFT_29, QuicVersion.DRAFT_29],
]);

function versionOf(number: number): QuicVersion {
  return VERSIONS.get(number) ?? QuicVersion.UNKNOWN;
}

function hex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return Buffer.from(bytes.subarray(start, end)).toString("hex");
}

function readWhole(bytes: Uint8Array): QuicPacket {
  const packet = readQuicPacket(bytes, 0, bytes.length);
  if (packet === null) throw new Error("no packet");
  return packet;
}

describe.each(QUIC_VECTORS)("the QUIC Initial of $name", (vector) => {
  const datagram = buildInitial(
    { version: vector.number, destination: DESTINATION, packetNumber: 2 },
    PAYLOAD,
  );
  const keys = new InitialKeys(versionOf(vector.number), DESTINATION);

  it("is built as in the standard", () => {
    expect(hex(datagram, 0, 22)).toBe(vector.protectedHeader);
    expect(hex(datagram, 22, 38)).toBe(vector.sample);
    expect(hex(datagram, 1184)).toBe(vector.tag);
    expect(datagram.length).toBe(1200);
    expect(createHash("sha256").update(datagram).digest("hex")).toBe(vector.sha256);
  });

  it("has the keys listed in the standard", () => {
    expect([keys.key, keys.iv, keys.hp].map((key) => hex(key))).toEqual([vector.key, vector.iv, vector.hp]);
  });

  it("decrypts to what was sent", () => {
    const frames = openInitial(datagram, readWhole(datagram), keys);
    expect(frames === null ? null : hex(frames)).toBe(hex(PAYLOAD));
  });

  it("decrypts at any offset, and leaves the bytes unchanged", () => {
    // A Buffer, as file readers have: its slices are not copies.
    const around = Buffer.from(concatBytes(new Uint8Array(33).fill(7), datagram, new Uint8Array(50).fill(9)));
    const before = Buffer.from(around);
    const packet = readQuicPacket(around, 33, around.length);
    expect(packet?.end).toBe(33 + 1200);
    const frames = packet === null ? null : openInitial(around, packet, keys);
    expect(frames === null ? null : hex(frames)).toBe(hex(PAYLOAD));
    expect(around).toEqual(before);
  });

  it("fails to decrypt if any bit was changed", () => {
    for (const offset of [0, 5, 6, 13, 14, 15, 18, 21, 22, 60, 1183, 1184, 1199]) {
      const changed = datagram.slice();
      changed[offset] ^= 1;
      const packet = readQuicPacket(changed, 0, changed.length);
      expect(packet === null ? null : openInitial(changed, packet, keys), `byte ${offset}`).toBeNull();
    }
  });

  it("fails to decrypt with the keys of another destination, version or side", () => {
    const packet = readWhole(datagram);
    for (let last = 9; last < 40; last++) {
      const other = new InitialKeys(versionOf(vector.number), Uint8Array.from([...DESTINATION, last]));
      expect(openInitial(datagram, packet, other)).toBeNull();
    }
    const draft = new InitialKeys(QuicVersion.DRAFT_29, DESTINATION);
    expect(openInitial(datagram, packet, draft)).toBeNull();
    const server = buildInitial(
      { version: vector.number, destination: DESTINATION, isFromServer: true },
      PAYLOAD,
    );
    expect(openInitial(server, readWhole(server), keys)).toBeNull();
  });
});

describe("a QUIC Initial", () => {
  it("decrypts in drafts that differ from version 1 only by the salt", () => {
    const datagram = buildInitial({ version: QUIC_DRAFT_29, destination: DESTINATION }, PAYLOAD);
    const keys = new InitialKeys(QuicVersion.DRAFT_29, DESTINATION);
    expect(openInitial(datagram, readWhole(datagram), keys)?.length).toBe(PAYLOAD.length);
  });

  it("decrypts with any packet number", () => {
    const keys = new InitialKeys(QuicVersion.V1, DESTINATION);
    for (const packetNumber of [0, 1, 255, 0x1_0000, 0xffff_ffff]) {
      const datagram = buildInitial({ destination: DESTINATION, packetNumber }, PAYLOAD);
      expect(openInitial(datagram, readWhole(datagram), keys)?.length).toBe(PAYLOAD.length);
    }
  });
});
