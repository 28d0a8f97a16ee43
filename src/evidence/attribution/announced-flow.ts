/** Flows whose port another flow announced: they are that session's (docs/contract.md, "Announced flows"). Pure. */
import type { PortMatch } from "../../knowledge/port-list/service-table.ts";
import type { Attribution, Finding } from "./evidence.ts";
import type { WeighedEvidence } from "./weigh-evidence.ts";

/** The session that announced a flow's port. */
export interface Announcer {
  /** As it is known now. */
  readonly attribution: Attribution;
  readonly communityId: string;
  /** It told where a service is, as a port mapper does, and is no part of what goes on there. */
  readonly isDirectory: boolean;
}

/** What it says of a flow that another one announced its port. */
export function findAnnouncer({ attribution, communityId }: Announcer): Finding {
  const { protocol } = attribution;
  const what = `port announced by the flow ${communityId}${protocol === null ? "" : ` (${protocol})`}`;
  return { grade: "announced", what, rule: null, ...judge(attribution) };
}

function judge({
  class: flowClass,
  reason,
  products,
  isElsewhere,
}: Attribution): Pick<Finding, "verdict" | "end"> {
  if (flowClass === "identified") {
    return { verdict: { says: "products", products }, end: isElsewhere ? "other" : null };
  }
  if (flowClass === "apple") return { verdict: { says: "apple" }, end: "apple" };
  if (reason === "not-apple") return { verdict: { says: "not-apple" }, end: "other" };
  return { verdict: { says: "nothing" }, end: null };
}

/**
 * What an announced flow has of its session beside that finding: where nothing else is evidence, its class and candidates in place of
 * what the port says; the protocol, unless its own was recognised.
 */
export function inherit(
  { attribution, findings }: WeighedEvidence,
  announcer: Announcer,
  match: PortMatch,
): WeighedEvidence {
  const session = announcer.attribution;
  const spoken = { protocol: attribution.protocol ?? session.protocol };
  if (attribution.evidence === "announced") {
    const { isUnverified, label } = session;
    return { attribution: { ...attribution, ...spoken, isUnverified, label }, findings };
  }
  if (
    attribution.evidence !== null ||
    session.evidence !== null ||
    keepsItsRow(attribution, announcer, match)
  ) {
    return { attribution: { ...attribution, ...spoken }, findings };
  }
  return {
    attribution: { ...session, ...spoken, hints: attribution.hints },
    findings: findings.map((finding) =>
      finding.grade === "announced" ? { ...finding, effect: "decided" } : finding,
    ),
  };
}

/** A port that the list has a row for says more than a directory, or a session of which nothing is known. */
function keepsItsRow(
  own: Attribution,
  { attribution, isDirectory }: Announcer,
  { match }: PortMatch,
): boolean {
  const isUnknown = attribution.class === "unlisted" && attribution.reason !== "no-product-listed";
  return match === "specific" && own.class !== "other" && (isDirectory || isUnknown);
}
