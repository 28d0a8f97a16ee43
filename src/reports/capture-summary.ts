/** What was read, as every report tells it: the captures together, each source, each interface. Part of the JSON. */
import type { InputErrorCode } from "../errors.ts";

/** One interface of a source. */
export interface InterfaceSummary {
  /** As the capture names it (hostile text: escape where it is shown), or null. */
  readonly name: string | null;
  readonly linkType: string;
  readonly packets: number;
  /** Those whose link type cannot be decoded. */
  readonly unsupported: number;
  /** Packets the capturing system dropped, as it says; null where it does not say. */
  readonly dropped: number | null;
}

/** One file, pipe or live interface. Times are RFC 3339 in UTC, null where no packet has one. */
export interface SourceSummary {
  readonly name: string;
  /** null for a source that could not be opened as a capture. */
  readonly format: "pcap" | "pcapng" | null;
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
  readonly interfaces: readonly InterfaceSummary[];
}

/** Packets of one kind of tunnel. A packet with tunnels in tunnels counts for each of them. */
export interface TunnelSummary {
  /** Those whose ports are inside of it. */
  readonly inside: number;
  /** Those with nothing inside that has ports, or where the outermost headers were asked for: the outer packet counts. */
  readonly outside: number;
}

/** All sources of a report together. */
export interface CaptureSummary {
  readonly sources: readonly SourceSummary[];
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly durationSeconds: number;
  /** By kind: "vxlan", "gtp-u". Only those that were met. */
  readonly tunnels: Readonly<Record<string, TunnelSummary>>;
}
