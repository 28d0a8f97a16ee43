/** Which services could be reached, as a user gets it: these types are the JSON of schema `appleflow/reach@2`. */

import type { Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { ProductKind } from "../../knowledge/port-list/product.ts";
import type { CaptureSummary } from "../capture-summary.ts";

/** Name and version of the JSON form. */
export const REACH_SCHEMA = "appleflow/reach@2";

/** What can come of an attempt, best first. */
export const ATTEMPT_VERDICTS = [
  /** Data in both directions behind the handshake of TLS, a success of HTTP, a response of UDP. */
  "works",
  /** An answer came, and who had asked acknowledged it. */
  "answered",
  /** The handshake of TCP was completed. */
  "connected",
  /** SYNs, UDP requests, or what follows a handshake, without any answer. */
  "unanswered",
  /** RST to a SYN. */
  "refused",
  /** ICMP or ICMPv6 "unreachable". */
  "prohibited",
  /** Media in one direction only, or SYN+ACKs that never arrive. */
  "one-way",
  /** The end of the connection in place of an answer, or by who asked before it sent any data over TLS. */
  "closed-at-once",
  /** The server answers, and no byte of that arrives. */
  "answers-lost",
  /** Answered at first; then nothing that is sent is acknowledged any more. */
  "went-dead",
  /** A proxy refuses to go on. */
  "proxy-refused",
  /** A portal leads elsewhere in place of the host that was asked for. */
  "portal",
  /** HTTP "forbidden" in place of the host that was asked for. */
  "block-page",
  /** A certificate of another's. */
  "foreign-certificate",
  /** The capture sees one direction only: it cannot tell. */
  "one-direction",
  /** Still waiting: the capture ended before an answer had its time, or one single datagram got none. */
  "unclear",
] as const;
/** What came of an attempt. */
export type AttemptVerdict = (typeof ATTEMPT_VERDICTS)[number];

/** Of a product or row: that of its attempts, or one of these three. */
export type ReachVerdict = AttemptVerdict | "fell-back" | "name-blocked" | "never-tried";

/**
 * How a name was kept from who asked for it: a response code, an address of nobody or of the network's own, an answer
 * without any address, or none at all.
 */
export type NameRefusal = "nxdomain" | "sinkhole" | "refused" | "servfail" | "no-data" | "no-answer";

/** Attempts by verdict; a verdict that none has is left out. */
export type VerdictCounts = Readonly<Partial<Record<AttemptVerdict, number>>>;

/** A response of HTTP that is no success. */
export interface HttpAnswer {
  readonly status: number;
  /** The host that it leads to, or null. Hostile text. */
  readonly redirect: string | null;
}

/** A product that the list has on the port of an attempt. */
export interface ListedProduct {
  readonly product: string;
  /** What a user of the product notices where the port is shut; null where nothing is known. */
  readonly effect: string | null;
}

/** Attempts of one client at one address and port, under one name. */
export interface ReachTarget {
  readonly client: string;
  readonly transport: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  /** What the client asked the server by, or had asked DNS for; null where nothing is known. Hostile text. */
  readonly name: string | null;
  /** How it is known whose the server is. */
  readonly class: FlowClass;
  /** Products that evidence names, as `flows` has them; empty where the server is Apple's and no product is known. */
  readonly products: readonly string[];
  /** Where `products` is empty: what the list has on the port of Apple's products, which is possible and not shown. */
  readonly listedFor: readonly ListedProduct[];
  readonly evidence: Evidence | null;
  /** A row of the list has the port. */
  readonly listed: boolean;
  readonly verdict: AttemptVerdict;
  readonly attempts: VerdictCounts;
  /** SYNs without ACK, those sent again included; 0 for UDP. */
  readonly syns: number;
  /** Packets by who sent. */
  readonly packets: { readonly originator: number; readonly responder: number };
  /** Codes of ICMP with their numbers and names, and who sent them where that is known. */
  readonly unreachable: readonly string[];
  readonly reporters: readonly string[];
  /** The first fatal alert of TLS in the clear: its number and name (RFC 8446, 6). */
  readonly alert: {
    readonly by: "originator" | "responder";
    readonly number: number;
    readonly name: string | null;
  } | null;
  /** Who ended a connection that was closed at once. */
  readonly closedBy: "originator" | "responder" | null;
  /** The first response of HTTP that is no success; null where there was none. */
  readonly http: HttpAnswer | null;
  /** Its SYN+ACK has a window of 0: something on the way completes handshakes. */
  readonly zeroWindow: boolean;
  /** Bytes of payload of the shortest segment that the client sent again, null where it sent none again. */
  readonly shortestRepeat: number | null;
  /** Other clients that asked for the name at this address, where the name is known from them alone; else 0. */
  readonly namedByOthers: number;
  /** Where the client went instead, and was answered. */
  readonly fellBackTo: { readonly transport: "tcp"; readonly address: string; readonly port: number } | null;
  /** It fails, and its client may yet go another way: the capture ended before that had its time. */
  readonly mayFallBack: boolean;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Of the first attempt with the target's verdict; null where addresses are hidden. */
  readonly communityId: string | null;
}

/** A row of Apple's list, and whether it was seen. */
export interface ReachRow {
  readonly port: string;
  readonly transport: string;
  readonly serviceName: string;
  readonly products: readonly string[];
  /** `seen`: it worked; `failed`: tried and never worked; `unclear`: tried, and the capture cannot tell. */
  readonly coverage: "seen" | "failed" | "unclear" | "not-seen";
  readonly verdict: ReachVerdict;
  /** Of traffic that is Apple's, or that no other than Apple's products have on the port. */
  readonly attempts: VerdictCounts;
  /** Of traffic that may be anybody's: HTTPS to an unknown host. */
  readonly otherAttempts: VerdictCounts;
}

/** Attempts at a service of the list of which only the port speaks: anybody's, and without effect on any verdict. */
export interface PortOnlyService {
  readonly transport: "tcp" | "udp";
  readonly port: number;
  readonly serviceName: string | null;
  readonly products: readonly string[];
  readonly attempts: VerdictCounts;
  /** Different ones; 0 where there were too many to tell apart. */
  readonly clients: number;
  readonly servers: number;
}

/** A client that tried many ports of one host, most of them in vain. */
export interface PortScan {
  readonly client: string;
  readonly address: string;
  readonly ports: number;
  readonly answered: number;
}

/** A client whose connections of one version of IP all fail while the same names work by the other one. */
export interface BrokenFamily {
  readonly client: string;
  readonly family: "IPv4" | "IPv6";
  /** Targets that fail, all of which work by the other version. */
  readonly targets: number;
  /** Names, twenty at most. Hostile text. */
  readonly names: readonly string[];
}

/** A port towards Apple that Apple's list does not have. */
export interface UnlistedPort {
  readonly transport: "tcp" | "udp";
  readonly port: number;
  readonly products: readonly string[];
  readonly verdict: ReachVerdict;
  readonly attempts: VerdictCounts;
}

/** What a product needs, and what became of it. */
export interface ReachNeed {
  readonly what: string;
  readonly transport: "tcp" | "udp";
  readonly ports: string;
  readonly verdict: ReachVerdict;
  /** What a user notices when it is missing; said where it was tried and does not work. */
  readonly effect: string | null;
}

/** A product that somebody tried to reach, or whose name was blocked. */
export interface ReachProduct {
  readonly product: string;
  readonly kind: ProductKind;
  readonly family: string;
  readonly verdict: ReachVerdict;
  /** Another product may have made the attempts that decide the verdict. */
  readonly possible: boolean;
  /** Attempts that are its own, and those that may be another product's. */
  readonly attempts: { readonly own: VerdictCounts; readonly shared: VerdictCounts };
  /** Clients that tried it, those for whom something of it fails, and the first twenty of these. */
  readonly clients: {
    readonly all: number;
    readonly failing: number;
    readonly failingFirst: readonly string[];
  };
  /** In the words of a user, where a need of the product is known not to be met; else null. */
  readonly meaning: string | null;
  readonly needs: readonly ReachNeed[];
  readonly blockedNames: readonly string[];
}

/** A name of Apple's that somebody asked for in vain. */
export interface BlockedName {
  /** Hostile text. */
  readonly name: string;
  readonly client: string;
  readonly how: NameRefusal;
  /** Responses that said so; of `no-answer`, queries. */
  readonly responses: number;
  /** Addresses of nobody, or of the network's own, that it was given; eight at most. */
  readonly addresses: readonly string[];
  /** Other clients that were given an address for it. */
  readonly resolvedForOthers: number;
  readonly products: readonly string[];
}

/** A name in a zone of Apple's that is not there, which is normal. */
export interface MissingName {
  /** Hostile text. */
  readonly name: string;
  readonly client: string;
  readonly how: NameRefusal;
  readonly why: "no-such-name" | "search-suffix" | "proxy-discovery" | "unknown-name";
}

/** What came of all attempts of a capture. */
export interface ReachReport {
  readonly schema: typeof REACH_SCHEMA;
  readonly capture: CaptureSummary;
  /** `one`: the capture has packets of one direction only, so nothing that lacks an answer is known to fail. */
  readonly directions: "both" | "one";
  /** Those with an attempt or a blocked name, failing ones first, sure ones before possible ones. */
  readonly products: readonly ReachProduct[];
  /** In the order of the list. */
  readonly rows: readonly ReachRow[];
  readonly unlisted: readonly UnlistedPort[];
  /** What may be anybody's, by port. */
  readonly portOnly: readonly PortOnlyService[];
  /** A hundred at most, of most ports first; their attempts count nowhere else but in `rows`. */
  readonly scans: readonly PortScan[];
  readonly brokenFamilies: readonly BrokenFamily[];
  readonly blockedNames: readonly BlockedName[];
  /** Names that are not there, and need not be: as Apple says itself, wpad, search suffixes, unknown ones. No failures. */
  readonly missingNames: readonly MissingName[];
  /** Those that are Apple's, or could be nobody else's, failing ones first. */
  readonly targets: readonly ReachTarget[];
  /** What there was no room to tell apart, and ICMP that quotes no packet of the capture. */
  readonly dropped: { readonly targets: number; readonly strayReports: number };
}

/** Whether a failing target was, or may yet be, left for one that works. */
export function isExcused({ fellBackTo, mayFallBack }: ReachTarget): boolean {
  return fellBackTo !== null || mayFallBack;
}

/** Whether a verdict says that something tried does not work. */
export function isFailure(verdict: ReachVerdict): boolean {
  return !NO_FAILURES.has(verdict);
}

/** Whether two verdicts say the same of a service: whether more was asked for than it answered tells nothing of it. */
export function isSameVerdict(a: ReachVerdict, b: ReachVerdict): boolean {
  return a === b || (isReached(a) && isReached(b));
}

/** Whether a verdict says that somebody answered. */
export function isReached(verdict: ReachVerdict): boolean {
  return verdict === "works" || verdict === "answered";
}

/** Falling back is how Apple means it to work. */
const NO_FAILURES: ReadonlySet<ReachVerdict> = new Set([
  "works",
  "answered",
  "connected",
  "fell-back",
  "one-direction",
  "unclear",
  "never-tried",
]);
