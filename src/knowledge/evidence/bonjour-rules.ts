/** Products by DNS-SD service type (RFC 6763, section 7: "_airplay._tcp"). */

import type { Product } from "../port-list/product.ts";
import { normalizeHostName } from "./host-pattern.ts";

/** One row of service types. */
export interface BonjourRule {
  /** In lower case. */
  readonly serviceType: string;
  readonly products: readonly Product[];
  /** Only Apple software announces it, so an announcing device is Apple's. A query for it shows nothing. */
  readonly isAppleOnly: boolean;
}

/** RFC 6763, section 7.2: at most 15 characters after the underscore; longer ones are accepted for historic names. */
const SERVICE_TYPE = /^_[a-z0-9][a-z0-9_-]{0,30}\._(tcp|udp)$/;
const MAX_TYPE_LENGTH = 64;

/** Whether a text (in lower case) has the form of a service type. */
export function isServiceType(text: string): boolean {
  return text.length <= MAX_TYPE_LENGTH && SERVICE_TYPE.test(text);
}

/** Maps service types to products. Immutable after construction. */
export class BonjourRules {
  readonly #byType = new Map<string, readonly Product[]>();
  readonly #appleOnly = new Set<string>();

  /** @param layers rows by rank: earlier layers override later ones */
  constructor(layers: readonly (readonly BonjourRule[])[]) {
    for (const { serviceType, products, isAppleOnly } of [...layers].reverse().flat()) {
      this.#byType.set(serviceType, Object.freeze([...products]));
      if (isAppleOnly) this.#appleOnly.add(serviceType);
    }
  }

  /**
   * Returns the products of a service type, ignoring case, or null if no row has it. Empty: an Apple service of an unknown
   * product.
   *
   * @param serviceType "_airplay._tcp", from a packet; any content, a trailing dot is allowed
   */
  match(serviceType: string): readonly Product[] | null {
    const normalized = normalizeType(serviceType);
    return normalized === null ? null : (this.#byType.get(normalized) ?? null);
  }

  /** Whether only Apple software announces a service type; `serviceType` as above. */
  isAppleOnly(serviceType: string): boolean {
    const normalized = normalizeType(serviceType);
    return normalized !== null && this.#appleOnly.has(normalized);
  }
}

function normalizeType(serviceType: string): string | null {
  return serviceType.length > MAX_TYPE_LENGTH ? null : normalizeHostName(serviceType);
}
