/** How much of a capture is Apple's (docs/contract.md, "Apple totals"): derived from groups of traffic. */
import { isApples, isWithdrawn } from "../../evidence/attribution/port-attribution.ts";
import type { GroupTotal } from "./group-totals.ts";
import type { AppleSummary } from "./summary.ts";
import { addTraffic, noTraffic } from "./traffic-sum.ts";

/** Adds up what is Apple's, and what could be. Owned by the caller. */
export function appleTotals(groups: readonly GroupTotal[]): AppleSummary {
  const identified = { ...noTraffic(), exact: 0, unverified: 0, appsElsewhere: 0 };
  const unknownProduct = noTraffic();
  const couldBe = { ...noTraffic(), appleDevice: null, unknownDevice: null, protocolSeen: 0 };
  const withdrawn = noTraffic();
  for (const { attribution, traffic } of groups) {
    const { products, candidates } = attribution;
    if (attribution.class === "identified") {
      addTraffic(identified, traffic);
      if (products.length === 1) identified.exact += traffic.bytes;
      if (attribution.isUnverified) identified.unverified += traffic.bytes;
      if (attribution.isElsewhere) identified.appsElsewhere += traffic.bytes;
    } else if (attribution.class === "apple") addTraffic(unknownProduct, traffic);
    else {
      const apples = candidates.filter(isApples);
      if (apples.length === 0) continue;
      if (apples.every(isWithdrawn)) addTraffic(withdrawn, traffic);
      else {
        addTraffic(couldBe, traffic);
        if (attribution.protocolSeen) couldBe.protocolSeen += traffic.bytes;
      }
    }
  }
  return { identified, unknownProduct, couldBe, withdrawn };
}
