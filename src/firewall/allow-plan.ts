/** The allow-list that a firewall needs: the common input of every format, and the JSON of `appleflow rules`. */

import type { Direction } from "../knowledge/port-list/off-list-ports.ts";

/** Why ports are opened: a row of the list, or a need that is not on the list. */
export interface RuleOrigin {
  /** Port cells of the row: "3478–3497/udp", "50003". */
  readonly row: string;
  /** Service or protocol name of the row, "" if it has none. */
  readonly service: string;
  /** Products that it is opened for, with the row's remark on the name: "Software Update (OS X Lion or earlier)". */
  readonly products: readonly string[];
  /** Why a Mac listens here, or why the unlisted port is needed; "" for other rows. */
  readonly reason: string;
}

/** One range of ports to allow. */
export interface AllowRule {
  readonly direction: Direction;
  readonly transport: "tcp" | "udp";
  /** From 1 to 65535, inclusive. */
  readonly first: number;
  readonly last: number;
  /** Name of the set of destination networks; null or omitted for any destination. */
  readonly destination?: string | null;
  /** Whether all of the range is on Apple's list. Listed rules never open a port outside their rows. */
  readonly isListed: boolean;
  /** In order of first port. */
  readonly origins: readonly RuleOrigin[];
}

/** Networks that rules allow as destinations. */
export interface DestinationSet {
  /** A word that is a valid name in every firewall: "apple". */
  readonly name: string;
  /** Owner or purpose of the networks. */
  readonly purpose: string;
  /** No network contains another. */
  readonly networks: readonly DestinationNetwork[];
}

/** A prefix of addresses, and the source that attributes it to Apple. */
export interface DestinationNetwork {
  /** "17.0.0.0/8" */
  readonly prefix: string;
  readonly version: 4 | 6;
  /** Its use, or the products that it is documented for. */
  readonly use: string;
  /** Keys of `data/sources.tsv`. */
  readonly source: string;
  /** Date of the newest source: YYYY[-MM[-DD]]. */
  readonly date: string;
}

/** A rule for what every network needs; offered, never opened unasked. */
export interface BaseRule {
  /** IP version; null for both. */
  readonly version: 4 | 6 | null;
  readonly transport: "tcp" | "udp";
  readonly first: number;
  readonly last: number;
  readonly purpose: string;
}

/** Something that was not opened, and why. */
export interface LeftOut {
  readonly what: string;
  readonly why: "wide" | "retired" | "off-list" | "inbound" | "local";
  readonly products: readonly string[];
}

/**
 * An allow-list for a firewall. `rules` are sorted: outbound before inbound, listed before others, TCP before UDP, by
 * port.
 */
export interface AllowPlan {
  readonly schema: typeof PLAN_SCHEMA;
  /** In words: "FaceTime", "all products of the list". */
  readonly subject: string;
  readonly products: readonly string[];
  readonly rules: readonly AllowRule[];
  /** Sets that rules name; empty or omitted if rules allow any destination. */
  readonly destinations?: readonly DestinationSet[];
  readonly base: readonly BaseRule[];
  readonly leftOut: readonly LeftOut[];
}

/** Name and version of the JSON form. */
export const PLAN_SCHEMA = "appleflow/rules@1";
