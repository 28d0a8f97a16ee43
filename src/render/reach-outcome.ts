/** The outcome of a reach report before it is drawn: what fails, what works, what is unclear, and for which clients. */
import { type ReachEntry, type ReachGroup, reachEntries } from "../reports/reach/reach-entries.ts";
import type { ReachReport, ReachVerdict } from "../reports/reach/reach-report.ts";
import { formatCount } from "./render-units.ts";

/** Shown if the capture cannot show missing answers. */
export const ONE_DIRECTION =
  "This capture has packets of one direction only (an asymmetric route, or half a tap): attempts without an answer here may have been answered.";
/** Shown if there were no attempts. */
export const NOTHING_TRIED = "No Apple service was tried in this capture, which proves nothing.";
/** Shown if no attempt failed. */
export const NOTHING_FAILED = "Nothing that was tried failed.";

/** Answered, possibly by a fallback. */
const IS_REACHED: ReadonlySet<ReachVerdict> = new Set(["works", "answered", "fell-back"]);

/** The entries of a report, in total and by outcome. */
export interface ReachOutcome {
  readonly entries: readonly ReachEntry[];
  readonly failing: readonly ReachEntry[];
  /** What works, possibly for clients other than those for whom it fails. */
  readonly works: readonly ReachGroup[];
  readonly unclear: readonly ReachGroup[];
}

/** Sorts the entries of a report by outcome. */
export function reachOutcome(report: ReachReport): ReachOutcome {
  const entries = reachEntries(report);
  const others = entries.flatMap((entry) => (entry.isFailing ? (entry.others ?? []) : entry));
  return {
    entries,
    failing: entries.filter(({ isFailing }) => isFailing),
    works: others.filter(({ verdict }) => IS_REACHED.has(verdict)),
    unclear: others.filter(({ verdict }) => !IS_REACHED.has(verdict)),
  };
}

/** What fails and works for one client. */
export interface ReachClient {
  readonly client: string;
  /** Labels of entries. Hostile text. */
  readonly fails: readonly string[];
  /** Number of things that work. */
  readonly works: number;
}

/** The clients, those with the most failures first. */
export function reachClients(report: ReachReport, entries: readonly ReachEntry[]): readonly ReachClient[] {
  const clients = new Set([...report.targets, ...report.blockedNames].map(({ client }) => client));
  const failing = (client: string) =>
    entries.filter(({ failingClients }) => failingClients.includes(client)).map(({ label }) => label);
  const working = (client: string) => {
    const mine = report.targets.filter((one) => one.client === client && IS_REACHED.has(one.verdict));
    return new Set(
      mine.map(({ products, name, address }) => (products.length === 1 ? products[0] : (name ?? address))),
    );
  };
  return [...clients]
    .map((client) => ({ client, fails: failing(client), works: working(client).size }))
    .sort((a, b) => b.fails.length - a.fails.length || (a.client < b.client ? -1 : 1));
}

/** "127 of 130 rows of Apple's list" */
export function untriedText(rows: ReachReport["rows"]): string {
  const untried = rows.filter(({ coverage }) => coverage === "not-seen").length;
  return `${formatCount(untried)} of ${formatCount(rows.length)} rows of Apple's list`;
}
