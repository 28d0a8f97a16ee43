/** What was read, as in every report: the totals of all captures, then each source and interface. Part of the JSON. */
import type { InputErrorCode } from "../errors.ts";
import type { FlowRecordSummary } from "./record-summary.ts";
import type { RecordWeirds } from "./record-weirds.ts";

/** One interface of a source. */
export interface InterfaceSummary {
  /** Name in the capture (hostile text: escape it in output), or null. */
  readonly name: string | null;
  readonly linkType: string;
  readonly packets: number;
  /** Packets whose link type cannot be decoded. */
  readonly unsupported: number;
  /** Packets that are bare IP, without the Ethernet header that the capture declares. Absent if there are none. */
  readonly ipAlone?: number;
  /** Packets that the capturing system reports as dropped; null if it reports nothing. */
  readonly dropped: number | null;
}

/** Interfaces of a source beyond the listed ones. */
export interface MoreInterfaces {
  readonly interfaces: number;
  readonly linkTypes: readonly string[];
  readonly packets: number;
  /** Packets whose link type cannot be decoded. */
  readonly unsupported: number;
  /** Packets that are bare IP, without the Ethernet header that the capture declares. Absent if there are none. */
  readonly ipAlone?: number;
  /** Sum of the reported drops; null if no interface reports any number. */
  readonly dropped: number | null;
}

/** Kind of a source: a capture, or a flow log of Zeek, Suricata or nfdump. */
export type SourceFormat = "pcap" | "pcapng" | "zeek" | "suricata" | "nfdump";

/** One file, pipe or live interface. Times are RFC 3339 in UTC, null if no packet has one. */
export interface SourceSummary {
  readonly name: string;
  /** null if the source could not be opened as a capture or a log. */
  readonly format: SourceFormat | null;
  readonly linkTypes: readonly string[];
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
  /** Whether the source was read to a clean end. */
  readonly complete: boolean;
  readonly error: {
    readonly code: InputErrorCode;
    readonly message: string;
    readonly offset: number | null;
  } | null;
  /** The first hundred; for sources after the first hundred, the first ten. */
  readonly interfaces: readonly InterfaceSummary[];
  /** Absent if all are listed. */
  readonly moreInterfaces?: MoreInterfaces;
  /**
   * Number of records by what is wrong in their headers or their order, counting all records read. Absent if there are none.
   */
  readonly weirds?: RecordWeirds;
}

/** Sources beyond the first 10,000, added up. */
export interface MoreSources {
  readonly sources: number;
  readonly packets: number;
  readonly bytes: number;
  /** Sources that were not read to a clean end. */
  readonly incomplete: number;
  /** Packets whose link type cannot be decoded. */
  readonly unsupported: number;
  /** Packets that are bare IP, without the Ethernet header that the capture declares. Absent if there are none. */
  readonly ipAlone?: number;
  /** Sum of the drops that the capturing systems report; null if none reports any number. */
  readonly dropped: number | null;
  /** As in {@link SourceSummary}. */
  readonly weirds?: RecordWeirds;
}

/** Packets of one kind of tunnel. A packet with nested tunnels counts for each of them. */
export interface TunnelSummary {
  /** Packets decoded to the ports inside the tunnel. */
  readonly inside: number;
  /** Packets counted by their outer headers: nothing inside has ports, or the outermost headers were requested. */
  readonly outside: number;
}

/** Packets that were captured more than once, as on a bridge and its members, without the first copy of each. */
export interface DuplicateSummary {
  readonly packets: number;
  readonly bytes: number;
  /** The part of `packets` that was repeated with other addresses, on the other side of a NAT. */
  readonly acrossNat: number;
  /** Whether they are left out (`--deduplicate`); otherwise they count in all totals. */
  readonly leftOut: boolean;
}

/** All sources of a report together. */
export interface CaptureSummary {
  /** The first 10,000. */
  readonly sources: readonly SourceSummary[];
  /** Absent if all are listed. */
  readonly moreSources?: MoreSources;
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly durationSeconds: number;
  /** Records that `--filter` left out. In no total, like `outsideTime`. */
  readonly filtered: number;
  /** Records that `--from` and `--to` left out. */
  readonly outsideTime: number;
  /** null if none were searched for: without `--deduplicate`, on a single interface that is not a mirror port. */
  readonly duplicates: DuplicateSummary | null;
  /** By kind: "vxlan", "gtp-u". Only kinds that occurred. */
  readonly tunnels: Readonly<Record<string, TunnelSummary>>;
  /** Only if flow logs were read. */
  readonly flowRecords?: FlowRecordSummary;
  /** What was read before `--filter`, `--from` and `--to` left packets out; absent without these options. */
  readonly beforeChoice?: ReadRecords;
}

/** All records that were read, selected or not. */
export interface ReadRecords {
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
}

/** Options of a run. null means unknown or not requested. */
export interface SummaryOptions {
  /** false: only the port list was applied (`--no-evidence`). */
  readonly evidence: boolean;
  /** Times in RFC 3339, UTC. */
  readonly from: string | null;
  readonly to: string | null;
  readonly filter: string | null;
  readonly idleTimeoutSeconds: number;
  readonly maxFlows: number;
  /** true: tunnels were not decoded. */
  readonly outer: boolean;
  /** true: packets that had already been captured were left out. */
  readonly deduplicate: boolean;
  /** Only flows of this device; absent if all flows count. */
  readonly device?: string;
  /** Only flows for which evidence names one of these products; left out where all count. */
  readonly products?: readonly string[];
}
