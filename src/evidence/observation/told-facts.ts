/**
 * What other programs have read in the payload of flows, and tell in their logs: kept like what packets show, and worth as much
 * (docs/contract.md, "Flow records").
 */
import type { Protocol } from "../../net/application-protocols.ts";
import type { DnsMessage } from "../payload/dns-message.ts";
import { recognitionOf } from "../payload/protocols/recognise.ts";
import type { HandshakeNames } from "./handshake.ts";
import type { Handshakes } from "./handshakes.ts";
import type { DnsPlace, NameCache } from "./name-cache.ts";
import type { SpokenProtocols } from "./spoken-protocols.ts";

/** What was recognised in a flow. */
export interface ToldProtocol {
  readonly protocol: Protocol;
  /** The side (`Side`) that asks, by whoever recognised it. */
  readonly asks: 0 | 1;
  /** The first payload was seen: of TCP behind a SYN. */
  readonly isBeginning: boolean;
}

/**
 * Of these a product of the list has a sign of its own in the payload (`net/application-protocols.ts`), which no log tells: what the
 * payload does not show is not known.
 */
const SIGNED: readonly Protocol[] = ["dhcp", "kerberos", "ssdp"];

export class ToldFacts {
  readonly #names: NameCache;
  readonly #handshakes: Handshakes;
  readonly #spoken: SpokenProtocols;

  constructor(names: NameCache, handshakes: Handshakes, spoken: SpokenProtocols) {
    this.#names = names;
    this.#handshakes = handshakes;
    this.#spoken = spoken;
  }

  /** The flow in a record named somebody when it began; what was known of it before stays. */
  addNames(record: number, names: HandshakeNames): void {
    this.#handshakes.tell(record, names);
  }

  /** The flow in a record speaks a protocol; what was known of it before stays. */
  addProtocol(record: number, { protocol, asks, isBeginning }: ToldProtocol): void {
    const hasNoSign = !SIGNED.includes(protocol);
    this.#spoken.tell(record, recognitionOf(protocol, asks), isBeginning && hasNoSign);
  }

  /** A response of DNS. */
  addResponse(message: DnsMessage, place: DnsPlace): void {
    this.#names.addResponse(message, place);
  }
}
