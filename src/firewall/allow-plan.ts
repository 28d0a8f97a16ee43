/** What a firewall has to let through: the shape that every format is written from, and the JSON of `appleflow rules`. */

import type { Direction } from "../knowledge/port-list/off-list-ports.ts";

/** Why ports are opened: a row of the list, or a need that the list does not have. */
export interface RuleOrigin {
  /** The cells of the row: "3478–3497/udp", "50003". */
  readonly row: string;
  /** The row's service or protocol name, "" where it has none. */
  readonly service: string;
  /** The products that it is opened for, with what the row adds to the name: "Software Update (OS X Lion or earlier)". */
  readonly products: readonly string[];
  /** Why a Mac listens here, or why the port is needed though it is not listed; "" for other rows. */
  readonly reason: string;
}

/** One range of ports that is let through. */
export interface AllowRule {
  readonly direction: Direction;
  readonly transport: "tcp" | "udp";
  /** From 1 to 65535, inclusive. */
  readonly first: number;
  readonly last: number;
  /** The name of the set of networks that it leads to; null or left out for anywhere. */
  readonly destination?: string | null;
  /** Whether Apple's list has all of it. Listed rules never open a port that no row of theirs has. */
  readonly isListed: boolean;
  /** In the order of their first ports. */
  readonly origins: readonly RuleOrigin[];
}

/** Networks that rules lead to. */
export interface DestinationSet {
  /** A word that every firewall takes for a name: "apple". */
  readonly name: string;
  /** Whose they are. */
  readonly purpose: string;
  /** None within another. */
  readonly networks: readonly DestinationNetwork[];
}

/** A prefix of addresses, and who says that it is Apple's. */
export interface DestinationNetwork {
  /** "17.0.0.0/8" */
  readonly prefix: string;
  readonly version: 4 | 6;
  /** What it is used for, or the products that it is documented for. */
  readonly use: string;
  /** Keys of `data/sources.tsv`. */
  readonly source: string;
  /** Of the newest source: YYYY[-MM[-DD]]. */
  readonly date: string;
}

/** What a network needs whatever runs on it; offered, never opened unasked. */
export interface BaseRule {
  /** Of IP; null for both. */
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

/** A plan for a firewall. `rules` are sorted: outbound before inbound, listed before others, TCP before UDP, by port. */
export interface AllowPlan {
  readonly schema: typeof PLAN_SCHEMA;
  /** In words: "FaceTime", "all products of the list". */
  readonly subject: string;
  readonly products: readonly string[];
  readonly rules: readonly AllowRule[];
  /** Those that rules name; empty or left out where they lead anywhere. */
  readonly destinations?: readonly DestinationSet[];
  readonly base: readonly BaseRule[];
  readonly leftOut: readonly LeftOut[];
}

/** Name and version of the JSON form. */
export const PLAN_SCHEMA = "appleflow/rules@1";
