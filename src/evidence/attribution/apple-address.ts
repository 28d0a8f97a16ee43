/** Whether a flow's address is one of Apple's: what the rules know of addresses, asked of a flow record. */
import type { FlowView } from "../../flows/flow-view.ts";
import type { DocumentedMatch } from "../../knowledge/evidence/documented-networks.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";

/** Whether the address at a side of a flow is one of Apple's. */
export function isAppleAddress(flow: FlowView, side: number, { networks }: EvidenceRules): boolean {
  // Asked of every flow that ends: without a function or an array of its own.
  const first = flow.addressWord(side, 0);
  if (!flow.isIpv6) return networks.appleIpv4(first);
  const second = flow.addressWord(side, 1);
  return networks.appleIpv6(first, second, flow.addressWord(side, 2), flow.addressWord(side, 3));
}

/** The prefix that says so. */
export function applePrefixOf(flow: FlowView, side: number, rules: EvidenceRules | null): string | null {
  if (rules === null) return null;
  const word = (index: number) => flow.addressWord(side, index);
  if (!flow.isIpv6) return rules.networks.prefixOfIpv4(word(0));
  return rules.networks.prefixOfIpv6(word(0), word(1), word(2), word(3));
}

/** What the rules say that is documented of the address at a side of a flow, and its port. */
export function documentedNetworkOf(
  flow: FlowView,
  side: number,
  port: number,
  { documentedNetworks }: EvidenceRules,
): DocumentedMatch | null {
  const first = flow.addressWord(side, 0);
  if (!flow.isIpv6) return documentedNetworks.matchIpv4(first, flow.transport, port);
  const second = flow.addressWord(side, 1);
  const third = flow.addressWord(side, 2);
  return documentedNetworks.matchIpv6(first, second, third, flow.addressWord(side, 3), flow.transport, port);
}
