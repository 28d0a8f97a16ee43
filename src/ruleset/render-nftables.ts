/** An allow-list as a file for `nft -f`: a table of its own for IPv4 and IPv6, which a second loading replaces. */

import type { AllowPlan, AllowRule, Direction } from "./allow-plan.ts";
import { rangeText } from "./merge-ranges.ts";
import { headLines, originLines, ruleComment } from "./plan-words.ts";

/** Where the rules hook: in what is forwarded (a router), or in what the host itself sends. */
export type FirewallHook = "forward" | "output";

/** Longest comment of a rule, in bytes (NFTNL_UDATA_COMMENT_MAXLEN of nftables). */
const COMMENT_LENGTH = 127;

/** The file. Rules that the list does not have, and those inbound, only where the plan has them. */
export function renderNftables(plan: AllowPlan, hook: FirewallHook): string {
  const hasInbound = plan.rules.some(({ direction }) => direction === "inbound");
  const lines = [
    "#!/usr/sbin/nft -f",
    ...headLines(plan).map(comment),
    "",
    "table inet appleflow",
    "delete table inet appleflow",
    "table inet appleflow {",
    ...(hasInbound ? [...inboundChain(plan, hook), ""] : []),
    "\tchain outbound {",
    `\t\ttype filter hook ${hook} priority filter; policy drop;`,
    ...(hook === "output" ? ['\t\toifname "lo" accept'] : []),
    ...replies(),
    ...(hasInbound && hook === "forward"
      ? [
          "",
          "\t\t# Put the outside interface here to let the inbound services in:",
          '\t\t# iifname "outside0" jump inbound',
        ]
      : []),
    "",
    "\t\t# What every network needs: take the # away where nothing else lets it through.",
    ...plan.base.map(
      ({ transport, first, last, purpose }) =>
        `\t\t# ${transport} dport ${rangeText({ first, last })} accept comment "${purpose}"`,
    ),
    '\t\t# meta l4proto ipv6-icmp accept comment "IPv6: neighbours, packet too big"',
    ...rulesOf(plan, "outbound"),
    "\t}",
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** On a host the chain of what comes in; on a router one that nothing jumps to until the user says where outside is. */
function inboundChain(plan: AllowPlan, hook: FirewallHook): string[] {
  const head =
    hook === "output"
      ? [
          "\t\ttype filter hook input priority filter; policy drop;",
          '\t\tiifname "lo" accept',
          ...replies(),
          '\t\t# meta l4proto ipv6-icmp accept comment "IPv6: neighbours, packet too big"',
        ]
      : ["\t\t# Services of a Mac. Nothing jumps here yet."];
  return ["\tchain inbound {", ...head, ...rulesOf(plan, "inbound"), "\t}"];
}

function replies(): string[] {
  return [
    "\t\t# Answers, and errors that belong to a connection.",
    "\t\tct state established,related accept",
  ];
}

function rulesOf(plan: AllowPlan, direction: Direction): string[] {
  return plan.rules
    .filter((rule) => rule.direction === direction)
    .flatMap((rule) => ["", ...originLines(rule).map((line) => `\t\t${comment(line)}`), ruleLine(rule)]);
}

function ruleLine(rule: AllowRule): string {
  return `\t\t${rule.transport} dport ${rangeText(rule)} accept comment "${ruleComment(rule, COMMENT_LENGTH)}"`;
}

function comment(line: string): string {
  return `# ${line}`;
}
