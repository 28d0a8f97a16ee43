/** Every signature on the bytes of every other protocol. */
import { describe, expect, it } from "vitest";
import { judge, recognise } from "../../../../src/evidence/payload/protocols/recognise.ts";
import { SIGNATURES } from "../../../../src/evidence/payload/protocols/signatures.ts";
import { ALL_SAMPLES } from "../../../support/protocol-samples/all-samples.ts";
import { type ProtocolSample, startOf } from "../../../support/protocol-samples/protocol-sample.ts";

/** Pairs in which the second one's signature also matches the first one's bytes; the order of signatures decides. */
const CARRIED: readonly string[] = [
  // An AirPlay receiver identifies itself as AirTunes, as RAOP receivers do.
  "airplay raop",
  // A response whose content type has not arrived yet.
  "ipp http",
];

function matchesOf(sample: ProtocolSample): string[] {
  const start = startOf(sample);
  const found = new Set<string>();
  for (const signature of SIGNATURES) {
    if (!signature.transports.includes(sample.transport)) continue;
    for (const side of [0, 1] as const) {
      for (const message of start.sides[side]) {
        const { firstBytes } = signature;
        if (firstBytes !== null && !firstBytes.includes(message.bytes[message.offset])) continue;
        const answer = judge(signature, start, side, message);
        if (answer !== null && answer !== "more") found.add(answer.protocol);
      }
    }
  }
  found.delete(sample.protocol);
  return [...found].map((other) => `${sample.protocol} ${other}`);
}

describe("every signature", () => {
  it("matches no sample of another protocol, except known overlaps", () => {
    expect([...new Set(ALL_SAMPLES.flatMap(matchesOf))].sort()).toEqual(CARRIED);
  });

  it("mistakes no sample for another protocol on other ports", () => {
    const wrong = ALL_SAMPLES.flatMap((sample) => {
      const answer = recognise(startOf({ ...sample, ports: [40_001, 40_002] }));
      const protocol = answer === null || answer === "more" ? null : answer.protocol;
      return protocol === null || protocol === sample.protocol ? [] : [`${sample.protocol} ${protocol}`];
    });
    // Without its port LLMNR is DNS, as are NetBIOS names.
    expect([...new Set(wrong)].sort()).toEqual(["llmnr dns", "nbns dns"]);
  });

  it("mistakes no sample for another protocol over the other transport", () => {
    const wrong = ALL_SAMPLES.flatMap((sample) => {
      const transport = sample.transport === "tcp" ? "udp" : "tcp";
      const answer = recognise(startOf({ ...sample, transport }));
      const protocol = answer === null || answer === "more" ? null : answer.protocol;
      return protocol === null || protocol === sample.protocol ? [] : [`${sample.protocol} ${protocol}`];
    });
    expect([...new Set(wrong)].sort()).toEqual(["cldap ldap"]);
  });
});
