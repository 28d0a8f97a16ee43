/** All that is known beyond the port, as `load-evidence-rules.ts` reads it. */

import type { Product } from "../port-list/product.ts";
import type { BonjourRules } from "./bonjour-rules.ts";
import type { HostRules } from "./host-rules.ts";
import type { NetworkRules } from "./network-rules.ts";
import type { ProcessRules } from "./process-rules.ts";

/** What names, addresses, service types and processes mean. Immutable; safe to share. */
export interface EvidenceRules {
  readonly hosts: HostRules;
  readonly networks: NetworkRules;
  readonly bonjour: BonjourRules;
  readonly processes: ProcessRules;
  /** Every product that a rule names, each once, those of the user's own rules first. */
  readonly products: readonly Product[];
  /** The product of a canonical name or alias, whether a rule names it or only the list does, or null. */
  productNamed(name: string): Product | null;
}
