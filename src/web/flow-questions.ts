/** The page's queries of live flows, parsed from an address: anything invalid is ignored. */
import { FLOW_CLASSES } from "../evidence/attribution/evidence.ts";
import type { FlowEnds } from "../reports/flows/explained-flow.ts";
import { LIVE_FLOW_ORDERS, type LiveFlowQuery } from "../reports/flows/live-flows.ts";

/** Maximum number of flows in one answer. */
const MOST_FLOWS = 200;
const LONGEST_SEARCH = 200;

/** Selection: `order`, `reversed`, `search`, `class` (several), `device`, `product`, `claim`. */
export function flowQueryOf(asked: URLSearchParams): LiveFlowQuery {
  const order = LIVE_FLOW_ORDERS.find((one) => one === asked.get("order")) ?? "rate";
  const wanted = asked.getAll("class");
  const classes = FLOW_CLASSES.filter((one) => wanted.includes(one));
  const search = (asked.get("search") ?? "").trim().slice(0, LONGEST_SEARCH);
  const device = asked.get("device");
  const product = asked.get("product");
  const claim = asked.get("claim") === "possible" ? "possible" : "named";
  return {
    order,
    isReversed: asked.has("reversed"),
    limit: MOST_FLOWS,
    ...(classes.length > 0 && { classes }),
    ...(search !== "" && { search }),
    ...(device !== null && { device }),
    ...(product !== null && { product: { name: product, claim } }),
  };
}

/** The one flow that `transport`, `from`, `fromPort`, `to` and `toPort` identify; null if they do not. */
export function flowEndsOf(asked: URLSearchParams): FlowEnds | null {
  const transport = asked.get("transport");
  if (transport !== "tcp" && transport !== "udp") return null;
  const end = (name: string) => ({ address: asked.get(name) ?? "", port: Number(asked.get(`${name}Port`)) });
  return { transport, originator: end("from"), responder: end("to") };
}
