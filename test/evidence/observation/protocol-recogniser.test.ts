/** Protocols recognised while packets arrive: in any segmentation, from either side, and in floods. */
import { describe, expect, it } from "vitest";
import { ProtocolRecogniser } from "../../../src/evidence/observation/protocol-recogniser.ts";
import { recognise } from "../../../src/evidence/payload/protocols/recognise.ts";
import type { PacketRow } from "../../../src/flows/packet-row.ts";
import { ALL_SAMPLES } from "../../support/protocol-samples/all-samples.ts";
import { type ProtocolSample, startOf } from "../../support/protocol-samples/protocol-sample.ts";

/** A packet as the observer delivers it; for UDP with a header that gives the original datagram length. */
function packetOf(
  side: 0 | 1,
  payload: Uint8Array,
  ports: readonly [number, number],
  length = payload.length,
) {
  const bytes = new Uint8Array(8 + payload.length);
  bytes[4] = (length + 8) >> 8;
  bytes[5] = (length + 8) & 0xff;
  bytes.set(payload, 8);
  const packet = { side, bytes, transportOffset: 0, port: (of: number) => ports[of] };
  return { packet: packet as unknown as PacketRow, bytes, offset: 8, end: bytes.length, fromB: side };
}

interface Opening {
  readonly base?: number | null;
  readonly isBeginning?: boolean;
}

/** Delivers a segment of a stream with initial sequence number 1000. */
function addSegment(
  recogniser: ProtocolRecogniser,
  side: 0 | 1,
  payload: Uint8Array,
  position: number,
  { base = 1000, isBeginning = true }: Opening = {},
  record = 1,
): boolean {
  const { packet, ...segment } = packetOf(side, payload, [40_000, 22]);
  const opening = { base, isBeginning };
  return recogniser.addSegment(
    record,
    packet,
    { ...segment, sequence: 1000 + position },
    opening,
    () => null,
  );
}

function addDatagram(recogniser: ProtocolRecogniser, side: 0 | 1, payload: Uint8Array, record = 1): boolean {
  const { packet, ...segment } = packetOf(side, payload, [40_000, 40_001]);
  return recogniser.addDatagram(record, packet, { ...segment, sequence: 0 });
}

const text = (words: string) => new Uint8Array(Buffer.from(words, "latin1"));
const SSH = text("SSH-2.0-OpenSSH_9.2p1\r\n");
const GET = text("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");

/** The samples of a whole flow in turn; `first` is the side that sends first. */
function follow(sample: ProtocolSample, first: 0 | 1): ProtocolRecogniser {
  const recogniser = new ProtocolRecogniser(1);
  const { transport, sides, announced } = startOf(sample);
  const isBeginning = sample.isMidStream !== true;
  const count = Math.max(sides[0].length, sides[1].length);
  const ports = first === 0 ? sample.ports : ([sample.ports[1], sample.ports[0]] as const);
  for (let i = 0; i < count; i++) {
    for (const index of [0, 1] as const) {
      const message = sides[index][i];
      if (message === undefined) continue;
      const side = (index ^ first) as 0 | 1;
      const payload = message.bytes.subarray(message.offset, message.end);
      const { packet, ...segment } = packetOf(side, payload, ports, message.length);
      if (transport === "udp") recogniser.addDatagram(1, packet, { ...segment, sequence: 0 });
      else {
        const opening = { base: null, isBeginning };
        recogniser.addSegment(1, packet, { ...segment, sequence: 7 }, opening, () => announced);
      }
    }
  }
  return recogniser;
}

describe("the protocol of a flow", () => {
  it("is what the recognisers return for its beginning, by the sides of the flow", () => {
    let recognised = 0;
    for (const sample of ALL_SAMPLES) {
      const expected = recognise(startOf(sample));
      if (expected === null || expected === "more") continue;
      recognised++;
      const { protocol, asks, sign } = expected;
      const swapped = asks === null ? null : 1 - asks;
      expect(follow(sample, 0).of(1), sample.protocol).toEqual({ protocol, asks, sign });
      expect(follow(sample, 1).of(1), sample.protocol).toEqual({ protocol, asks: swapped, sign });
    }
    expect(recognised).toBeGreaterThan(130);
  });

  it("is known from its first packet if that suffices", () => {
    const recogniser = new ProtocolRecogniser(2);
    expect(addSegment(recogniser, 1, GET, 0)).toBe(false);
    expect(recogniser.of(1)).toEqual({ protocol: "http", asks: 1, sign: null });
    expect(recogniser.isBeginning(1)).toBe(true);
    expect(recogniser.of(2)).toBeNull();
  });

  it("is known from single bytes, in reverse order, and retransmitted", () => {
    const orders = [
      [...SSH.keys()],
      [...SSH.keys()].reverse(),
      [3, 3, 2, 0, 0, 1, ...[...SSH.keys()].slice(4)],
    ];
    for (const order of orders) {
      const recogniser = new ProtocolRecogniser(1);
      for (const i of order) addSegment(recogniser, 0, SSH.subarray(i, i + 1), i);
      expect(recogniser.of(1)?.protocol).toBe("ssh");
    }
  });

  it("waits for the first segment if a later one comes first", () => {
    const recogniser = new ProtocolRecogniser(1);
    expect(addSegment(recogniser, 0, SSH, 1448)).toBe(true);
    expect(recogniser.of(1)).toBeNull();
    expect(addSegment(recogniser, 0, GET, 0)).toBe(false);
    expect(recogniser.of(1)?.protocol).toBe("http");
  });

  it("is found after a one-byte probe before the beginning", () => {
    const recogniser = new ProtocolRecogniser(1);
    expect(addSegment(recogniser, 0, text("X"), -1)).toBe(true);
    addSegment(recogniser, 0, SSH, 0);
    expect(recogniser.of(1)?.protocol).toBe("ssh");
  });

  it("is not marked as the beginning if the SYN does not match or was not seen", () => {
    const recogniser = new ProtocolRecogniser(2);
    addSegment(recogniser, 0, SSH, 1_000_000);
    expect([recogniser.of(1)?.protocol, recogniser.isBeginning(1)]).toEqual(["ssh", false]);
    addSegment(recogniser, 0, SSH, 0, { base: null, isBeginning: false }, 2);
    expect([recogniser.of(2)?.protocol, recogniser.isBeginning(2)]).toEqual(["ssh", false]);
  });

  it("comes from the other side if the first one is not recognised", () => {
    const recogniser = new ProtocolRecogniser(1);
    expect(addSegment(recogniser, 0, text("\xfa\xfb\xfchello, whoever you are"), 0)).toBe(true);
    expect(addSegment(recogniser, 0, text("and more of it"), 23)).toBe(true);
    expect(addSegment(recogniser, 1, SSH, 0, { base: null })).toBe(false);
    expect(recogniser.of(1)?.protocol).toBe("ssh");
  });

  it("is unknown if neither side is recognised after its first bytes", () => {
    const recogniser = new ProtocolRecogniser(1);
    addSegment(recogniser, 0, text("\xfa\xfb\xfchello, whoever you are"), 0);
    expect(addSegment(recogniser, 1, text("\xfa\xfb\xfchello, whoever you are"), 0, { base: null })).toBe(
      false,
    );
    expect([recogniser.of(1), recogniser.isBeginning(1)]).toEqual([null, true]);
  });

  it("comes from a later datagram if the first one is unknown", () => {
    const recogniser = new ProtocolRecogniser(1);
    expect(addDatagram(recogniser, 0, new Uint8Array(Buffer.from("1337cafe05000000", "hex")))).toBe(true);
    for (let i = 0; i < 3; i++) {
      const rtp = `9078000${i}b980de1b0000a139bede00012aa87144143b64ff`;
      addDatagram(recogniser, 0, new Uint8Array(Buffer.from(rtp, "hex")));
    }
    expect(recogniser.of(1)).toEqual({ protocol: "rtp", asks: null, sign: null });
  });

  it("is abandoned after a number of packets if only one side sends", () => {
    const recogniser = new ProtocolRecogniser(2);
    const bytes = new Uint8Array(1400).fill(0xfa);
    let packets = 1;
    for (; addSegment(recogniser, 0, bytes, packets * 1400, { base: null }); packets++);
    expect(packets).toBeLessThanOrEqual(33);
    packets = 1;
    for (; addDatagram(recogniser, 0, bytes, 2); packets++);
    expect(packets).toBeLessThanOrEqual(12);
  });

  it("is read as far as possible if the flow ends, or was truncated", () => {
    const recogniser = new ProtocolRecogniser(1);
    expect(addSegment(recogniser, 0, GET.subarray(0, 18), 0)).toBe(true);
    expect(recogniser.of(1)).toBeNull();
    recogniser.finish(1);
    expect(recogniser.of(1)?.protocol).toBe("http");
  });

  it("is forgotten with its flow", () => {
    const recogniser = new ProtocolRecogniser(1);
    addSegment(recogniser, 0, GET, 0);
    recogniser.forget(1);
    expect([recogniser.of(1), recogniser.isBeginning(1), recogniser.isDone(1)]).toEqual([null, false, false]);
    addSegment(recogniser, 0, SSH, 0);
    expect(recogniser.of(1)?.protocol).toBe("ssh");
  });
});

describe("a flood of flow beginnings", () => {
  it("evicts the oldest, counts them, and still recognises the others", () => {
    const recogniser = new ProtocolRecogniser(1000, undefined, 100);
    const half = SSH.subarray(0, 4);
    for (let record = 1; record <= 1000; record++) {
      expect(addSegment(recogniser, 0, half, 0, {}, record)).toBe(true);
    }
    expect(recogniser.dropped).toBeGreaterThanOrEqual(890);
    expect(recogniser.dropped).toBeLessThan(1000);
    expect(addSegment(recogniser, 0, SSH.subarray(4), 4, {}, 1)).toBe(false);
    expect(recogniser.of(1)).toBeNull();
    addSegment(recogniser, 0, SSH.subarray(4), 4, {}, 1000);
    expect(recogniser.of(1000)?.protocol).toBe("ssh");
  });
});
