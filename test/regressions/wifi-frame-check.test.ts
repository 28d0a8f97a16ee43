/** The frame check of an 802.11 frame is no payload: told twice it is taken off once, and where the snaplen left a part of it. */
import { describe, expect, it } from "vitest";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { decodeBuilt } from "../support/decode-built.ts";

/** Whose IP header does not say how long it is, so that the link layer alone does. */
const frame = packet()
  .radiotap({ flags: 0x10 })
  .wifi({ frameCheckLength: 4 })
  .snap()
  .ipv4({ totalLength: 0 })
  .udp({ length: 0 })
  .payload("apple");
const whole = frame.build().length;
const APPLE = new TextEncoder().encode("apple");

describe("the frame check of 802.11", () => {
  it("that the capture's header and radiotap announce is there once", () => {
    expect(decodeBuilt(frame, { fcsLength: 4 }).payload).toEqual(APPLE);
    const cut = decodeBuilt(frame, { fcsLength: 4, cutTo: whole - 3 });
    expect(cut.payload).toEqual(APPLE);
  });

  it.each([0, 1, 2, 3, 4])(
    "of which the snaplen took %i bytes is no payload, and the frame is whole",
    (taken) => {
      const { payload, out } = decodeBuilt(frame, { cutTo: whole - taken });
      expect(payload).toEqual(APPLE);
      expect(out.truncatedBySnaplen).toBe(0);
    },
  );

  it("that the snaplen took is not taken off the frame", () => {
    const { payload, out } = decodeBuilt(frame, { cutTo: whole - 6 });
    expect(payload).toEqual(APPLE.subarray(0, 3));
    expect(out.truncatedBySnaplen).toBe(1);
  });

  it("that radiotap does not announce is not there", () => {
    const without = packet().radiotap({ flags: 0 }).wifi().snap().ipv4({ totalLength: 0 }).udp({ length: 0 });
    expect(decodeBuilt(without.payload("apple")).payload).toEqual(APPLE);
  });
});
