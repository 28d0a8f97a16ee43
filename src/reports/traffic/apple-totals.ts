/** How much of a capture is Apple traffic (docs/contract.md, "Apple totals"): derived from groups. */
import { isAppleProduct, isWithdrawn } from "../../evidence/attribution/port-attribution.ts";
import type { GroupTotal } from "./group-totals.ts";
import type { AppleSummary } from "./summary.ts";
import { addTraffic, noTraffic } from "./traffic-sum.ts";

/**
 * Adds up Apple traffic, and what could be Apple traffic. Owned by the caller.
 *
 * @param hasDevices whether devices are distinguished
 */
export function appleTotals(groups: readonly GroupTotal[], hasDevices: boolean): AppleSummary {
  const identified = { ...noTraffic(), exact: 0, unverified: 0, appsElsewhere: 0 };
  const unknownProduct = noTraffic();
  const couldBe = { ...noTraffic(), protocolSeen: 0 };
  let appleDevice = 0;
  const withdrawn = noTraffic();
  for (const { attribution, traffic, appleDeviceBytes } of groups) {
    const { products, candidates } = attribution;
    if (attribution.class === "identified") {
      addTraffic(identified, traffic);
      if (products.length === 1) identified.exact += traffic.bytes;
      if (attribution.isUnverified) identified.unverified += traffic.bytes;
      if (attribution.isElsewhere) identified.appsElsewhere += traffic.bytes;
    } else if (attribution.class === "apple") addTraffic(unknownProduct, traffic);
    else {
      const apples = candidates.filter(isAppleProduct);
      if (apples.length === 0) continue;
      if (apples.every(isWithdrawn)) addTraffic(withdrawn, traffic);
      else {
        addTraffic(couldBe, traffic);
        appleDevice += appleDeviceBytes;
        if (attribution.protocolSeen) couldBe.protocolSeen += traffic.bytes;
      }
    }
  }
  const { flows, packets, bytes, protocolSeen } = couldBe;
  const byDevice = hasDevices
    ? { appleDevice, unknownDevice: bytes - appleDevice }
    : { appleDevice: null, unknownDevice: null };
  return {
    identified,
    unknownProduct,
    couldBe: { flows, packets, bytes, ...byDevice, protocolSeen },
    withdrawn,
  };
}
