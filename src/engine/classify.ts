/** What is known of one connection: the answer for a single question, without a capture. */
import { Attributor } from "../evidence/attribution/attribution.ts";
import type { ClassReason, Evidence, FlowClass } from "../evidence/attribution/evidence.ts";
import { type FlowFacts, NO_FACTS } from "../evidence/observation/flow-facts.ts";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { parseIpv4Text, parseIpv6Words } from "../net/address-text.ts";
import { NO_TIME } from "../net/moment.ts";
import { type Knowledge, loadKnowledge, type ReadingOptions } from "./reading-options.ts";

/** What is known of a connection. */
export interface Connection {
  readonly transport: "tcp" | "udp";
  /** The service port, 0 to 65535. */
  readonly port: number;
  /** The name that the client asks the server by (TLS, QUIC, HTTP), in any case. */
  readonly serverName?: string;
  /** The server's address, IPv4 or IPv6 as text. */
  readonly address?: string;
  /** The process that the connection is for. */
  readonly process?: string;
  /** When it began, for products that had ended by then; left out: any time. */
  readonly start?: Date;
}

/** Whose a connection is, as a flow of a capture would be told (`FlowReport`). Owned by the caller. */
export interface Classification {
  readonly class: FlowClass;
  /** Named by evidence: one of these. */
  readonly products: readonly string[];
  /** What the port alone allows. */
  readonly candidates: readonly string[];
  /** Those of `products` that the list does not have on this port. */
  readonly offList: readonly string[];
  readonly evidence: Evidence | null;
  readonly label: string | null;
  readonly reason: ClassReason | null;
}

/** Attributors by what they know: they remember their answers. */
const attributors = new WeakMap<ServiceTable, Map<EvidenceRules | null, Attributor>>();
let ownKnowledge: Knowledge | null = null;

/**
 * Whose one connection is, by the same rules as flows of captures.
 *
 * @param options `services` and `rules` as {@link summarize} takes them; the project's own where nothing is given
 * @throws RangeError for a port or an address that cannot be
 *
 * @example
 * ```ts
 * import { classify } from "appleflow";
 *
 * const { class: how, products } = classify({ transport: "tcp", port: 443, serverName: "mesu.apple.com" });
 * console.log(how, products); // identified [ "Software Update" ]
 * ```
 */
export function classify(
  connection: Connection,
  options: Pick<ReadingOptions, "services" | "rules"> = {},
): Classification {
  const { transport, port, start } = connection;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`a port is a whole number from 0 to 65535, not ${port}`);
  }
  const isOwn = options.services === undefined && options.rules === undefined;
  if (isOwn) ownKnowledge ??= loadKnowledge({});
  const knowledge = isOwn && ownKnowledge !== null ? ownKnowledge : loadKnowledge(options);
  const attribution = attributorOf(knowledge).attribute({
    transport: transport === "tcp" ? 0 : 1,
    servicePort: port,
    startSeconds: start === undefined ? NO_TIME : Math.floor(start.getTime() / 1000),
    facts: factsOf(connection, knowledge.rules),
  });
  const names = (products: readonly { readonly name: string }[]) => products.map(({ name }) => name);
  return {
    class: attribution.class,
    products: names(attribution.products),
    candidates: names(attribution.candidates),
    offList: names(attribution.offList),
    evidence: attribution.evidence,
    label: attribution.label?.name ?? null,
    reason: attribution.reason,
  };
}

function attributorOf({ services, rules }: Knowledge): Attributor {
  const ofServices = attributors.get(services) ?? new Map<EvidenceRules | null, Attributor>();
  attributors.set(services, ofServices);
  const attributor = ofServices.get(rules) ?? new Attributor(services, rules);
  ofServices.set(rules, attributor);
  return attributor;
}

function factsOf({ serverName, address, process }: Connection, rules: EvidenceRules | null): FlowFacts {
  if (rules === null) return NO_FACTS;
  const handshake =
    serverName === undefined
      ? null
      : {
          serverName: serverName.toLowerCase().replace(/\.$/, ""),
          nameSource: null,
          alpn: [],
          hasEncryptedHello: false,
          userAgentProcess: null,
          rfbVersion: null,
        };
  const isAppleAddress = address !== undefined && isApples(address, rules);
  return { ...NO_FACTS, handshake, process: process ?? null, isAppleAddress };
}

function isApples(address: string, { networks }: EvidenceRules): boolean {
  const ipv4 = parseIpv4Text(address);
  if (ipv4?.bytes === 4) return networks.appleIpv4(ipv4.address);
  const words = parseIpv6Words(address);
  if (words === null) throw new RangeError(`"${address}" is not an address`);
  return networks.appleIpv6(...words);
}
