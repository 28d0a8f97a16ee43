/** Bytes that begin like a protocol but do not belong to it. */
import { describe, expect, it } from "vitest";
import { recognise } from "../../../../src/evidence/payload/protocols/recognise.ts";
import { DATAGRAM_NEAR_MISSES } from "../../../support/protocol-samples/datagram-near-misses.ts";
import { type ProtocolSample, startOf } from "../../../support/protocol-samples/protocol-sample.ts";
import { STREAM_NEAR_MISSES } from "../../../support/protocol-samples/stream-near-misses.ts";

describe("near misses are not recognised", () => {
  it.each([...STREAM_NEAR_MISSES, ...DATAGRAM_NEAR_MISSES])(
    "as %s: %s",
    (notThis, about, transport, ports, first, second) => {
      const sample: ProtocolSample = {
        protocol: notThis,
        about,
        transport,
        asks: null,
        ports,
        first,
        second,
      };
      const found = recognise(startOf(sample));
      const protocol = found === null || found === "more" ? null : found.protocol;
      expect(protocol).toBe(about.startsWith("STUN") ? "stun" : null);
    },
  );
});
