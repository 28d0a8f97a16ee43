/** Notes for a report based on flow logs instead of packets. */
import type { FlowRecordLack, FlowRecordSummary } from "../reports/record-summary.ts";
import { countOf } from "./render-units.ts";

const LACKS: Readonly<Record<Exclude<FlowRecordLack, "sampled">, string>> = {
  payload: "payload (protocols are those that the logs name)",
  names: "names in handshakes",
  "dns-answers": "DNS answers",
  "frame-bytes": "link-layer bytes (sizes are those of IP packets)",
  "packet-times": "packet times (a record counts at its end)",
  "hardware-addresses": "hardware addresses",
};

/** What flow records contain, and what they lack. */
export function flowRecordText({ records, lacks }: FlowRecordSummary): string {
  const missing = lacks.flatMap((one) => (one === "sampled" ? [] : LACKS[one]));
  const which = records === 1 ? "which does" : "which do";
  return `Read from ${countOf(records, "flow record")}, ${which} not contain: ${missing.join(", ")}.`;
}

/** Where their numbers are not exact. */
export function flowRecordWarnings({ namesWithoutFlow, lacks }: FlowRecordSummary): string[] {
  const flows = countOf(namesWithoutFlow, "flow");
  return [
    ...(lacks.includes("sampled") ? ["Flow records of sampled packets: their numbers are estimates."] : []),
    ...(namesWithoutFlow > 0
      ? [`${flows} with a name but no record (no conn.log, or flows that had not ended): not counted.`]
      : []),
  ];
}
