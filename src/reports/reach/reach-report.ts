/** Which services could be reached, as shown to users: these types are the JSON of schema `appleflow/reach@2`. */

import type { Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { ProductKind } from "../../knowledge/port-list/product.ts";
import type { CaptureSummary } from "../capture-summary.ts";

/** Name and version of the JSON form. */
export const REACH_SCHEMA = "appleflow/reach@2";

/** Possible outcomes of an attempt, best first. */
export const ATTEMPT_VERDICTS = [
  /** Data in both directions after the TLS handshake, a success of HTTP, or a UDP response. */
  "works",
  /** An answer came, and the client acknowledged it. */
  "answered",
  /** The TCP handshake was completed. */
  "connected",
  /** SYNs, UDP requests, or payload after a handshake, without any answer. */
  "unanswered",
  /** A RST in response to a SYN. */
  "refused",
  /** ICMP or ICMPv6 "unreachable". */
  "prohibited",
  /** Media in one direction only, or SYN+ACKs that never arrive. */
  "one-way",
  /** The connection ended in place of an answer, or the client ended it before it sent any data over TLS. */
  "closed-at-once",
  /** The server answers, and no byte of the answer arrives. */
  "answers-lost",
  /** Answered at first; after that, nothing that is sent is acknowledged. */
  "went-dead",
  /** A proxy refuses to forward. */
  "proxy-refused",
  /** A portal redirects in place of the requested host. */
  "portal",
  /** HTTP "forbidden" in place of the requested host. */
  "block-page",
  /** A certificate for other names. */
  "foreign-certificate",
  /** The capture sees one direction only, so the outcome is unknown. */
  "one-direction",
  /** Still waiting: the capture ended before an answer was due, or a single datagram got none. */
  "unclear",
] as const;
/** Outcome of an attempt. */
export type AttemptVerdict = (typeof ATTEMPT_VERDICTS)[number];

/** Of a product or row: the verdict of its attempts, or one of these three. */
export type ReachVerdict = AttemptVerdict | "fell-back" | "name-blocked" | "never-tried";

/**
 * How a name was refused: a response code, an unusable or local address, an answer without any address, or no answer at all.
 */
export type NameRefusal = "nxdomain" | "sinkhole" | "refused" | "servfail" | "no-data" | "no-answer";

/** Attempts by verdict; verdicts without attempts are absent. */
export type VerdictCounts = Readonly<Partial<Record<AttemptVerdict, number>>>;

/** An HTTP response that is not a success. */
export interface HttpAnswer {
  readonly status: number;
  /** Host in the target of the redirect, or null. Hostile text. */
  readonly redirect: string | null;
}

/** A product that the list has on the port of an attempt. */
export interface ListedProduct {
  readonly product: string;
  /** What a user of the product notices if the port is blocked; null if unknown. */
  readonly effect: string | null;
}

/** Attempts of one client at one address and port, under one name. */
export interface ReachTarget {
  readonly client: string;
  readonly transport: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  /** Name by which the client requested the server, or for which it had queried DNS; null if unknown. Hostile text. */
  readonly name: string | null;
  /** How the owner of the server is known. */
  readonly class: FlowClass;
  /** Products that evidence names, the same as in `flows`; empty for an Apple server without a known product. */
  readonly products: readonly string[];
  /** If `products` is empty: Apple's products listed for the port, a possibility without evidence. */
  readonly listedFor: readonly ListedProduct[];
  readonly evidence: Evidence | null;
  /** Whether a row of the list has the port. */
  readonly listed: boolean;
  readonly verdict: AttemptVerdict;
  readonly attempts: VerdictCounts;
  /** SYNs without ACK, including retransmissions; 0 for UDP. */
  readonly syns: number;
  /** Packets by sender. */
  readonly packets: { readonly originator: number; readonly responder: number };
  /** ICMP codes with their numbers and names, and their senders if known. */
  readonly unreachable: readonly string[];
  readonly reporters: readonly string[];
  /** The first fatal TLS alert in clear text: its number and name (RFC 8446, 6). */
  readonly alert: {
    readonly by: "originator" | "responder";
    readonly number: number;
    readonly name: string | null;
  } | null;
  /** The side that ended a connection that was closed at once. */
  readonly closedBy: "originator" | "responder" | null;
  /** The first HTTP response that is not a success; null if there was none. */
  readonly http: HttpAnswer | null;
  /** The SYN+ACK has a window of 0: a device on the path completes handshakes. */
  readonly zeroWindow: boolean;
  /** Payload bytes of the shortest segment that the client retransmitted; null if it retransmitted none. */
  readonly shortestRepeat: number | null;
  /** Number of other clients that requested the name at this address, if the name is known only from them; else 0. */
  readonly namedByOthers: number;
  /** Where the client fell back to and was answered. */
  readonly fellBackTo: { readonly transport: "tcp"; readonly address: string; readonly port: number } | null;
  /** It fails, and its client may still fall back: the capture ended too early to tell. */
  readonly mayFallBack: boolean;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Of the first attempt with the target's verdict; null if addresses are hidden. */
  readonly communityId: string | null;
}

/** A row of Apple's list, and whether it was seen in use. */
export interface ReachRow {
  readonly port: string;
  readonly transport: string;
  readonly serviceName: string;
  readonly products: readonly string[];
  /** `seen`: it worked; `failed`: tried and never worked; `unclear`: tried, with unknown outcome. */
  readonly coverage: "seen" | "failed" | "unclear" | "not-seen";
  readonly verdict: ReachVerdict;
  /** Attempts that are Apple traffic, or on a port for which only Apple products are known. */
  readonly attempts: VerdictCounts;
  /** Attempts that may be anybody's: HTTPS to an unknown host. */
  readonly otherAttempts: VerdictCounts;
}

/** Attempts that only the port links to a service of the list: they may be anybody's and do not affect any verdict. */
export interface PortOnlyService {
  readonly transport: "tcp" | "udp";
  readonly port: number;
  readonly serviceName: string | null;
  readonly products: readonly string[];
  readonly attempts: VerdictCounts;
  /** Number of different clients; 0 if there were too many to distinguish. */
  readonly clients: number;
  readonly servers: number;
}

/** A client that tried many ports of one host, most of them without success. */
export interface PortScan {
  readonly client: string;
  readonly address: string;
  readonly ports: number;
  readonly answered: number;
}

/** A client whose connections over one version of IP all fail while the same names work over the other. */
export interface BrokenFamily {
  readonly client: string;
  readonly family: "IPv4" | "IPv6";
  /** Failing targets, all of which work over the other version. */
  readonly targets: number;
  /** At most twenty names. Hostile text. */
  readonly names: readonly string[];
}

/** A port used towards Apple that Apple's list does not have. */
export interface UnlistedPort {
  readonly transport: "tcp" | "udp";
  readonly port: number;
  readonly products: readonly string[];
  readonly verdict: ReachVerdict;
  readonly attempts: VerdictCounts;
}

/** Something that a product needs, and the outcome. */
export interface ReachNeed {
  readonly what: string;
  readonly transport: "tcp" | "udp";
  readonly ports: string;
  readonly verdict: ReachVerdict;
  /** What users notice if it is missing; set if it was tried and does not work. */
  readonly effect: string | null;
}

/** A product that somebody tried to reach, or whose name was blocked. */
export interface ReachProduct {
  readonly product: string;
  readonly kind: ProductKind;
  readonly family: string;
  readonly verdict: ReachVerdict;
  /** Whether another product may have made the attempts that decide the verdict. */
  readonly possible: boolean;
  /** Attempts of the product itself, and attempts that may be another product's. */
  readonly attempts: { readonly own: VerdictCounts; readonly shared: VerdictCounts };
  /** Clients that tried it, those for whom something of it fails, and the first twenty of the latter. */
  readonly clients: {
    readonly all: number;
    readonly failing: number;
    readonly failingFirst: readonly string[];
  };
  /** In plain words for users, if a need of the product is known to be unmet; else null. */
  readonly meaning: string | null;
  readonly needs: readonly ReachNeed[];
  readonly blockedNames: readonly string[];
}

/** An Apple name that was refused to a client. */
export interface BlockedName {
  /** Hostile text. */
  readonly name: string;
  readonly client: string;
  readonly how: NameRefusal;
  /** Responses that refused it; for `no-answer`, queries. */
  readonly responses: number;
  /** The unusable or local addresses that were returned for it; at most eight. */
  readonly addresses: readonly string[];
  /** Other clients that received an address for it. */
  readonly resolvedForOthers: number;
  readonly products: readonly string[];
}

/** A nonexistent name in an Apple zone, which is normal. */
export interface MissingName {
  /** Hostile text. */
  readonly name: string;
  readonly client: string;
  readonly how: NameRefusal;
  readonly why: "no-such-name" | "search-suffix" | "proxy-discovery" | "unknown-name";
}

/** Outcome of all attempts of a capture. */
export interface ReachReport {
  readonly schema: typeof REACH_SCHEMA;
  readonly capture: CaptureSummary;
  /** `one`: the capture has packets of one direction only, so an unanswered attempt is not known to fail. */
  readonly directions: "both" | "one";
  /** Products with an attempt or a blocked name, failing ones first, certain ones before possible ones. */
  readonly products: readonly ReachProduct[];
  /** In list order. */
  readonly rows: readonly ReachRow[];
  readonly unlisted: readonly UnlistedPort[];
  /** Attempts that may be anybody's, by port. */
  readonly portOnly: readonly PortOnlyService[];
  /** At most a hundred, by number of ports, largest first; their attempts count only in `rows`. */
  readonly scans: readonly PortScan[];
  readonly brokenFamilies: readonly BrokenFamily[];
  readonly blockedNames: readonly BlockedName[];
  /** Names that need not exist: documented by Apple, wpad, search suffixes, unknown ones. Not failures. */
  readonly missingNames: readonly MissingName[];
  /** Targets that are Apple's, or could be nobody else's, failing ones first. */
  readonly targets: readonly ReachTarget[];
  /** Attempts beyond the limit of targets, and unmatched ICMP messages, which quote no packet of the capture. */
  readonly dropped: { readonly targets: number; readonly strayReports: number };
}

/** Whether the client of a failing target fell back to one that works, or may still do so. */
export function isExcused({ fellBackTo, mayFallBack }: ReachTarget): boolean {
  return fellBackTo !== null || mayFallBack;
}

/** Whether a verdict is a failure of something that was tried. */
export function isFailure(verdict: ReachVerdict): boolean {
  return !NO_FAILURES.has(verdict);
}

/**
 * Whether two verdicts are equivalent for a service: whether the client requested more after the answer says nothing about
 * the service.
 */
export function isSameVerdict(a: ReachVerdict, b: ReachVerdict): boolean {
  return a === b || (isReached(a) && isReached(b));
}

/** Whether a verdict means that the service answered. */
export function isReached(verdict: ReachVerdict): boolean {
  return verdict === "works" || verdict === "answered";
}

/** Falling back is intended behaviour. */
const NO_FAILURES: ReadonlySet<ReachVerdict> = new Set([
  "works",
  "answered",
  "connected",
  "fell-back",
  "one-direction",
  "unclear",
  "never-tried",
]);
