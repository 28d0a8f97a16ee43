/** Traffic that evidence attributes to a product or family, and the evidence grades. */
import { EVIDENCE_GRADES, type Evidence } from "../../evidence/attribution/evidence.ts";
import type { Claims, ProductSummary, Traffic } from "../traffic/summary.ts";
import { addTraffic, noTraffic } from "../traffic/traffic-sum.ts";

const NO_TRAFFIC: Traffic = Object.freeze({ flows: 0, packets: 0, bytes: 0 });
/** Claims of a product or family without traffic in a capture. */
export const NO_CLAIMS: Claims = Object.freeze({
  identified: NO_TRAFFIC,
  oneOf: NO_TRAFFIC,
  possible: NO_TRAFFIC,
  possibleOnly: NO_TRAFFIC,
});

/** Traffic for which evidence names a product or family, alone or beside others. Owned by the caller. */
export function namedTraffic({ identified, oneOf }: Pick<Claims, "identified" | "oneOf">): Traffic {
  const sum = noTraffic();
  addTraffic(sum, identified);
  addTraffic(sum, oneOf);
  return sum;
}

/** The grades of a product's evidence, weakest first. */
export function gradesOf({ byEvidence }: Pick<ProductSummary, "byEvidence">): Evidence[] {
  return EVIDENCE_GRADES.filter((grade) => (byEvidence[grade] ?? 0) > 0);
}
