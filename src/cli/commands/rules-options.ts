/** Options of `rules`. */
import type { FirewallHook } from "../../firewall/firewall-place.ts";

/** Destinations of rules: anywhere, Apple's networks, names. The first is the default. */
export const RULE_TARGETS = ["any", "apple", "names"] as const;
/** One of `RULE_TARGETS`. */
export type RuleTarget = (typeof RULE_TARGETS)[number];

/** As commander passes them. */
export interface RulesCommandOptions {
  readonly format?: string;
  readonly family?: readonly string[];
  /** A capture whose flows show what is needed. */
  readonly from?: string;
  readonly hook: FirewallHook;
  /** Destinations of the rules. */
  readonly to?: RuleTarget;
  /** Files of a ruleset to audit. */
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
