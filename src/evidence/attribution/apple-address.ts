/** Whether an address of a flow is Apple's: applies the network rules to a flow view. */
import type { FlowView } from "../../flows/flow-view.ts";
import type { DocumentedMatch } from "../../knowledge/evidence/documented-networks.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";

/** Whether the address at a side of a flow is Apple's. */
export function isAppleAddress(flow: FlowView, side: number, { networks }: EvidenceRules): boolean {
  // Called for every flow that ends, so it allocates no function or array.
  const first = flow.addressWord(side, 0);
  if (!flow.isIpv6) return networks.appleIpv4(first);
  const second = flow.addressWord(side, 1);
  return networks.appleIpv6(first, second, flow.addressWord(side, 2), flow.addressWord(side, 3));
}

/** The Apple prefix that contains the address, or null. */
export function applePrefixOf(flow: FlowView, side: number, rules: EvidenceRules | null): string | null {
  if (rules === null) return null;
  const word = (index: number) => flow.addressWord(side, index);
  if (!flow.isIpv6) return rules.networks.prefixOfIpv4(word(0));
  return rules.networks.prefixOfIpv6(word(0), word(1), word(2), word(3));
}

/** The documented network at a side of a flow, by address and port, or null. */
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
