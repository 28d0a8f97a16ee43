/** Argument of `--explain`: one flow, the flows of an address, or those of a product. */
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { FlowEndpoint, FlowReport } from "../../reports/flow-report.ts";
import { UsageError } from "../environment.ts";
import { addressTest } from "../option-parsers.ts";
import { noProductText, productNamed } from "./named-products.ts";

const COMMUNITY_ID = /^1:[A-Za-z0-9+/]{27}=$/;
const ENDPOINT = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;

/** Which flows to explain. */
export interface ExplainTarget {
  readonly kind: "flow" | "end" | "product";
  /** The product's name, or the argument as written. */
  readonly name: string;
  readonly isMeant: (flow: FlowReport) => boolean;
}

/**
 * Reads a Community ID ("1:..."), an address, an address and port ("10.0.0.7:5223", "[fe80::1]:5223"), or the name of a
 * product, which is looked up as in every command. Throws `UsageError` for anything else.
 */
export function explainTarget(text: string, services: ServiceTable): ExplainTarget {
  if (COMMUNITY_ID.test(text)) {
    return { kind: "flow", name: text, isMeant: (flow) => flow.communityId === text };
  }
  const isEnd = endpointTest(text);
  if (isEnd !== null) {
    return { kind: "end", name: text, isMeant: (flow) => isEnd(flow.originator) || isEnd(flow.responder) };
  }
  const { name } = productOf(text, services);
  return {
    kind: "product",
    name,
    isMeant: ({ products, candidates }) => products.includes(name) || candidates.includes(name),
  };
}

function productOf(text: string, services: ServiceTable) {
  try {
    return productNamed(text, services);
  } catch (error) {
    if (!(error instanceof UsageError) || error.message !== noProductText(text, services)) throw error;
    throw new UsageError(
      `--explain takes a Community ID, an address, address:port or a product: ${error.message}`,
    );
  }
}

function endpointTest(text: string): ((end: FlowEndpoint) => boolean) | null {
  const [, ipv6, ipv4, port] = ENDPOINT.exec(text) ?? [null, undefined, text, undefined];
  const isAddress = addressTest(ipv6 ?? ipv4);
  if (isAddress === null) return null;
  return ({ address, port: ownPort }) =>
    isAddress(address) && (port === undefined || ownPort === Number(port));
}
