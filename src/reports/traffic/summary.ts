/** The summary of captures as a user gets it: these types are the JSON of schema `appleflow/summary@2`. */

import type { ClassReason, Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { ProductEnd, ProductKind, ProductRole } from "../../knowledge/port-list/product.ts";
import type { Protocol } from "../../net/application-protocols.ts";
import type { CaptureSummary, SummaryOptions } from "../capture-summary.ts";
import type { DeviceSummary, DevicesSummary, EndSummary, NetworkSummary } from "../devices/device-report.ts";
import type { GroupService } from "../group-id.ts";
import type { Series } from "../series/series-report.ts";

/** Name and version of the JSON form. */
export const SUMMARY_SCHEMA = "appleflow/summary@2";

/** An amount of traffic, in integers: bytes are those on the wire, whole frames. */
export interface Traffic {
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
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

/** Bytes of flows with a server of this name. The name is hostile text: escape where it is shown. */
export interface NameTraffic {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Flows of which the same is known in the same way: same class, products, candidates, rows, service, reason, evidence and so
 * on. Every decoded byte is in exactly one group. Times are RFC 3339 in UTC.
 */
export interface GroupSummary extends Traffic {
  /** A hash of what the flows have in common: the same in every capture. */
  readonly id: string;
  readonly class: FlowClass;
  /** Named by evidence: the flows are of one of these. Empty unless the class is `identified`. */
  readonly products: readonly string[];
  /** What the port alone allows; empty unless the class is `listed` or `range`. */
  readonly candidates: readonly string[];
  /** Those of `products` that the list does not have on this port. */
  readonly offList: readonly string[];
  /** Products that something in the payload hints at. */
  readonly hints: readonly string[];
  /** Class `other`: what any vendor's software does on this port, or null. */
  readonly label: string | null;
  readonly reason: ClassReason | null;
  readonly evidence: Evidence | null;
  readonly service: GroupService;
  /** Numbers of the list's rows that match, 1 to 130; rows of `--ports` follow on them. */
  readonly rows: readonly number[];
  /** What the payload speaks; null where it was not recognised. */
  readonly protocol: Protocol | null;
  /** Whether the payload speaks what the rows say that genuine traffic does. */
  readonly protocolSeen: boolean;
  /** The capture's DNS gave other addresses for the names that the flows claim. */
  readonly unverified: boolean;
  /** Apps of Apple's that talk to servers of somebody else's. */
  readonly elsewhere: boolean;
  /** The names with most bytes, at most 20. */
  readonly names: readonly NameTraffic[];
  /** The service ports with most bytes, at most 20: "tcp/443". */
  readonly ports: readonly string[];
  readonly bytesFromOriginator: number;
  readonly bytesFromResponder: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Devices that have such flows; null where they are not told apart. */
  readonly devices: number | null;
}

/** Traffic by how it is known, of a product or family. Rows overlap by `oneOf` and `possible`: they are not added up. */
export interface Claims {
  /** Evidence names nothing else. */
  readonly identified: Traffic;
  /** Evidence names it beside others. */
  readonly oneOf: Traffic;
  /** A port allows it and nothing contradicts. */
  readonly possible: Traffic;
  /** Of that: a port allows nothing else. */
  readonly possibleOnly: Traffic;
}

/** The traffic of a product. Times are RFC 3339 in UTC. */
export interface ProductSummary extends Claims {
  readonly product: string;
  readonly kind: ProductKind;
  readonly role: ProductRole;
  readonly family: string;
  /** When it began, as exactly as it is known ("2011-10-12", "2003"), or null. */
  readonly begun: string | null;
  /** When it ended, and whether its servers were closed or copies only withdrawn; or null. */
  readonly ended: Pick<ProductEnd, "date" | "how"> | null;
  /** Bytes of `identified` and `oneOf` by what decided. */
  readonly byEvidence: Readonly<Partial<Record<Evidence, number>>>;
  /** Bytes of those on ports for which the list does not have the product. */
  readonly offListBytes: number;
  /** The server names with most bytes of those, at most 20. */
  readonly names: readonly NameTraffic[];
  /** The service ports with most bytes, of all four, at most 20: "tcp/443". */
  readonly ports: readonly string[];
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/** The traffic of a family; identified: all products that evidence names are its own. */
export interface FamilySummary extends Claims {
  readonly family: string;
}

/** How much of the capture is Apple's. Numbers that nobody knows are null. */
export interface AppleSummary {
  /** Class `identified`. */
  readonly identified: Traffic & {
    /** Bytes of which evidence names exactly one product. */
    readonly exact: number;
    /** Bytes of flows whose server name the capture's DNS speaks against. */
    readonly unverified: number;
    /** Bytes of apps that talk to servers of somebody else's. */
    readonly appsElsewhere: number;
  };
  /** Class `apple`. */
  readonly unknownProduct: Traffic;
  /** `listed` and `range` with a candidate of Apple's that is not withdrawn. */
  readonly couldBe: Traffic & {
    /** Bytes of devices known to be Apple's, and of those of which nobody knows; null where devices are not told apart. */
    readonly appleDevice: number | null;
    readonly unknownDevice: number | null;
    /** Bytes whose payload speaks what the row's genuine traffic does. */
    readonly protocolSeen: number;
  };
  /** `listed` and `range` whose only candidates of Apple's are withdrawn. */
  readonly withdrawn: Traffic;
}

/** The traffic of a service port. */
export interface PortSummary extends Traffic {
  readonly transport: "tcp" | "udp";
  /** null: of flows of which nothing says which side serves. */
  readonly port: number | null;
  /** Whether any row of the list covers the port. */
  readonly listed: boolean;
  readonly service: string | null;
  /** Classes of its flows, that of most bytes first. */
  readonly classes: readonly FlowClass[];
}

/** Traffic with one server, known in one way. */
export interface ServerSummary extends Traffic {
  /** Its address; null: of flows of which nothing says which side serves, and of servers that there was no room for. */
  readonly server: string | null;
  readonly class: FlowClass;
  /** What it calls itself on the local network (DHCP, mDNS), or null. Hostile text. */
  readonly device: string | null;
  /** The names that clients asked it for, by bytes, at most 20. Hostile text. */
  readonly names: readonly NameTraffic[];
}

/** What servers sent that a content cache in the local network could have sent, and what such caches sent. */
export interface ContentCaching {
  /**
   * Of flows that are identified as a product whose downloads a cache keeps, or as one of several of which one is such: what others
   * than caches sent. At most: not all of it can be kept.
   */
  readonly couldBe: Traffic;
  /** What the caches sent that were seen. */
  readonly fromCaches: Traffic;
  /** By bytes, then address and port; at most 20. */
  readonly caches: readonly ContentCache[];
}

/** What one content cache of the local network sent. */
export interface ContentCache extends Traffic {
  readonly address: string;
  readonly port: number;
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

/** What a summary was made with. */
export interface SummaryProgram {
  readonly version: string;
  /** Date of the newest source of the data that it knows Apple's products by. */
  readonly dataDate: string;
}

/**
 * The totals of a capture. The six classes, the groups and the ports each have every decoded packet and byte once; with
 * what was not decoded they are the capture.
 */
export interface Summary {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly program: SummaryProgram;
  readonly options: SummaryOptions;
  /** Names and addresses are pseudonyms. */
  readonly anonymised: boolean;
  /** Every source was read to its end. */
  readonly complete: boolean;
  readonly capture: CaptureSummary;
  readonly packets: PacketClasses;
  /** The bytes of the same records. */
  readonly bytes: PacketClasses;
  readonly flows: {
    readonly total: number;
    readonly tcp: number;
    readonly udp: number;
    /** Ended early because as many flows as allowed were live; their packets and bytes are in all totals. */
    readonly evicted: number;
  };
  /** Evidence that there was no room to keep: flows may have fewer names than the capture shows. */
  readonly evidenceDropped: {
    /** Handshakes whose end was not waited for. */
    readonly handshakes: number;
    /** DNS answers, announced services, names of devices. */
    readonly names: number;
  };
  readonly classes: Readonly<Record<FlowClass, Traffic>>;
  readonly apple: AppleSummary;
  /** By bytes, then id. */
  readonly groups: readonly GroupSummary[];
  /** By bytes that are named, then by those that are possible, then by name. */
  readonly products: readonly ProductSummary[];
  /** In the same order. */
  readonly families: readonly FamilySummary[];
  /** By bytes, then id; empty without evidence. */
  readonly devices: readonly DeviceSummary[];
  /** What devices had to do with beyond the local network, and groups that they sent to; null without evidence. */
  readonly outside: EndSummary | null;
  /** What devices moved by network; only where networks were asked for. */
  readonly networks?: readonly NetworkSummary[];
  /** By bytes, then address and class; only where servers were asked for. Each decoded byte is in one of them. */
  readonly servers?: readonly ServerSummary[];
  /** Devices that there was no room for; null: none. */
  readonly otherDevices: DevicesSummary["otherDevices"];
  /** By bytes, then transport and number. */
  readonly ports: readonly PortSummary[];
  /** Flows of others than the device that was asked for, which are in no class; only where one was. */
  readonly otherFlows?: Traffic;
  /** Only where hosts were asked for. */
  readonly hosts?: readonly HostSummary[];
  /** Only where something could be said of content caches. */
  readonly contentCaching?: ContentCaching;
  /** What moved in each bucket of time; null where nobody asked for it. */
  readonly series: Series | null;
  /** Why packets were not decoded to their ports, and what cannot be right in records (`RECORD_WEIRDS`): stable names with counts. */
  readonly weirds: Readonly<Record<string, number>>;
}
