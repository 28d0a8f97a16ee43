/** Which products a DNS-SD service type stands for (RFC 6763, section 7: "_airplay._tcp"). */

import type { Product } from "../port-list/product.ts";
import { normalizeHostName } from "./host-pattern.ts";

/** One row of service types. */
export interface BonjourRule {
  /** In lower case. */
  readonly serviceType: string;
  readonly products: readonly Product[];
  /** Only Apple's software announces it: whoever does is a device of Apple's. A question for it says nothing. */
  readonly isAppleOnly: boolean;
}

/** RFC 6763, section 7.2: at most 15 characters behind the underscore, here a little more for names of old. */
const SERVICE_TYPE = /^_[a-z0-9][a-z0-9_-]{0,30}\._(tcp|udp)$/;
const LONGEST = 64;

/** Whether a text has the form of a service type, in lower case. */
export function isServiceType(text: string): boolean {
  return text.length <= LONGEST && SERVICE_TYPE.test(text);
}

/** Service types to products. Immutable after construction. */
export class BonjourRules {
  readonly #byType = new Map<string, readonly Product[]>();
  readonly #appleOnly = new Set<string>();

  /** @param layers rows by rank: those of a first layer win over those of later ones */
  constructor(layers: readonly (readonly BonjourRule[])[]) {
    for (const { serviceType, products, isAppleOnly } of [...layers].reverse().flat()) {
      this.#byType.set(serviceType, Object.freeze([...products]));
      if (isAppleOnly) this.#appleOnly.add(serviceType);
    }
  }

  /**
   * The products of a service type, without regard to case, or null where no row speaks of it. Empty: Apple's, but of
   * which product is not known.
   *
   * @param serviceType "_airplay._tcp", from a packet; anything at all, a dot at its end allowed
   */
  match(serviceType: string): readonly Product[] | null {
    const normalized = normalizeType(serviceType);
    return normalized === null ? null : (this.#byType.get(normalized) ?? null);
  }

  /** Whether only Apple's software announces a service type; `serviceType` as above. */
  isAppleOnly(serviceType: string): boolean {
    const normalized = normalizeType(serviceType);
    return normalized !== null && this.#appleOnly.has(normalized);
  }
}

function normalizeType(serviceType: string): string | null {
  return serviceType.length > LONGEST ? null : normalizeHostName(serviceType);
}
