/** What was read, as every report tells it: the captures together, each source, each interface. Part of the JSON. */
import type { InputErrorCode } from "../errors.ts";
import type { FlowRecordSummary } from "./record-summary.ts";
import type { RecordWeirds } from "./record-weirds.ts";

/** One interface of a source. */
export interface InterfaceSummary {
  /** As the capture names it (hostile text: escape where it is shown), or null. */
  readonly name: string | null;
  readonly linkType: string;
  readonly packets: number;
  /** Those whose link type cannot be decoded. */
  readonly unsupported: number;
  /** Those that hold IP without the Ethernet that the capture claims. Only where there are any. */
  readonly ipAlone?: number;
  /** Packets the capturing system dropped, as it says; null where it does not say. */
  readonly dropped: number | null;
}

/** Interfaces of a source beyond those that are listed. */
export interface MoreInterfaces {
  readonly interfaces: number;
  readonly linkTypes: readonly string[];
  readonly packets: number;
  /** Those whose link type cannot be decoded. */
  readonly unsupported: number;
  /** Those that hold IP without the Ethernet that the capture claims. Only where there are any. */
  readonly ipAlone?: number;
  /** As far as it is told; null where it is told of none. */
  readonly dropped: number | null;
}

/** What a source is: a capture, or a log of flows of Zeek, Suricata or nfdump. */
export type SourceFormat = "pcap" | "pcapng" | "zeek" | "suricata" | "nfdump";

/** One file, pipe or live interface. Times are RFC 3339 in UTC, null where no packet has one. */
export interface SourceSummary {
  readonly name: string;
  /** null for a source that could not be opened as a capture or a log. */
  readonly format: SourceFormat | null;
  readonly linkTypes: readonly string[];
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
  /** Whether it was read to a clean end. */
  readonly complete: boolean;
  readonly error: {
    readonly code: InputErrorCode;
    readonly message: string;
    readonly offset: number | null;
  } | null;
  /** The first hundred; of a source after the first hundred sources, the first ten. */
  readonly interfaces: readonly InterfaceSummary[];
  /** Only where there are more. */
  readonly moreInterfaces?: MoreInterfaces;
  /** Records by what cannot be right in their headers or their order; of all that were read. Only where there are any. */
  readonly weirds?: RecordWeirds;
}

/** Sources beyond the first 10,000, added up. */
export interface MoreSources {
  readonly sources: number;
  readonly packets: number;
  readonly bytes: number;
  /** Those that were not read to a clean end. */
  readonly incomplete: number;
  /** Packets whose link type cannot be decoded. */
  readonly unsupported: number;
  /** Packets that hold IP without the Ethernet that the capture claims. Only where there are any. */
  readonly ipAlone?: number;
  /** Packets the capturing systems dropped, as far as they say; null where none says. */
  readonly dropped: number | null;
  /** As of a source. */
  readonly weirds?: RecordWeirds;
}

/** Packets of one kind of tunnel. A packet with tunnels in tunnels counts for each of them. */
export interface TunnelSummary {
  /** Those whose ports are inside of it. */
  readonly inside: number;
  /** Those with nothing inside that has ports, or where the outermost headers were asked for: the outer packet counts. */
  readonly outside: number;
}

/** Packets that were captured more than once, as on a bridge and its members: each but the first time. */
export interface DuplicateSummary {
  readonly packets: number;
  readonly bytes: number;
  /** Those of `packets` that came again with other addresses, from the other side of a NAT. */
  readonly acrossNat: number;
  /** Whether they are left out (`--deduplicate`), or in all totals. */
  readonly leftOut: boolean;
}

/** All sources of a report together. */
export interface CaptureSummary {
  /** The first 10,000. */
  readonly sources: readonly SourceSummary[];
  /** Only where there are more. */
  readonly moreSources?: MoreSources;
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly durationSeconds: number;
  /** Records that `--filter` left out. In no total, as `outsideTime`. */
  readonly filtered: number;
  /** Records that `--from` and `--to` left out. */
  readonly outsideTime: number;
  /** null where none were looked for: without `--deduplicate`, on one interface that is no mirror. */
  readonly duplicates: DuplicateSummary | null;
  /** By kind: "vxlan", "gtp-u". Only those that were met. */
  readonly tunnels: Readonly<Record<string, TunnelSummary>>;
  /** Only where logs of flows were read. */
  readonly flowRecords?: FlowRecordSummary;
  /** What was read before `--filter`, `--from` and `--to` left packets out; only where they were given. */
  readonly beforeChoice?: ReadRecords;
}

/** Records that were read, chosen or not. */
export interface ReadRecords {
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
}

/** What a reading was told to do. What is not known or was not asked for is null. */
export interface SummaryOptions {
  /** false: nothing but the list was applied (`--no-evidence`). */
  readonly evidence: boolean;
  /** Times in RFC 3339, UTC. */
  readonly from: string | null;
  readonly to: string | null;
  readonly filter: string | null;
  readonly idleTimeoutSeconds: number;
  readonly maxFlows: number;
  /** true: no tunnel was looked into. */
  readonly outer: boolean;
  /** true: packets that had been captured already were left out. */
  readonly deduplicate: boolean;
  /** Only flows of this device; left out where all count. */
  readonly device?: string;
  /** Only flows for which evidence names one of these products; left out where all count. */
  readonly products?: readonly string[];
}
