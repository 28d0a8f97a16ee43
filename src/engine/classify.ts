/** Classifies a single connection, without a capture. */
import { Attributor, type FlowToAttribute } from "../evidence/attribution/attribution.ts";
import type { ClassReason, Evidence, FlowClass } from "../evidence/attribution/evidence.ts";
import { NO_FACTS } from "../evidence/observation/flow-facts.ts";
import type { HandshakeNames } from "../evidence/observation/handshake.ts";
import type { DocumentedMatch } from "../knowledge/evidence/documented-networks.ts";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import type { ServiceTable, TransportIndex } from "../knowledge/port-list/service-table.ts";
import { parseIpv4Text, parseIpv6Words } from "../net/address-text.ts";
import { NO_TIME } from "../net/moment.ts";
import { type Knowledge, loadKnowledge, type ReadingOptions } from "./reading-options.ts";

/** Known facts of a connection. */
export interface Connection {
  readonly transport: "tcp" | "udp";
  /** The service port, 0 to 65535. */
  readonly port: number;
  /** The server name sent by the client (TLS, QUIC, HTTP), in any case. */
  readonly serverName?: string;
  /** The server's address, IPv4 or IPv6 as text. */
  readonly address?: string;
  /** The process that owns the connection. */
  readonly process?: string;
  /** When it began, to exclude products that had ended by then; omitted: any time. */
  readonly start?: Date;
}

/** Attribution of a connection, like that of a flow (`FlowReport`). Owned by the caller. */
export interface Classification {
  readonly class: FlowClass;
  /** Named by evidence: one of these. */
  readonly products: readonly string[];
  /** Allowed by the port alone. */
  readonly candidates: readonly string[];
  /** Those of `products` that are not on the list for this port. */
  readonly offList: readonly string[];
  readonly evidence: Evidence | null;
  readonly label: string | null;
  readonly reason: ClassReason | null;
}

/** Attributors by their knowledge: they cache their answers. */
const attributors = new WeakMap<ServiceTable, Map<EvidenceRules | null, Attributor>>();
/** A service table's knowledge with the project's own rules, and the project's own table: files are read once. */
const withOwnRules = new WeakMap<ServiceTable, Knowledge>();
let ownServices: ServiceTable | null = null;

/**
 * Classifies one connection by the same rules as flows of captures.
 *
 * @param options `services` and `rules` as in {@link summarize}; default: the project's own
 * @throws RangeError for an invalid port or address
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
  const knowledge = knowledgeOf(options);
  const attribution = attributorOf(knowledge).attribute({
    transport: transport === "tcp" ? 0 : 1,
    servicePort: port,
    startSeconds: start === undefined ? NO_TIME : Math.floor(start.getTime() / 1000),
    ...factsOf(connection, knowledge.rules),
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

function knowledgeOf({
  services = ownTable(),
  rules,
}: Pick<ReadingOptions, "services" | "rules">): Knowledge {
  if (rules !== undefined) return { services, rules };
  const knowledge = withOwnRules.get(services) ?? loadKnowledge({ services });
  withOwnRules.set(services, knowledge);
  return knowledge;
}

function ownTable(): ServiceTable {
  ownServices ??= loadServiceTable();
  return ownServices;
}

function attributorOf({ services, rules }: Knowledge): Attributor {
  const ofServices = attributors.get(services) ?? new Map<EvidenceRules | null, Attributor>();
  attributors.set(services, ofServices);
  const attributor = ofServices.get(rules) ?? new Attributor(services, rules);
  ofServices.set(rules, attributor);
  return attributor;
}

function factsOf(
  { transport, port, serverName, address, process }: Connection,
  rules: EvidenceRules | null,
): Pick<FlowToAttribute, "facts" | "documented"> {
  if (rules === null) return { facts: NO_FACTS, documented: null };
  const handshake = serverName === undefined ? null : { ...NO_NAMES, serverName: normalized(serverName) };
  const { isApples, documented } =
    address === undefined ? UNKNOWN_ADDRESS : judgeAddress(address, transport === "tcp" ? 0 : 1, port, rules);
  return {
    facts: { ...NO_FACTS, handshake, process: process ?? null, isAppleAddress: isApples },
    documented: handshake === null ? documented : null,
  };
}

const NO_NAMES: Omit<HandshakeNames, "serverName"> = {
  nameSource: null,
  alpn: [],
  hasEncryptedHello: false,
  userAgentProcess: null,
  userAgent: null,
  rfbVersion: null,
  certificateNames: [],
};

function normalized(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

interface JudgedAddress {
  readonly isApples: boolean;
  readonly documented: DocumentedMatch | null;
}

const UNKNOWN_ADDRESS: JudgedAddress = { isApples: false, documented: null };

function judgeAddress(
  address: string,
  transport: TransportIndex,
  port: number,
  { networks, documentedNetworks }: EvidenceRules,
): JudgedAddress {
  const ipv4 = parseIpv4Text(address);
  if (ipv4?.bytes === IPV4_BYTES) {
    return {
      isApples: networks.appleIpv4(ipv4.address),
      documented: documentedNetworks.matchIpv4(ipv4.address, transport, port),
    };
  }
  const words = parseIpv6Words(address);
  if (words === null) throw new RangeError(`"${address}" is not an address`);
  return {
    isApples: networks.appleIpv6(...words),
    documented: documentedNetworks.matchIpv6(...words, transport, port),
  };
}

const IPV4_BYTES = 4;
