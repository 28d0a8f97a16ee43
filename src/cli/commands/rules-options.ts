/** Options of `rules`. */
import type { FirewallHook } from "../../firewall/firewall-place.ts";

/** Where rules lead: anywhere, to Apple's networks, to names. The first is the default. */
export const RULE_TARGETS = ["any", "apple", "names"] as const;
/** One of `RULE_TARGETS`. */
export type RuleTarget = (typeof RULE_TARGETS)[number];

/** As commander hands them over. */
export interface RulesCommandOptions {
  readonly format?: string;
  readonly family?: readonly string[];
  /** A capture whose flows say what is needed. */
  readonly from?: string;
  readonly hook: FirewallHook;
  /** Where rules lead. */
  readonly to?: RuleTarget;
  /** Files of a ruleset that is held to the list. */
  readonly audit?: readonly string[];
  readonly inside?: string;
  /** Networks of the devices. */
  readonly source?: readonly string[];
  readonly outside?: string;
  readonly ip?: "4" | "6";
  readonly withWide?: boolean;
  readonly withOffList?: boolean;
  readonly withInbound?: boolean;
  readonly withRetired?: boolean;
  readonly ports?: string;
  readonly output?: string;
}
