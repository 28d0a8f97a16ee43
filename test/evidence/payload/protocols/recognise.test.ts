/** Protocols recognised in real bytes. */
import { describe, expect, it } from "vitest";
import { recognise } from "../../../../src/evidence/payload/protocols/recognise.ts";
import { SIGNATURES } from "../../../../src/evidence/payload/protocols/signatures.ts";
import { PROTOCOLS } from "../../../../src/net/application-protocols.ts";
import { ALL_SAMPLES } from "../../../support/protocol-samples/all-samples.ts";
import { startOf } from "../../../support/protocol-samples/protocol-sample.ts";

describe("recognise()", () => {
  it.each(
    ALL_SAMPLES.map((sample) => [`${sample.protocol}/${sample.transport}: ${sample.about}`, sample] as const),
  )("recognises %s", (_, sample) => {
    const { protocol, asks, sign = null } = sample;
    expect(recognise(startOf(sample))).toEqual({ protocol, asks, sign });
  });

  it("has a sample of every protocol it can return", () => {
    const known = new Set(SIGNATURES.flatMap(({ protocols }) => protocols));
    expect([...known].sort()).toEqual([...PROTOCOLS].sort());
    expect([...new Set(ALL_SAMPLES.map(({ protocol }) => protocol))].sort()).toEqual([...PROTOCOLS].sort());
  });

  it("returns no protocol for a flow without payload", () => {
    expect(recognise({ transport: "tcp", sides: [[], []], announced: null })).toBeNull();
  });
});
