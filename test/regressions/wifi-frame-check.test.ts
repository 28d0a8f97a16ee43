/**
 * The frame check sequence of an 802.11 frame is not payload: announced twice it is removed once, and a part of it left by
 * the snaplen is removed too.
 */
import { describe, expect, it } from "vitest";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { decodeBuilt } from "../support/decode-built.ts";

/** An IP header without its length, so that only the link layer determines it. */
const frame = packet()
  .radiotap({ flags: 0x10 })
  .wifi({ frameCheckLength: 4 })
  .snap()
  .ipv4({ totalLength: 0 })
  .udp({ length: 0 })
  .payload("apple");
const whole = frame.build().length;
const APPLE = new TextEncoder().encode("apple");

describe("the frame check sequence of 802.11", () => {
  it("is removed once if both the capture header and radiotap announce it", () => {
    expect(decodeBuilt(frame, { fcsLength: 4 }).payload).toEqual(APPLE);
    const cut = decodeBuilt(frame, { fcsLength: 4, cutTo: whole - 3 });
    expect(cut.payload).toEqual(APPLE);
  });

  it.each([0, 1, 2, 3, 4])(
    "is excluded from the payload if the snaplen cut %i bytes of it, and the frame counts as complete",
    (taken) => {
      const { payload, out } = decodeBuilt(frame, { cutTo: whole - taken });
      expect(payload).toEqual(APPLE);
      expect(out.cutBySnaplen).toBe(0);
    },
  );

  it("is not removed from the frame if the snaplen already cut it", () => {
    const { payload, out } = decodeBuilt(frame, { cutTo: whole - 6 });
    expect(payload).toEqual(APPLE.subarray(0, 3));
    expect(out.cutBySnaplen).toBe(1);
  });

  it("is not removed if radiotap does not announce it", () => {
    const without = packet().radiotap({ flags: 0 }).wifi().snap().ipv4({ totalLength: 0 }).udp({ length: 0 });
    expect(decodeBuilt(without.payload("apple")).payload).toEqual(APPLE);
  });
});
