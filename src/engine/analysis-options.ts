/** What an analysis is told before it begins. */

import { InputError } from "../errors.ts";
import type { Explanation } from "../evidence/attribution/attribution.ts";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { MAX_FLOWS_LIMIT } from "../packets/kernel/kernel.ts";
import type { FlowReport } from "../reports/flows/flow-report.ts";
import type { ReachCollector } from "../reports/reach/reach-collector.ts";
import type { RecordChoice } from "./record-counter.ts";

export interface AnalysisOptions extends RecordChoice {
  readonly services: ServiceTable;
  /** What names, addresses and processes mean; null: flows are attributed by their ports alone. */
  readonly rules: EvidenceRules | null;
  /** Seconds without a packet that end a flow; 0: none does. */
  readonly idleTimeoutSeconds: number;
  /** Flows that may be live at once. */
  readonly maxFlows: number;
  /** Adds traffic up per device and registrable domain, which it tells of a host name; null: not. */
  readonly domainOf: ((name: string) => string) | null;
  /** Receives every flow when it has ended, and can ask during the call why it was attributed as it was. */
  readonly onFlow: ((flow: FlowReport, explain: () => Explanation) => void) | null;
  /** Collects whether services can be reached, which costs a look at every packet; null or nothing: not. */
  readonly reach?: ReachCollector | null;
}

/** Refuses limits with which the flow table would lose packets or never end. */
export function checkLimits({ maxFlows, idleTimeoutSeconds }: AnalysisOptions): void {
  if (!Number.isInteger(maxFlows) || maxFlows < 1 || maxFlows > MAX_FLOWS_LIMIT) {
    const message = `maxFlows must be a whole number from 1 to ${MAX_FLOWS_LIMIT}, not ${maxFlows}`;
    throw new InputError("bad_argument", message);
  }
  if (!Number.isFinite(idleTimeoutSeconds) || idleTimeoutSeconds < 0) {
    const message = `idleTimeoutSeconds must be a number from 0 on, not ${idleTimeoutSeconds}`;
    throw new InputError("bad_argument", message);
  }
}
