/** The summary of captures as a user gets it: these types are the JSON of schema `appleflow/summary@1`. */

import type { Evidence, UnattributedReason } from "../../evidence/attribution/evidence.ts";
import type { ProductKind } from "../../knowledge/port-list/product.ts";
import type { CaptureSummary } from "../capture-summary.ts";

/** Name and version of the JSON form. */
export const SUMMARY_SCHEMA = "appleflow/summary@1";

/**
 * A number of packets or bytes of a product: what no other product can claim (`sole`), what it has when flows with several
 * candidates are shared equally (`estimate`, may be fractional), and what it could have at most (`possible`).
 */
export interface Share {
  readonly sole: number;
  readonly estimate: number;
  readonly possible: number;
}

/** Numbers of flows; a flow is never shared. */
export interface FlowShare {
  readonly sole: number;
  readonly possible: number;
}

/** The classes that every record is counted in exactly one of. */
export interface PacketClasses {
  readonly decoded: number;
  readonly fragments: number;
  readonly otherIp: number;
  readonly nonIp: number;
  readonly malformed: number;
  readonly snaplenCut: number;
  readonly unsupportedLinkType: number;
}

/** The traffic of a product. Times are RFC 3339 in UTC. */
export interface ProductSummary {
  readonly product: string;
  readonly kind: ProductKind;
  readonly family: string;
  /** The day it ended, or null. */
  readonly retired: string | null;
  readonly flows: FlowShare;
  readonly packets: Share;
  readonly bytes: Share;
  /** `bytes.possible` by what made the product a candidate. */
  readonly bytesByEvidence: Readonly<Record<Evidence, number>>;
  /** `bytes.possible` by direction. */
  readonly bytesFromOriginator: number;
  readonly bytesFromResponder: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Service ports of its flows: "tcp/443". */
  readonly ports: readonly string[];
}

/** The traffic of a family: a flow whose candidates are all of one family is its own. */
export interface FamilySummary {
  readonly family: string;
  readonly flows: FlowShare;
  readonly packets: Share;
  readonly bytes: Share;
}

/** An amount of traffic: bytes are those on the wire, whole frames. */
export interface Traffic {
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

/** The traffic of a service port. */
export interface PortSummary extends Traffic {
  readonly transport: "tcp" | "udp";
  /** null: of flows of which nothing says which side serves. */
  readonly port: number | null;
  /** Whether any row of the list covers the port. */
  readonly listed: boolean;
  readonly service: string | null;
}

/** Traffic of one device: the address at the other end from the service. */
export interface HostSummary extends Traffic {
  readonly address: string;
  /** What the device calls itself (DHCP, mDNS), or null. Hostile text. */
  readonly name: string | null;
  /** The same traffic by the domain that it was with, by bytes. */
  readonly domains: readonly DomainTraffic[];
}

/** Traffic with the hosts of one registrable domain, by the names that the capture shows. Hostile text. */
export interface DomainTraffic extends Traffic {
  /** null for traffic of which no name, or no single one, was seen. */
  readonly domain: string | null;
}

/** The totals of a capture. Estimates of products, unattributed traffic and what was not decoded are together the whole. */
export interface Summary {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly capture: CaptureSummary;
  readonly packets: PacketClasses;
  /** The bytes of the same records. */
  readonly bytes: PacketClasses;
  readonly flows: {
    readonly total: number;
    readonly tcp: number;
    readonly udp: number;
    readonly attributed: number;
    readonly unattributed: number;
    /** Attributed by evidence to products that the list does not have on their port. */
    readonly offList: number;
    /** Ended early because as many flows as allowed were live; their packets and bytes are in all totals. */
    readonly evicted: number;
  };
  /**
   * How open the attribution is: the bytes that products may have but need not (possible less sole, of all of them)
   * over the bytes attributed. 0: every flow has one candidate. null: nothing is attributed.
   */
  readonly ambiguity: number | null;
  readonly products: readonly ProductSummary[];
  readonly families: readonly FamilySummary[];
  readonly ports: readonly PortSummary[];
  /** Only where hosts were asked for. */
  readonly hosts?: readonly HostSummary[];
  readonly unattributed: Traffic & {
    readonly byReason: Readonly<Record<UnattributedReason, Traffic>>;
  };
  /** Evidence that there was no room to keep: flows may have fewer names than the capture shows. */
  readonly evidenceDropped: {
    /** Handshakes whose end was not waited for. */
    readonly handshakes: number;
    /** DNS answers, announced services, names of devices. */
    readonly names: number;
  };
  /** Why packets were not decoded to their ports, and what cannot be right in records (`RECORD_WEIRDS`): stable names with counts. */
  readonly weirds: Readonly<Record<string, number>>;
}
