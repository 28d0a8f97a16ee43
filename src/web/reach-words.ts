/** Reachability as the page shows it: the texts of `reach`, with the first and last time of each failure. */
import type { Advice } from "../knowledge/advice/advice.ts";
import { dependentText, failuresShown, failureWords } from "../render/reach-failure-words.ts";
import { reachNoteTexts } from "../render/reach-notes.ts";
import {
  NOTHING_FAILED,
  NOTHING_TRIED,
  reachClients,
  reachOutcome,
  untriedText,
} from "../render/reach-outcome.ts";
import { verdictText } from "../render/render-reach-words.ts";
import { formatCount } from "../render/render-units.ts";
import type { ReachEntry, ReachGroup } from "../reports/reach/reach-entries.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import type { FeedFailure, FeedReach, FeedReached } from "./page-feed.ts";

/** Maximum number of clients in the table. */
const MOST_CLIENTS = 200;

/** The texts. */
export function feedReach(report: ReachReport, advice: Advice): FeedReach {
  const outcome = reachOutcome(report);
  const { entries, failing, works, unclear } = outcome;
  const { shown, dependent } = failuresShown(failing);
  return {
    headline: headline(entries.length, failing.length),
    failing: shown.map((entry) => failureOf(entry, advice)),
    dependent: dependent.length === 0 ? null : dependentText(dependent),
    works: works.map(reached),
    unclear: unclear.map(reached),
    clients: reachClients(report, entries).slice(0, MOST_CLIENTS),
    notes: reachNoteTexts(report, advice),
    untried: untriedText(report.rows),
  };
}

function headline(tried: number, failing: number): string {
  if (tried === 0) return NOTHING_TRIED;
  if (failing === 0) return NOTHING_FAILED;
  return failing === 1
    ? "One thing does not get through."
    : `${formatCount(failing)} things do not get through.`;
}

function failureOf(entry: ReachEntry, advice: Advice): FeedFailure {
  const { targets } = entry;
  const seen = targets.flatMap(({ firstSeen }) => firstSeen ?? []).sort();
  const last = targets.flatMap(({ lastSeen }) => lastSeen ?? []).sort();
  return { ...failureWords(entry, advice), since: seen[0] ?? null, last: last.at(-1) ?? null };
}

function reached({ label, verdict, clients }: ReachGroup): FeedReached {
  return { label, verdict: verdictText(verdict), clients };
}
