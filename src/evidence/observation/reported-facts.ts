/**
 * Facts that other programs have read in the payload of flows and reported in their logs: kept like what packets show, and of
 * the same weight (docs/contract.md, "Flow records").
 */
import type { Protocol } from "../../net/application-protocols.ts";
import type { DnsMessage } from "../payload/dns-message.ts";
import { recognitionOf } from "../payload/protocols/recognise.ts";
import type { HandshakeNames } from "./handshake.ts";
import type { Handshakes } from "./handshakes.ts";
import type { DnsEnvelope, NameCache } from "./name-cache.ts";
import type { ProtocolRecogniser } from "./protocol-recogniser.ts";

/** A protocol recognised in a flow. */
export interface ReportedProtocol {
  readonly protocol: Protocol;
  /** The side (`Side`) that the log names first. */
  readonly originator: 0 | 1;
  /** The first payload was seen: for TCP, after a SYN. */
  readonly isBeginning: boolean;
}

/** Programs recognise these protocols by what the client sends, and name the client first. */
const CLIENT_FIRST: readonly Protocol[] = ["tls", "dtls", "quic", "http", "http2", "dns"];
/**
 * Protocols whose beginnings are unmistakable. Others are recognised by a word that several protocols have in common - HTTP
 * with RTSP, DAAP and memcached, FTP with a password server: for the list's rows they are hints, and contradict none.
 */
const UNMISTAKABLE: readonly Protocol[] = ["tls", "dtls", "quic", "http2", "ssh", "smb", "rdp"];

export class ReportedFacts {
  readonly #names: NameCache;
  readonly #handshakes: Handshakes;
  readonly #recogniser: ProtocolRecogniser;

  constructor(names: NameCache, handshakes: Handshakes, recogniser: ProtocolRecogniser) {
    this.#names = names;
    this.#handshakes = handshakes;
    this.#recogniser = recogniser;
  }

  /** Adds names at the beginning of the flow in an entry; names known before are kept. */
  addNames(entry: number, names: HandshakeNames): void {
    this.#handshakes.setNames(entry, names);
  }

  /** Adds the protocol of the flow in an entry; a protocol known before is kept. */
  addProtocol(entry: number, { protocol, originator, isBeginning }: ReportedProtocol): void {
    const recognition = recognitionOf(protocol, CLIENT_FIRST.includes(protocol) ? originator : null);
    this.#recogniser.setRecognition(entry, recognition, isBeginning && UNMISTAKABLE.includes(protocol));
  }

  /** Adds a DNS response. */
  addResponse(message: DnsMessage, envelope: DnsEnvelope): void {
    this.#names.addResponse(message, envelope);
  }
}
