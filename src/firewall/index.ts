/**
 * `appleflow/firewall`: allow-lists for products in the languages of firewalls, and audits of nftables and iptables
 * rulesets. Both need the port list, loaded by `loadPortList` of `appleflow`.
 */
export type { DataFileOptions, Direction, OffListNeed } from "../knowledge/port-list/off-list-ports.ts";
export type { TableStyle } from "../render/render-columns.ts";
export type { Destination } from "./address-classes.ts";
export type {
  AllowPlan,
  AllowRule,
  BaseRule,
  DestinationNetwork,
  DestinationSet,
  LeftOut,
  RuleOrigin,
} from "./allow-plan.ts";
export type { AuditPath } from "./audit-path.ts";
export type { AuditPart, AuditReport, AuditRow, AuditVerdict, DecidingRule } from "./audit-report.ts";
export { type AuditOptions, auditRows } from "./audit-rows.ts";
export { CaptureNeeds, type SeenFlow } from "./capture-needs.ts";
export { describeInside, type FirewallHook, type FirewallPlace, type Inside } from "./firewall-place.ts";
export { type Destinations, loadDestinations, type Origin } from "./load-destinations.ts";
export { loadPortNeeds } from "./load-port-needs.ts";
export { loadRuleset, parseRuleset } from "./load-ruleset.ts";
export { type NameEntry, type NamePlan, planNames } from "./name-plan.ts";
export type { JsonObject, NftChain, NftRule, NftRuleset, NftSet } from "./nft-ruleset.ts";
export { type PlanOptions, planRules } from "./plan-rules.ts";
export type { PortNeeds } from "./port-needs.ts";
export { AUDIT_FORMATS, type AuditFormat, renderAudit } from "./render-audit.ts";
export { NAME_FORMATS, type NameFormat, renderNames } from "./render-names.ts";
export { FIREWALL_FORMATS, PLAN_FORMATS, type PlanFormat, renderPlan } from "./render-plan.ts";
