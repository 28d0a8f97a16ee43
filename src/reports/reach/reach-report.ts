/** Which services could be reached, as a user gets it: these types are the JSON of schema `appleflow/reach@2`. */

import type { Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { ProductKind } from "../../knowledge/port-list/product.ts";
import type { CaptureSummary } from "../capture-summary.ts";

/** Name and version of the JSON form. */
export const REACH_SCHEMA = "appleflow/reach@2";

/** What can come of an attempt, best first. */
export const ATTEMPT_VERDICTS = [
  /** A handshake was completed, or UDP was answered. */
  "works",
  /** SYNs, UDP requests, or what follows a handshake, without any answer. */
  "unanswered",
  /** RST to a SYN. */
  "refused",
  /** ICMP or ICMPv6 "unreachable". */
  "prohibited",
  /** Media in one direction only, or SYN+ACKs that never arrive. */
  "one-way",
  /** The end of the connection in place of an answer, or right after TLS's first one. */
  "closed-at-once",
  /** The capture sees one direction only: it cannot tell. */
  "one-direction",
  /** Too little to tell: the capture ended before an answer had its time, or one single datagram got none. */
  "unclear",
] as const;
/** What came of an attempt. */
export type AttemptVerdict = (typeof ATTEMPT_VERDICTS)[number];

/** Of a product or row: that of its attempts, or one of these three. */
export type ReachVerdict = AttemptVerdict | "fell-back" | "name-blocked" | "never-tried";

/** How a name was kept from who asked for it: a response code, an address of nobody, or an answer without any address. */
export type NameRefusal = "nxdomain" | "sinkhole" | "refused" | "servfail" | "no-data";

/** Attempts by verdict; a verdict that none has is left out. */
export type VerdictCounts = Readonly<Partial<Record<AttemptVerdict, number>>>;

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
  /** Products that evidence names or, without any, that the port allows, of Apple's own at most three; may be empty. */
  readonly products: readonly string[];
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
  /** Where the client went instead, and was answered. */
  readonly fellBackTo: { readonly transport: "tcp"; readonly address: string; readonly port: number } | null;
  readonly firstSeen: string | null;
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
  readonly responses: number;
  readonly products: readonly string[];
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
  readonly blockedNames: readonly BlockedName[];
  /** Those that are Apple's, or could be nobody else's, failing ones first. */
  readonly targets: readonly ReachTarget[];
  /** What there was no room to tell apart, and ICMP that quotes no packet of the capture. */
  readonly dropped: { readonly targets: number; readonly strayReports: number };
}

/** Whether something that was tried does not work: exit status 4. */
export function hasFailure(report: ReachReport): boolean {
  return report.products.some(({ verdict }) => isFailure(verdict)) || report.targets.some(failsUnnamed);
}

/** A server of Apple's of which no product is known, and nothing else works in its place. */
function failsUnnamed({ class: flowClass, verdict, fellBackTo }: ReachTarget): boolean {
  return flowClass === "apple" && isFailure(verdict) && fellBackTo === null;
}

/** Whether a verdict says that something tried does not work. */
export function isFailure(verdict: ReachVerdict): boolean {
  return !NO_FAILURES.has(verdict);
}

/** Falling back is how Apple means it to work. */
const NO_FAILURES: ReadonlySet<ReachVerdict> = new Set([
  "works",
  "fell-back",
  "one-direction",
  "unclear",
  "never-tried",
]);
