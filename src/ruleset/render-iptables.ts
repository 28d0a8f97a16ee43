/** An allow-list as a file for `iptables-restore`, and, being without addresses, for `ip6tables-restore` as well. */

import type { AllowPlan, AllowRule, Direction } from "./allow-plan.ts";
import { rangeText } from "./merge-ranges.ts";
import { headLines, originLines, ruleComment } from "./plan-words.ts";
import type { FirewallHook } from "./render-nftables.ts";

/** Longest text of the comment match (XT_MAX_COMMENT_LEN of Linux, with its final NUL). */
const COMMENT_LENGTH = 255;
const CHAINS: Readonly<Record<Direction, string>> = { outbound: "APPLE-OUT", inbound: "APPLE-IN" };

/** The file: the built-in chain drops what the chains of its own do not accept. */
export function renderIptables(plan: AllowPlan, hook: FirewallHook): string {
  const hasInbound = plan.rules.some(({ direction }) => direction === "inbound");
  const isHost = hook === "output";
  const builtIn = isHost ? "OUTPUT" : "FORWARD";
  const lines = [
    ...headLines(plan).map(comment),
    "# For iptables-restore and ip6tables-restore. Both replace the filter table; --noflush leaves other chains.",
    "*filter",
    `:${builtIn} DROP [0:0]`,
    ...(isHost && hasInbound ? [":INPUT DROP [0:0]"] : []),
    `:${CHAINS.outbound} - [0:0]`,
    ...(hasInbound ? [`:${CHAINS.inbound} - [0:0]`] : []),
    ...(isHost ? ["-A OUTPUT -o lo -j ACCEPT"] : []),
    `-A ${builtIn} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`,
    `-A ${builtIn} -j ${CHAINS.outbound}`,
    ...(hasInbound ? inboundEntry(isHost) : []),
    "# What every network needs: take the # away where nothing else lets it through.",
    ...plan.base.map(
      ({ transport, first, last }) =>
        `# -A ${CHAINS.outbound} -p ${transport} --dport ${rangeText({ first, last }, ":")} -j ACCEPT`,
    ),
    `# ip6tables only: -A ${CHAINS.outbound} -p ipv6-icmp -j ACCEPT`,
    ...plan.rules.flatMap((rule) => [...originLines(rule).map(comment), ruleLine(rule)]),
    "COMMIT",
  ];
  return `${lines.join("\n")}\n`;
}

function inboundEntry(isHost: boolean): string[] {
  if (!isHost) return [`# Put the outside interface here: -A FORWARD -i outside0 -j ${CHAINS.inbound}`];
  return [
    "-A INPUT -i lo -j ACCEPT",
    "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
    `-A INPUT -j ${CHAINS.inbound}`,
    "# ip6tables only: -A INPUT -p ipv6-icmp -j ACCEPT",
  ];
}

function ruleLine(rule: AllowRule): string {
  const match = `-p ${rule.transport} --dport ${rangeText(rule, ":")}`;
  return `-A ${CHAINS[rule.direction]} ${match} -m comment --comment "${ruleComment(rule, COMMENT_LENGTH)}" -j ACCEPT`;
}

function comment(line: string): string {
  return `# ${line}`;
}
