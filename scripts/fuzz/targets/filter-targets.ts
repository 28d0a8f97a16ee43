/** Filter expressions: parsed, compiled, and matched against packets. */
import { compileFilter } from "../../../src/filter/compile-filter.ts";
import { DecodedPacket } from "../../../src/packets/decode/decoded-packet.ts";
import { decodePacket } from "../../../src/packets/decode/packet-decoder.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { EXPRESSIONS } from "../../../test/filter/comparable-expressions.ts";
import { textTargets } from "../fuzz-target.ts";
import { orRefusal } from "../refusal.ts";

const ETHERNET = 1;

const packets = [
  packet().ethernet().ipv4().tcp().build(),
  packet().ethernet().ipv6().udp().build(),
  Uint8Array.of(1, 2, 3),
].map((bytes) => {
  const decoded = new DecodedPacket();
  decodePacket(ETHERNET, bytes, 0, bytes.length, bytes.length, 0, decoded);
  return { bytes, decoded };
});

/** One target. */
export const FILTER_TARGETS = textTargets([
  {
    name: "filter",
    samples: EXPRESSIONS,
    weight: 2,
    run: (text) =>
      orRefusal(() => {
        const passes = compileFilter(text);
        for (const { bytes, decoded } of packets) passes(bytes, decoded, bytes.length);
      }),
  },
]);
