/** Anonymises live flows. */
import type { FlowReport } from "../reports/flow-report.ts";
import type { LiveFlows } from "../reports/flows/live-flows.ts";
import { anonymiseFlow } from "./anonymous-flow.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/**
 * Returns the live flows under pseudonyms. `search` matches the pseudonyms, which are all that the user sees, and only
 * among the flows that are described.
 */
export function anonymiseLiveFlows(live: LiveFlows, search: string, pseudonyms: Pseudonyms): LiveFlows {
  const flows = live.flows.map((flow) => ({
    ...anonymiseFlow(flow, pseudonyms),
    group: flow.group,
    moved: flow.moved,
  }));
  const text = search.trim().toLowerCase();
  if (text === "") return { ...live, flows };
  const found = flows.filter((flow) => textsOf(flow).some((one) => one.toLowerCase().includes(text)));
  const bytes = found.reduce((sum, flow) => sum + flow.bytes.originator + flow.bytes.responder, 0);
  return { count: found.length, bytes, flows: found };
}

function textsOf({ originator, responder, serverName, process, products }: FlowReport): string[] {
  const ends = [originator, responder].flatMap(({ address, port }) => [address, String(port)]);
  return [...ends, serverName ?? "", process ?? "", ...products];
}
