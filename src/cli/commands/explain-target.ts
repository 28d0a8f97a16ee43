/** What `--explain` asks for: one flow, the flows of an address, or those of a product. */
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { FlowEndpoint, FlowReport } from "../../reports/flow-report.ts";
import { UsageError } from "../environment.ts";
import { addressTest } from "../option-parsers.ts";

const COMMUNITY_ID = /^1:[A-Za-z0-9+/]{27}=$/;
const ENDPOINT = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;

/**
 * Which flows are meant by a Community ID ("1:..."), an address, an address and port ("10.0.0.7:5223",
 * "[fe80::1]:5223"), or the name of a product. Throws `UsageError` for anything else.
 */
export function explainTarget(text: string, services: ServiceTable): (flow: FlowReport) => boolean {
  if (COMMUNITY_ID.test(text)) return (flow) => flow.communityId === text;
  const isEnd = endpointTest(text);
  if (isEnd !== null) return (flow) => isEnd(flow.originator) || isEnd(flow.responder);
  const product = services.product(text);
  if (product === null) {
    throw new UsageError(
      `--explain: "${text}" is no Community ID, address, address:port or product ("appleflow products" lists them)`,
    );
  }
  return ({ products, candidates }) => products.includes(product.name) || candidates.includes(product.name);
}

function endpointTest(text: string): ((end: FlowEndpoint) => boolean) | null {
  const [, ipv6, ipv4, port] = ENDPOINT.exec(text) ?? [null, undefined, text, undefined];
  const isAddress = addressTest(ipv6 ?? ipv4);
  if (isAddress === null) return null;
  return ({ address, port: ownPort }) =>
    isAddress(address) && (port === undefined || ownPort === Number(port));
}
