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
  /** The side (`Side`) that the log names first. */
  readonly originator: 0 | 1;
  /** The first payload was seen: of TCP behind a SYN. */
  readonly isBeginning: boolean;
}

/** Whoever recognises these knows them by what the client says, and names it first. */
const CLIENT_FIRST: readonly Protocol[] = ["tls", "dtls", "quic", "http", "http2", "dns"];
/**
 * These begin so that nobody takes something else for them. Others are told by a word that more than one protocol has - HTTP of
 * RTSP, DAAP and memcached, FTP of a password server: what they say of the list's rows is a hint, and contradicts none.
 */
const UNMISTAKABLE: readonly Protocol[] = ["tls", "dtls", "quic", "http2", "ssh", "smb", "rdp"];

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
  addProtocol(record: number, { protocol, originator, isBeginning }: ToldProtocol): void {
    const recognition = recognitionOf(protocol, CLIENT_FIRST.includes(protocol) ? originator : null);
    this.#spoken.tell(record, recognition, isBeginning && UNMISTAKABLE.includes(protocol));
  }

  /** A response of DNS. */
  addResponse(message: DnsMessage, place: DnsPlace): void {
    this.#names.addResponse(message, place);
  }
}
