/** What does not work, for whom, what was seen of it, and what to do: the first part of the report on reach. */
import type { Advice } from "../knowledge/advice/advice.ts";
import type { ReachEntry } from "../reports/reach/reach-entries.ts";
import type { BlockedName, ReachTarget } from "../reports/reach/reach-report.ts";
import { causeOf, causeOfName, commandOf, namedByOthersText, ruleOf, ruleOfName } from "./reach-advice.ts";
import { widthOf, wrapText } from "./render-columns.ts";
import type { Drawing } from "./render-drawing.ts";
import { endText, nameText, seenText, targetVerdictText, verdictText } from "./render-reach-words.ts";
import { countOf, formatCount } from "./render-units.ts";

/** Of one entry: targets and names that are shown, clients that are named. */
const SHOWN = 3;
/** Entries that are shown at most. */
const SHOWN_ENTRIES = 50;

/** The lines of all that fails; none where nothing does. `advice`: null for what was seen alone. */
export function failureLines(
  entries: readonly ReachEntry[],
  advice: Advice | null,
  drawing: Drawing,
): string[] {
  if (entries.length === 0) return [];
  const seen = entries.filter(({ targets, names }) => targets.length + names.length > 0);
  const lines = seen.slice(0, SHOWN_ENTRIES).flatMap((entry) => entryLines(entry, advice, drawing));
  const more = seen.length - SHOWN_ENTRIES;
  if (more > 0) lines.push(`and ${formatCount(more)} more, all of which --format json has`);
  const dependent = entries.filter((entry) => !seen.includes(entry));
  if (dependent.length > 0) lines.push(...dependentLines(dependent, drawing));
  return [drawing.colors.bold("FAILS"), ...lines];
}

/** Products that need what fails, and were not tried by themselves. */
function dependentLines(entries: readonly ReachEntry[], { style, measure, colors }: Drawing): string[] {
  const products = entries.map(({ label, meaning }) => (meaning === null ? label : `${label} (${meaning})`));
  return wrapText(`They need it, too: ${products.join(", ")}`, widthOf(style), measure, "  ").map(colors.red);
}

function entryLines(entry: ReachEntry, advice: Advice | null, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const width = widthOf(style);
  const { label, verdict, targets, names, meaning } = entry;
  const [target] = targets;
  const what = target === undefined ? verdictText(verdict) : targetVerdictText(target);
  const lines = wrapText(`${label}: ${what}${clientsText(entry)}`, width, measure, "  ").map(colors.red);
  const say = (text: string) => lines.push(...wrapText(`  ${text}`, width, measure, "    "));
  if (meaning !== null) say(meaning);
  for (const one of targets.slice(0, SHOWN)) say(targetText(one));
  for (const one of names.slice(0, SHOWN)) say(`${nameText(one)}, to ${one.client}`);
  const more =
    targets.length + names.length - Math.min(targets.length, SHOWN) - Math.min(names.length, SHOWN);
  if (more > 0) say(`and ${formatCount(more)} more, which --format json has`);
  if (advice === null) return lines;
  const { cause, rule, command } = adviceOn(entry, target, names[0], advice);
  if (cause !== null) say(`likely: ${cause}`);
  if (rule !== null) say(`do: ${rule}`);
  // To be pasted: not wrapped.
  if (command !== null) lines.push(`      ${command}`);
  return lines;
}

function adviceOn(
  { products }: ReachEntry,
  target: ReachTarget | undefined,
  name: BlockedName | undefined,
  advice: Advice,
): { readonly cause: string | null; readonly rule: string | null; readonly command: string | null } {
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
