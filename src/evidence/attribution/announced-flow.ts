/** Flows whose port another flow announced belong to that flow's session (docs/contract.md, "Announced flows"). Pure. */
import type { PortMatch } from "../../knowledge/port-list/service-table.ts";
import type { Attribution, Finding } from "./evidence.ts";
import type { WeighedEvidence } from "./weigh-evidence.ts";

/** The session that announced a port of a flow. */
export interface Announcer {
  /** Current attribution of the session. */
  readonly attribution: Attribution;
  readonly communityId: string;
  /** The session only told the location of a service, like a port mapper, and is not part of what happens there. */
  readonly isDirectory: boolean;
}

/** The finding for a flow whose port was announced. */
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
 * What an announced flow inherits from its session besides that finding: the session's class and candidates in place of the
 * port's if there is no other evidence, and its protocol unless one was recognised in the flow.
 */
export function inherit(
  { attribution, findings }: WeighedEvidence,
  announcer: Announcer,
  match: PortMatch,
): WeighedEvidence {
  const session = announcer.attribution;
  const inherited = { protocol: attribution.protocol ?? session.protocol };
  if (attribution.evidence === "announced") {
    const { isUnverified, label } = session;
    return { attribution: { ...attribution, ...inherited, isUnverified, label }, findings };
  }
  if (
    attribution.evidence !== null ||
    session.evidence !== null ||
    keepsOwnRow(attribution, announcer, match)
  ) {
    return { attribution: { ...attribution, ...inherited }, findings };
  }
  return {
    attribution: { ...session, ...inherited, hints: attribution.hints },
    findings: findings.map((finding) =>
      finding.grade === "announced" ? { ...finding, effect: "decided" } : finding,
    ),
  };
}

/** A specific row of the port is stronger than a directory, or a session of which nothing is known. */
function keepsOwnRow(
  own: Attribution,
  { attribution, isDirectory }: Announcer,
  { match }: PortMatch,
): boolean {
  const isUnknown = attribution.class === "unlisted" && attribution.reason !== "no-product-listed";
  return match === "specific" && own.class !== "other" && (isDirectory || isUnknown);
}
