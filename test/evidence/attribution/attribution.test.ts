/** From a port to candidates, and who shares a flow (docs/contract.md, "From port to candidates" and "Totals"). */
import { describe, expect, it } from "vitest";
import { Attributor, sharingCandidates } from "../../../src/evidence/attribution/attribution.ts";
import { NO_FACTS } from "../../../src/evidence/observation/flow-facts.ts";
import type { TransportIndex } from "../../../src/knowledge/port-list/service-table.ts";
import { appleList } from "../../support/analyze.ts";
import { attribute } from "../../support/reference-attribution.ts";

const TCP = 0;
const UDP = 1;
const attributor = new Attributor(appleList, null);
const of = (transport: TransportIndex, port: number | null) => {
  const { candidates, evidence, reason } = attributor.attribute(transport, port, NO_FACTS);
  return { candidates: candidates.map(({ name }) => name), evidence, reason };
};

describe("the candidates of a port", () => {
  it("are the union of all specific rows", () => {
    expect(of(UDP, 16385)).toEqual({
      candidates: ["Messages", "FaceTime", "Game Center"],
      evidence: "port",
      reason: null,
    });
    expect(of(UDP, 500).candidates).toHaveLength(3);
  });

  it("are those of wide rows only where no other row matches", () => {
    expect(of(TCP, 60000)).toEqual({
      candidates: ["Xsan Filesystem Access"],
      evidence: "port-range",
      reason: "wide-range-only",
    });
    expect(of(TCP, 8080)).toMatchObject({ candidates: ["macOS Server"], evidence: "port" });
  });

  it("are none where nobody knows the service port", () => {
    expect(of(UDP, null)).toEqual({ candidates: [], evidence: null, reason: "side-unknown" });
  });

  it("are none where the rows name no product, or none covers it", () => {
    expect(of(TCP, 20)).toEqual({ candidates: [], evidence: null, reason: "no-product-listed" });
    expect(of(UDP, 443)).toEqual({ candidates: [], evidence: null, reason: "port-not-listed" });
    expect(of(TCP, 0)).toMatchObject({ reason: "port-not-listed" });
  });

  it("are what a scan of the rows says, for every port of both transports", () => {
    for (const [transport, name] of ["tcp", "udp"].entries()) {
      for (let port = 0; port <= 0xffff; port += port < 10_000 ? 1 : 37) {
        const wanted = attribute(appleList, name as "tcp" | "udp", port);
        const actual = of(transport as TransportIndex, port);
        if (JSON.stringify(actual) !== JSON.stringify(wanted)) expect({ port, ...actual }).toEqual(wanted);
      }
    }
  });

  it("are the same object for the same answer, which nobody can change", () => {
    expect(attributor.attribute(UDP, 16386, NO_FACTS)).toBe(attributor.attribute(UDP, 16387, NO_FACTS));
    expect(Object.isFrozen(attributor.attribute(UDP, 16386, NO_FACTS))).toBe(true);
  });
});

describe("who shares a flow", () => {
  const productOf = (name: string) => {
    const product = appleList.product(name);
    if (product === null) throw new Error(`no product ${name}`);
    return product;
  };
  const vpn = productOf("macOS Server VPN service");
  const backToMyMac = productOf("Back to My Mac");
  const calling = productOf("Wi-Fi Calling");
  const all = [vpn, backToMyMac, calling];
  const endOf = (product: typeof vpn) => product.retiredAtSeconds ?? Number.NaN;

  it("is every candidate that had not ended when the flow began", () => {
    expect(sharingCandidates(all, endOf(backToMyMac) - 1)).toEqual(all);
    expect(sharingCandidates(all, endOf(backToMyMac))).toEqual([vpn, calling]);
    expect(sharingCandidates(all, endOf(vpn))).toEqual([calling]);
  });

  it("is every one of them where all had ended", () => {
    expect(sharingCandidates([vpn, backToMyMac], endOf(vpn))).toEqual([vpn, backToMyMac]);
  });

  it("is every one of them where the capture has no times", () => {
    expect(sharingCandidates(all, null)).toEqual(all);
  });
});
