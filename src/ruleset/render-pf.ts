/** An allow-list for pf of macOS and the BSDs, in the syntax that all of them read (pf.conf(5)). */

import type { AllowPlan, AllowRule } from "./allow-plan.ts";
import { rangeText } from "./merge-ranges.ts";
import { headLines, originLines } from "./plan-words.ts";

/**
 * The file. Without an interface, so that it holds on all but the loopback; a `pass` keeps state, and so lets the answers
 * through.
 */
export function renderPf(plan: AllowPlan): string {
  const hasInbound = plan.rules.some(({ direction }) => direction === "inbound");
  const lines = [
    ...headLines(plan).map(comment),
    "",
    "set skip on lo0",
    "block drop out all",
    ...(hasInbound ? ["block drop in all"] : []),
    "",
    "# What every network needs: take the # away where nothing else lets it through.",
    ...plan.base.map(({ transport, first, last, purpose }) =>
      comment(`${passLine("out", transport, { first, last })} # ${purpose}`),
    ),
    "# pass out inet6 proto icmp6 all keep state # IPv6: neighbours, packet too big",
    ...plan.rules.flatMap((rule) => ["", ...originLines(rule).map(comment), ruleLine(rule)]),
  ];
  return `${lines.join("\n")}\n`;
}

function ruleLine(rule: AllowRule): string {
  return passLine(rule.direction === "outbound" ? "out" : "in", rule.transport, rule);
}

function passLine(
  direction: "in" | "out",
  transport: "tcp" | "udp",
  range: { readonly first: number; readonly last: number },
): string {
  return `pass ${direction} proto ${transport} from any to any port ${rangeText(range, ":")} keep state`;
}

function comment(line: string): string {
  return `# ${line}`;
}
