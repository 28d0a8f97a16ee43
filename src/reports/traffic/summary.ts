/** The summary of captures as shown to users: these types are the JSON of schema `appleflow/summary@2`. */

import type { ClassReason, Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { ProductEnd, ProductKind, ProductRole } from "../../knowledge/port-list/product.ts";
import type { Protocol } from "../../net/application-protocols.ts";
import type { CaptureSummary, SummaryOptions } from "../capture-summary.ts";
import type { DeviceSummary, DevicesSummary, EndSummary, NetworkSummary } from "../devices/device-report.ts";
import type { GroupService } from "../group-id.ts";
import type { Series } from "../series/series-report.ts";

/** Name and version of the JSON form. */
export const SUMMARY_SCHEMA = "appleflow/summary@2";

/** An amount of traffic, in integers: bytes on the wire, including all frame headers. */
export interface Traffic {
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Packet classes: every record is counted in exactly one. */
export interface PacketClasses {
  readonly decoded: number;
  readonly fragments: number;
  readonly otherIp: number;
  readonly nonIp: number;
  readonly malformed: number;
  readonly snaplenCut: number;
  readonly unsupportedLinkType: number;
}

/** Bytes of flows with a server of this name. The name is hostile text: escape it in output. */
export interface NameTraffic {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Flows with the same attribution: same class, products, candidates, rows, service, reason, evidence and so on. Every decoded
 * byte is in exactly one group. Times are RFC 3339 in UTC.
 */
export interface GroupSummary extends Traffic {
  /** A hash of what the flows have in common: the same in every capture. */
  readonly id: string;
  readonly class: FlowClass;
  /** Products named by evidence: the flows belong to one of these. Empty unless the class is `identified`. */
  readonly products: readonly string[];
  /** Products that the port alone allows; empty unless the class is `listed` or `range`. */
  readonly candidates: readonly string[];
  /** The part of `products` that the list does not have on this port. */
  readonly offList: readonly string[];
  /** Products that the payload hints at. */
  readonly hints: readonly string[];
  /** For class `other`: what software of any vendor does on this port, or null. */
  readonly label: string | null;
  readonly reason: ClassReason | null;
  readonly evidence: Evidence | null;
  readonly service: GroupService;
  /** Numbers of the list's matching rows, 1 to 130; rows of `--ports` are numbered after these. */
  readonly rows: readonly number[];
  /** Protocol of the payload; null if not recognised. */
  readonly protocol: Protocol | null;
  /** Whether the payload has the protocol of genuine traffic according to the rows. */
  readonly protocolSeen: boolean;
  /** The capture's DNS answers have other addresses for the names that the flows claim. */
  readonly unverified: boolean;
  /** Apple apps that communicate with third-party servers. */
  readonly elsewhere: boolean;
  /** The names with most bytes, at most 20. */
  readonly names: readonly NameTraffic[];
  /** The service ports with most bytes, at most 20: "tcp/443". */
  readonly ports: readonly string[];
  readonly bytesFromOriginator: number;
  readonly bytesFromResponder: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Number of devices with such flows; null if devices are not distinguished. */
  readonly devices: number | null;
}

/** Traffic of a product or family, by how it is known. Rows overlap in `oneOf` and `possible`: do not add them up. */
export interface Claims {
  /** Evidence names only this. */
  readonly identified: Traffic;
  /** Evidence names this beside others. */
  readonly oneOf: Traffic;
  /** A port allows this, and nothing contradicts it. */
  readonly possible: Traffic;
  /** The part of `possible` for which a port allows nothing else. */
  readonly possibleOnly: Traffic;
}

/** The traffic of a product. Times are RFC 3339 in UTC. */
export interface ProductSummary extends Claims {
  readonly product: string;
  readonly kind: ProductKind;
  readonly role: ProductRole;
  readonly family: string;
  /** When it was introduced, as exactly as is known ("2011-10-12", "2003"), or null. */
  readonly begun: string | null;
  /** When it ended, and whether its servers were shut down or copies only withdrawn; or null. */
  readonly ended: Pick<ProductEnd, "date" | "how"> | null;
  /** Bytes of `identified` and `oneOf` by deciding evidence. */
  readonly byEvidence: Readonly<Partial<Record<Evidence, number>>>;
  /** The part of these bytes on ports for which the list does not have the product. */
  readonly offListBytes: number;
  /** The server names with most of these bytes, at most 20. */
  readonly names: readonly NameTraffic[];
  /** The service ports with most bytes in all four amounts, at most 20: "tcp/443". */
  readonly ports: readonly string[];
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/** The traffic of a family; `identified`: all products that evidence names belong to it. */
export interface FamilySummary extends Claims {
  readonly family: string;
}

/** How much of the capture is Apple traffic. null means unknown. */
export interface AppleSummary {
  /** Class `identified`. */
  readonly identified: Traffic & {
    /** Bytes for which evidence names exactly one product. */
    readonly exact: number;
    /** Bytes of flows whose server name the capture's DNS contradicts. */
    readonly unverified: number;
    /** Bytes of Apple apps that communicate with third-party servers. */
    readonly appsElsewhere: number;
  };
  /** Class `apple`. */
  readonly unknownProduct: Traffic;
  /** `listed` and `range` with an Apple candidate that is not withdrawn. */
  readonly couldBe: Traffic & {
    /** Bytes of known Apple devices, and of devices of unknown vendor; null if devices are not distinguished. */
    readonly appleDevice: number | null;
    readonly unknownDevice: number | null;
    /** Bytes whose payload has the protocol of the row's genuine traffic. */
    readonly protocolSeen: number;
  };
  /** `listed` and `range` with withdrawn Apple candidates only. */
  readonly withdrawn: Traffic;
}

/** The traffic of a service port. */
export interface PortSummary extends Traffic {
  readonly transport: "tcp" | "udp";
  /** null for flows whose serving side is unknown. */
  readonly port: number | null;
  /** Whether a row of the list covers the port. */
  readonly listed: boolean;
  readonly service: string | null;
  /** Classes of its flows, by bytes, largest first. */
  readonly classes: readonly FlowClass[];
}

/** Traffic with one server, attributed in one way. */
export interface ServerSummary extends Traffic {
  /** Address of the server; null for flows whose serving side is unknown, and for servers beyond the limit. */
  readonly server: string | null;
  readonly class: FlowClass;
  /** Name that the server announces on the local network (DHCP, mDNS), or null. Hostile text. */
  readonly device: string | null;
  /** Names by which clients requested it, by bytes, at most 20. Hostile text. */
  readonly names: readonly NameTraffic[];
}

/** What a content cache in the local network could have served, and what such caches did serve. */
export interface ContentCaching {
  /**
   * Traffic that servers other than caches sent in flows identified as products of which at least one is such that caches keep its
   * downloads. An upper bound: not all of it can be cached.
   */
  readonly couldBe: Traffic;
  /** Traffic that the observed caches sent. */
  readonly fromCaches: Traffic;
  /** By bytes, largest first, then address and port; at most 20. */
  readonly caches: readonly ContentCache[];
}

/** Traffic that one content cache of the local network sent. */
export interface ContentCache extends Traffic {
  readonly address: string;
  readonly port: number;
}

/** Traffic of one device: the address at the opposite end from the service. */
export interface HostSummary extends Traffic {
  readonly address: string;
  /** Name that the device announces (DHCP, mDNS), or null. Hostile text. */
  readonly name: string | null;
  /** The same traffic by domain, by bytes. */
  readonly domains: readonly DomainTraffic[];
}

/** Traffic with the hosts of one registrable domain, by the names in the capture. Hostile text. */
export interface DomainTraffic extends Traffic {
  /** null for traffic without a name, or without a unique one. */
  readonly domain: string | null;
}

/** The program that made a summary. */
export interface SummaryProgram {
  readonly version: string;
  /** Date of the newest source of its data about Apple products. */
  readonly dataDate: string;
}

/**
 * The totals of a capture. The six classes, the groups and the ports each contain every decoded packet and byte once;
 * together with what was not decoded they make up the capture.
 */
export interface Summary {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly program: SummaryProgram;
  readonly options: SummaryOptions;
  /** Whether names and addresses are pseudonyms. */
  readonly anonymised: boolean;
  /** Whether every source was read to its end. */
  readonly complete: boolean;
  readonly capture: CaptureSummary;
  readonly packets: PacketClasses;
  /** The bytes of the same records. */
  readonly bytes: PacketClasses;
  readonly flows: {
    readonly total: number;
    readonly tcp: number;
    readonly udp: number;
    /** Flows ended early because the limit of live flows was reached; their packets and bytes are in all totals. */
    readonly evicted: number;
  };
  /** Evidence beyond the limits: flows may have fewer names than the capture shows. */
  readonly evidenceDropped: {
    /** Handshakes that were dropped before they were complete. */
    readonly handshakes: number;
    /** DNS answers, announced services, names of devices. */
    readonly names: number;
  };
  readonly classes: Readonly<Record<FlowClass, Traffic>>;
  readonly apple: AppleSummary;
  /** By bytes, largest first, then id. */
  readonly groups: readonly GroupSummary[];
  /** By named bytes, then possible bytes, then name. */
  readonly products: readonly ProductSummary[];
  /** In the same order. */
  readonly families: readonly FamilySummary[];
  /** By bytes, largest first, then id; empty without evidence. */
  readonly devices: readonly DeviceSummary[];
  /**
   * Ends beyond the local network, and multicast and broadcast addresses, that devices communicated with; null without
   * evidence.
   */
  readonly outside: EndSummary | null;
  /** Traffic of devices by network; only if networks were requested. */
  readonly networks?: readonly NetworkSummary[];
  /** By bytes, largest first, then address and class; only if servers were requested. Each decoded byte is in one of them. */
  readonly servers?: readonly ServerSummary[];
  /** Devices beyond the limit; null: none. */
  readonly otherDevices: DevicesSummary["otherDevices"];
  /** By bytes, largest first, then transport and number. */
  readonly ports: readonly PortSummary[];
  /** Traffic of flows not selected by `device` or `products`, in no class; present only with these options. */
  readonly otherFlows?: Traffic;
  /** Only if hosts were requested. */
  readonly hosts?: readonly HostSummary[];
  /** Only if there is something to report about content caches. */
  readonly contentCaching?: ContentCaching;
  /** Traffic in each bucket of time; null if not requested. */
  readonly series: Series | null;
  /** Why packets were not decoded to their ports, and errors in records (`RECORD_WEIRDS`): stable names with counts. */
  readonly weirds: Readonly<Record<string, number>>;
}
