/** All knowledge beyond ports, as loaded by `load-evidence-rules.ts`. */

import type { Product } from "../port-list/product.ts";
import type { BonjourRules } from "./bonjour-rules.ts";
import type { DeviceRules } from "./device-signs.ts";
import type { DocumentedNetworks } from "./documented-networks.ts";
import type { HostRules } from "./host-rules.ts";
import type { InfrastructurePorts } from "./infrastructure-ports.ts";
import type { NetworkRules } from "./network-rules.ts";
import type { ProcessRules } from "./process-rules.ts";
import type { ProtocolSigns } from "./protocol-signs.ts";
import type { SpecialDomains } from "./special-domains.ts";

/** Meaning of names, addresses, service types, processes and protocol signs. Immutable; safe to share. */
export interface EvidenceRules {
  readonly hosts: HostRules;
  readonly networks: NetworkRules;
  readonly documentedNetworks: DocumentedNetworks;
  readonly bonjour: BonjourRules;
  readonly processes: ProcessRules;
  readonly signs: ProtocolSigns;
  readonly domains: SpecialDomains;
  readonly devices: DeviceRules;
  readonly infrastructure: InfrastructurePorts;
  /** Every product that a rule names, without duplicates, those of the user's own rules first. */
  readonly products: readonly Product[];
}
