/**
 * An allow-list as access lists of Cisco IOS. These keep no state, so that each list has a second one for the answers:
 * of TCP only segments of a connection that stands, of UDP whatever comes from the port.
 */

import type { AllowPlan, AllowRule, Direction } from "./allow-plan.ts";
import { headLines, originLines } from "./plan-words.ts";

/** Longest remark (IOS: 100 characters). */
const REMARK_LENGTH = 100;
const NAMES: Readonly<Record<Direction, string>> = { outbound: "APPLE-OUT", inbound: "APPLE-IN" };

/** The lists for IPv4 and IPv6. They are bound to no interface. */
export function renderCisco(plan: AllowPlan): string {
  const lines = headLines(plan).map((line) => `! ${line}`);
  for (const direction of ["outbound", "inbound"] as const) {
    const rules = plan.rules.filter((rule) => rule.direction === direction);
    if (direction === "inbound" && rules.length === 0) continue;
    for (const version of [4, 6] as const) {
      const name = `${NAMES[direction]}${version === 6 ? "-V6" : ""}`;
      const base = direction === "outbound" ? baseLines(plan, version) : [];
      lines.push("!", listHead(name, version), ...base, ...rules.flatMap(ruleLines));
      lines.push("!", listHead(`${name}-REPLIES`, version), ...rules.map(replyLine));
    }
  }
  lines.push("!");
  return `${lines.join("\n")}\n`;
}

// Each list ends in an unwritten deny; a written one would take the neighbours of IPv6 with it.
function listHead(name: string, version: 4 | 6): string {
  return version === 4 ? `ip access-list extended ${name}` : `ipv6 access-list ${name}`;
}

function baseLines({ base }: AllowPlan, ipVersion: 4 | 6): string[] {
  return [
    "! What every network needs: take the ! away where nothing else lets it through.",
    ...base
      .filter(({ version }) => version === null || version === ipVersion)
      .map(
        ({ transport, first, last, purpose }) =>
          `! permit ${transport} any any ${portText({ first, last })} (${purpose})`,
      ),
  ];
}

function ruleLines(rule: AllowRule): string[] {
  return [
    ...originLines(rule, REMARK_LENGTH).map((line) => ` remark ${line.trim().slice(0, REMARK_LENGTH)}`),
    ` permit ${rule.transport} any any ${portText(rule)}`,
  ];
}

function replyLine(rule: AllowRule): string {
  const established = rule.transport === "tcp" ? " established" : "";
  return ` permit ${rule.transport} any ${portText(rule)} any${established}`;
}

function portText({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? `eq ${first}` : `range ${first} ${last}`;
}
