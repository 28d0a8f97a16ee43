/** Products that a protocol reveals in its own messages. Looked-up values come from packets. */

import type { Product } from "../port-list/product.ts";

/**
 * `alpn-prefix`: prefix of an ALPN protocol (RFC 7301). `rfb-version`: RFB version of a server (RFC 6143, 7.1.1).
 * `multicast-dns`: multicast DNS messages, by what they announce (RFC 6763). `payload`: protocol of the payload.
 */
export const PROTOCOL_SIGNS = ["alpn-prefix", "rfb-version", "multicast-dns", "payload"] as const;
/** Kind of a protocol sign. */
export type ProtocolSign = (typeof PROTOCOL_SIGNS)[number];

/** Precedes the name of a protocol in the value of a payload sign. */
const PAYLOAD_SPEAKS = "speaks ";

/** One row of protocol signs. */
export interface ProtocolSignRule {
  readonly sign: ProtocolSign;
  readonly value: string;
  /** Never empty. */
  readonly products: readonly Product[];
}

/** What is known about a sign. Frozen. */
export interface ProtocolSignMatch {
  readonly products: readonly Product[];
  /** The rule in words: "apns-*", "RFB 003.889". */
  readonly rule: string;
}

/** Maps signs to products. Immutable after construction. */
export class ProtocolSigns {
  /** Match for multicast DNS that announces what only Apple software does, or null if no row has it. */
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

  /** Matches an ALPN protocol; null if no row has it. */
  matchAlpn(protocol: string): ProtocolSignMatch | null {
    return this.#alpnPrefixes.find(([prefix]) => protocol.startsWith(prefix))?.[1] ?? null;
  }

  /** Matches a server's RFB version ("003.889"); null if no row has it. */
  matchRfbVersion(version: string): ProtocolSignMatch | null {
    return this.#rfbVersions.get(version) ?? null;
  }

  /** Matches payload of a protocol ("raop"); null if no row has it. */
  matchPayload(protocol: string): ProtocolSignMatch | null {
    return this.#payloads.get(`${PAYLOAD_SPEAKS}${protocol}`) ?? null;
  }
}
