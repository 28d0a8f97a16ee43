/** Which products a protocol gives away by what it says of itself. What is asked for comes from packets. */

import type { Product } from "../port-list/product.ts";

/**
 * `alpn-prefix`: how an ALPN protocol begins (RFC 7301). `rfb-version`: a server's version of RFB (RFC 6143, 7.1.1).
 * `multicast-dns`: messages of multicast DNS, by what they announce (RFC 6763). `payload`: what the payload speaks.
 */
export const PROTOCOL_SIGNS = ["alpn-prefix", "rfb-version", "multicast-dns", "payload"] as const;
/** What of a payload is looked at. */
export type ProtocolSign = (typeof PROTOCOL_SIGNS)[number];

/** What stands before the name of a protocol in the value of a sign of the payload. */
const PAYLOAD_SPEAKS = "speaks ";

/** One row of signs. */
export interface ProtocolSignRule {
  readonly sign: ProtocolSign;
  readonly value: string;
  /** Never empty. */
  readonly products: readonly Product[];
}

/** What is known of a sign. Frozen. */
export interface ProtocolSignMatch {
  readonly products: readonly Product[];
  /** The rule in words: "apns-*", "RFB 003.889". */
  readonly rule: string;
}

/** Signs to products. Immutable after construction. */
export class ProtocolSigns {
  /** What multicast DNS stands for where it announces what only Apple's software does, or null where no row says so. */
  readonly appleMulticastDns: ProtocolSignMatch | null;
  readonly #alpnPrefixes: readonly (readonly [string, ProtocolSignMatch])[];
  readonly #rfbVersions: ReadonlyMap<string, ProtocolSignMatch>;
  readonly #payloads: ReadonlyMap<string, ProtocolSignMatch>;

  constructor(rules: readonly ProtocolSignRule[]) {
    const matches = (wanted: ProtocolSign, wording: (value: string) => string) =>
      rules
        .filter(({ sign }) => sign === wanted)
        .map(({ value, products }) => [value, Object.freeze({ products, rule: wording(value) })] as const);
    this.#alpnPrefixes = matches("alpn-prefix", (value) => `${value}*`);
    this.#rfbVersions = new Map(matches("rfb-version", (value) => `RFB ${value}`));
    this.#payloads = new Map(matches("payload", (value) => value));
    this.appleMulticastDns = matches("multicast-dns", (value) => `multicast DNS, ${value}`)[0]?.[1] ?? null;
  }

  /** What an ALPN protocol stands for, or null where no row speaks of it. */
  matchAlpn(protocol: string): ProtocolSignMatch | null {
    return this.#alpnPrefixes.find(([prefix]) => protocol.startsWith(prefix))?.[1] ?? null;
  }

  /** What a server's RFB version ("003.889") stands for, or null where no row speaks of it. */
  matchRfbVersion(version: string): ProtocolSignMatch | null {
    return this.#rfbVersions.get(version) ?? null;
  }

  /** What payload that speaks a protocol ("raop") stands for, or null where no row speaks of it. */
  matchPayload(protocol: string): ProtocolSignMatch | null {
    return this.#payloads.get(`${PAYLOAD_SPEAKS}${protocol}`) ?? null;
  }
}
