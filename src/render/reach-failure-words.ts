/** Failures in words: observations, clients, likely cause, and remedy. */
import type { Advice } from "../knowledge/advice/advice.ts";
import type { ReachEntry } from "../reports/reach/reach-entries.ts";
import type { BlockedName, ReachTarget } from "../reports/reach/reach-report.ts";
import { causeOf, causeOfName, commandOf, namedByOthersText, ruleOf, ruleOfName } from "./reach-advice.ts";
import { endText, nameText, seenText, targetVerdictText, verdictText } from "./render-reach-words.ts";
import { countOf, formatCount } from "./render-units.ts";

/** Per entry: maximum number of targets and names shown, and of clients named. */
const SHOWN = 3;
/** Maximum number of entries shown. */
const SHOWN_ENTRIES = 50;

/** All texts of one failing entry. Hostile text. */
export interface FailureWords {
  /** "Software Update: unanswered, for 1 of 99 clients: 10.20.1.57" */
  readonly title: string;
  /** Effect that a user notices, or null. */
  readonly meaning: string | null;
  /** What the packets show, by target and name. */
  readonly seen: readonly string[];
  /** Number of further targets and names. */
  readonly more: number;
  /** null without advice, or if the cause is unknown. */
  readonly cause: string | null;
  readonly rule: string | null;
  /** For pasting into a shell. */
  readonly command: string | null;
}

/** `advice`: null for observations only. */
export function failureWords(entry: ReachEntry, advice: Advice | null): FailureWords {
  const { label, verdict, targets, names, meaning } = entry;
  const [target] = targets;
  const what = target === undefined ? verdictText(verdict) : targetVerdictText(target);
  return {
    title: `${label}: ${what}${clientsText(entry)}`,
    meaning,
    seen: [
      ...targets.slice(0, SHOWN).map(targetText),
      ...names.slice(0, SHOWN).map((one) => `${nameText(one)}, to ${one.client}`),
    ],
    more: Math.max(0, targets.length - SHOWN) + Math.max(0, names.length - SHOWN),
    ...adviceOn(entry, target, names[0], advice),
  };
}

/** The failing entries to show, the number of others, and entries that merely depend on them. */
export function failuresShown(entries: readonly ReachEntry[]): {
  readonly shown: readonly ReachEntry[];
  readonly more: number;
  readonly dependent: readonly ReachEntry[];
} {
  const seen = entries.filter(({ targets, names }) => targets.length + names.length > 0);
  const dependent = entries.filter((entry) => !seen.includes(entry));
  return {
    shown: seen.slice(0, SHOWN_ENTRIES),
    more: Math.max(0, seen.length - SHOWN_ENTRIES),
    dependent,
  };
}

/** Products that need what fails, and were not tried by themselves. */
export function dependentText(entries: readonly ReachEntry[]): string {
  const products = entries.map(({ label, meaning }) => (meaning === null ? label : `${label} (${meaning})`));
  return `Also affected: ${products.join(", ")}`;
}

function adviceOn(
  { products }: ReachEntry,
  target: ReachTarget | undefined,
  name: BlockedName | undefined,
  advice: Advice | null,
): { readonly cause: string | null; readonly rule: string | null; readonly command: string | null } {
  if (advice === null) return { cause: null, rule: null, command: null };
  if (target !== undefined) {
    const isNamed = products.length <= SHOWN;
    return {
      cause: causeOf(target, advice),
      rule: ruleOf(target, advice),
      command: isNamed ? commandOf(target, products) : null,
    };
  }
  if (name === undefined) return { cause: null, rule: null, command: null };
  return { cause: causeOfName(name, advice), rule: ruleOfName(name, advice), command: null };
}

/** `, for 1 of 99 clients: 10.20.1.57`. */
function clientsText({ clients, failingClients }: ReachEntry): string {
  if (clients <= 1) return "";
  const shown = failingClients.slice(0, SHOWN).join(", ");
  const more = failingClients.length > SHOWN ? ` and ${formatCount(failingClients.length - SHOWN)} more` : "";
  return `, for ${formatCount(failingClients.length)} of ${countOf(clients, "client")}: ${shown}${more}`;
}

function targetText(target: ReachTarget): string {
  const { transport, name, client } = target;
  const others = namedByOthersText(target);
  const host = name === null || others !== null ? "" : ` ${name}`;
  const known = others === null ? "" : `; ${others}`;
  return `${transport} ${endText(target)}${host} from ${client}: ${seenText(target)}${known}`;
}
