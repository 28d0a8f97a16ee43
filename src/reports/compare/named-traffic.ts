/** What evidence names a product or family for, and by what. */
import { EVIDENCE_GRADES, type Evidence } from "../../evidence/attribution/evidence.ts";
import type { Claims, ProductSummary, Traffic } from "../traffic/summary.ts";
import { addTraffic, noTraffic } from "../traffic/traffic-sum.ts";

const NO_TRAFFIC: Traffic = Object.freeze({ flows: 0, packets: 0, bytes: 0 });
/** Of a product or family that a capture has nothing of. */
export const NO_CLAIMS: Claims = Object.freeze({
  identified: NO_TRAFFIC,
  oneOf: NO_TRAFFIC,
  possible: NO_TRAFFIC,
  possibleOnly: NO_TRAFFIC,
});

/** The traffic that evidence names a product or family for, alone or beside others. Owned by the caller. */
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
