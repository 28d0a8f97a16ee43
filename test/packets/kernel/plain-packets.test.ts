/** The fast path turns plain packets into rows equal to those of the layered decoder. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PacketBatch } from "../../../src/flows/packet-batch.ts";
import { LinkType } from "../../../src/net/link-types.ts";
import * as tunnelPorts from "../../../src/net/tunnel-ports.ts";
import { DecodedPacket, FragmentKind } from "../../../src/packets/decode/decoded-packet.ts";
import { decodePacket } from "../../../src/packets/decode/packet-decoder.ts";
import { Kernel } from "../../../src/packets/kernel/kernel.ts";
import { BATCH_CAPACITY, ROW_WORDS } from "../../../src/packets/kernel/layout.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { CATALOGUE } from "../decode/packet-catalogue.ts";

/** Ethernet with and without a tunnel in UDP: the kernel recognises VXLAN by payload, others by port. */
const ETHERNET = CATALOGUE.filter(({ name }) => /^(ethernet|ipv[46]|vxlan|gtp-u)/.test(name)).map(
  ({ name, packet }) => ({ name, bytes: packet.build() }),
);
const BUFFER_LENGTH = 4096;
/** The position of a packet in the buffer, amid remains of another packet. */
const OFFSET = 130;
const SECONDS = 1_700_000_000;
const NANOSECONDS = 123_456_789;

const kernel = new Kernel(16, BUFFER_LENGTH);
const batch = new PacketBatch(kernel);

/** Puts a packet into the kernel as record `index`, surrounded by `filling`. */
function place(bytes: Uint8Array, captured: number, original: number, filling: number, index = 0): void {
  kernel.buffer.fill(filling).set(bytes.subarray(0, captured), OFFSET);
  kernel.place.columns.offsets[index] = OFFSET;
  kernel.place.columns.capturedLengths[index] = captured;
  kernel.place.columns.originalLengths[index] = original;
  kernel.place.columns.seconds[index] = SECONDS;
  kernel.place.columns.nanoseconds[index] = NANOSECONDS;
}

/** Returns the only row of the batch, including times, and empties the batch. */
function takeRow(): number[] {
  batch.count = 0;
  return [...kernel.rows.subarray(0, ROW_WORDS), batch.seconds[0], batch.nanoseconds[0]];
}

/** Returns the row of the fast path, or null if the packet is not plain. */
function plainRow(fcsLength: number): number[] | null {
  kernel.rows.fill(-1, 0, ROW_WORDS);
  return batch.appendPlain(0, 0, 1, fcsLength) === 1 ? takeRow().map(withoutUnused) : null;
}

/** IPv4 leaves the remaining address words unchanged. */
function withoutUnused(word: number, index: number, row: readonly number[]): number {
  const isIpv4 = (row[2] & 2) === 0;
  return isIpv4 && [5, 6, 7, 9, 10, 11].includes(index) ? 0 : word;
}

/** Returns the row of the layered decoder, or null without ports or for a fragment. */
function layeredRow(captured: number, original: number, fcsLength: number): number[] | null {
  const packet = new DecodedPacket();
  const { buffer } = kernel;
  const weird = decodePacket(LinkType.ETHERNET, buffer, OFFSET, captured, original, fcsLength, packet);
  if (weird !== 0 || packet.fragment !== FragmentKind.NONE) return null;
  batch.append(packet, original, SECONDS, NANOSECONDS, 0);
  return takeRow().map(withoutUnused);
}

/**
 * Compares a packet's row, if it has one, with that of the layered decoder, whatever surrounds it; returns whether it has
 * one.
 */
function expectSame(bytes: Uint8Array, captured: number, original: number, fcsLength = 0): boolean {
  const rows = [0x00, 0xff].map((filling) => {
    place(bytes, captured, original, filling);
    const plain = plainRow(fcsLength);
    if (plain !== null) expect(plain).toEqual(layeredRow(captured, original, fcsLength));
    return plain;
  });
  expect(rows[0]).toEqual(rows[1]);
  return rows[0] !== null;
}

describe("kernel rows of plain packets", () => {
  it("are made for plain packets only, tagged or not", () => {
    const plain = ETHERNET.filter(({ bytes }) => expectSame(bytes, bytes.length, bytes.length));
    const names = plain.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "ethernet ipv4 tcp",
        "ethernet ipv4 udp",
        "ethernet ipv6 tcp",
        "ethernet ipv6 udp",
      ]),
    );
    expect(names.length).toBeLessThan(ETHERNET.length);
  });

  it("match the layered decoder at every length, by snaplen and on the wire", () => {
    let plain = 0;
    for (const { bytes } of ETHERNET) {
      for (let length = 0; length <= bytes.length; length++) {
        for (const original of [length, bytes.length]) if (expectSame(bytes, length, original)) plain++;
      }
    }
    // The four plain ones, at their full length.
    expect(plain).toBeGreaterThanOrEqual(2 * 4);
  });

  it("match the layered decoder with any bytes changed", () => {
    const change = fc.tuple(
      fc.nat(90),
      fc.oneof(fc.nat(255), fc.constantFrom(0, 0x45, 0x60, 0x81, 0xff, 0xbe)),
    );
    const numRuns = propertyRuns(20_000);
    let plain = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...ETHERNET),
        fc.array(change, { maxLength: 6 }),
        fc.nat(120),
        fc.nat(8),
        fc.constantFrom(0, 4),
        ({ bytes: original }, changes, cut, extra, fcsLength) => {
          const bytes = original.slice();
          for (const [offset, value] of changes) if (offset < bytes.length) bytes[offset] = value;
          const length = Math.min(bytes.length, Math.max(cut, 30));
          if (expectSame(bytes, length, length + extra, fcsLength)) plain++;
        },
      ),
      { numRuns },
    );
    expect(plain).toBeGreaterThan(numRuns / 30);
  });

  it("are not made for possible UDP tunnels", () => {
    const udp = (ports: { sourcePort?: number; destinationPort?: number }) =>
      packet().ethernet().ipv4().udp(ports).payload(12).build();
    const isPlain = (bytes: Uint8Array) => expectSame(bytes, bytes.length, bytes.length);
    for (const port of Object.values(tunnelPorts)) {
      expect(isPlain(udp({ sourcePort: port + 64, destinationPort: port - 64 }))).toBe(true);
      expect(isPlain(udp({ sourcePort: port }))).toBe(false);
      expect(isPlain(udp({ destinationPort: port }))).toBe(false);
    }
  });

  it("are not made for packets that look like VXLAN on any port", () => {
    const isPlain = (header: readonly number[]) => {
      const bytes = packet().ethernet().ipv4().udp().payload(header).build();
      return expectSame(bytes, bytes.length, bytes.length);
    };
    expect(isPlain([8, 0, 0, 0, 1, 2, 3, 0, 9])).toBe(false);
    expect(isPlain([8, 0, 0, 0, 1, 2, 3, 0])).toBe(false);
    expect(isPlain([8, 0, 0, 0, 1, 2, 3])).toBe(true);
    for (const [i, value] of [0x88, 1, 1, 1, undefined, undefined, undefined, 1].entries()) {
      if (value === undefined) continue;
      const header = [8, 0, 0, 0, 1, 2, 3, 0, 9];
      header[i] = value;
      expect(isPlain(header)).toBe(true);
    }
  });

  it("exclude the frame check sequence", () => {
    const [{ bytes }] = ETHERNET;
    const checked = new Uint8Array(bytes.length + 4).fill(0x77);
    checked.set(bytes);
    expect(expectSame(checked, checked.length, checked.length, 4)).toBe(true);
  });

  it("are made up to the first packet that is not plain, or the last row", () => {
    const [{ bytes }] = ETHERNET;
    for (let i = 0; i < 600; i++) place(bytes, bytes.length, bytes.length, 0, i);
    kernel.place.columns.capturedLengths[300] = 10;
    expect(batch.appendPlain(0, 0, 600, 0)).toBe(BATCH_CAPACITY);
    expect(batch.isFull).toBe(true);
    expect(batch.appendPlain(0, BATCH_CAPACITY, 600, 0)).toBe(0);
    batch.count = 0;
    expect(batch.appendPlain(0, BATCH_CAPACITY, 600, 0)).toBe(300 - BATCH_CAPACITY);
    expect(batch.appendPlain(0, 300, 600, 0)).toBe(0);
    expect(batch.appendPlain(0, 301, 303, 0)).toBe(2);
    expect(batch.count).toBe(300 - BATCH_CAPACITY + 2);
    batch.count = 0;
  });
});
