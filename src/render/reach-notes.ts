/** Notes beside the verdicts of reach: normal behaviour, attempts without an owner, and what was left out. */
import type { Advice } from "../knowledge/advice/advice.ts";
import {
  isFailure,
  type MissingName,
  type PortOnlyService,
  type ReachReport,
} from "../reports/reach/reach-report.ts";
import { widthOf, wrapText } from "./render-columns.ts";
import type { Drawing } from "./render-drawing.ts";
import { duplicateNote } from "./render-notes.ts";
import { endText, verdictText, workedText } from "./render-reach-words.ts";
import { countOf, formatCount } from "./render-units.ts";

/** Maximum number of named things of one kind. */
const SHOWN = 5;

/** The notes under their heading; no line if there are none. */
export function reachNotes(report: ReachReport, advice: Advice | null, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const notes = reachNoteTexts(report, advice);
  const lines = notes.flatMap((text) => wrapText(text, widthOf(style), measure, "  "));
  return lines.length === 0 ? [] : [colors.bold("NOTES"), ...lines];
}

/** The notes, a sentence or two each. Hostile text. */
export function reachNoteTexts(report: ReachReport, advice: Advice | null): string[] {
  return [
    ...familyNotes(report, advice),
    ...fallBackNotes(report),
    ...middleboxNotes(report),
    ...unlistedNotes(report),
    ...missingNotes(report.missingNames),
    ...portOnlyNotes(report),
    ...scanNotes(report),
    ...lossNotes(report),
  ];
}

function familyNotes({ brokenFamilies }: ReachReport, advice: Advice | null): string[] {
  return brokenFamilies.slice(0, SHOWN).map(({ client, family, names }) => {
    const other = family === "IPv6" ? "IPv4" : "IPv6";
    const rule = advice === null ? "" : ` Do: ${advice.text("rule-family", { family })}`;
    return `All ${family} of ${client} fails; the same names work by ${other} (${listed(names)}).${rule}`;
  });
}

function fallBackNotes({ targets }: ReachReport): string[] {
  const fallen = targets.filter(({ fellBackTo }) => fellBackTo !== null);
  const notes = fallen.slice(0, SHOWN).map(({ client, transport, name, fellBackTo, ...target }) => {
    const to = fellBackTo === null ? "" : `${fellBackTo.transport} ${endText(fellBackTo)}`;
    const host = name === null ? "" : ` ${name}`;
    return `${client} could not reach ${transport} ${endText(target)}${host} and used ${to} instead, as designed.`;
  });
  return more(notes, fallen.length, "fall-back");
}

/** Middleboxes that complete handshakes before asking the server. */
function middleboxNotes({ targets }: ReachReport): string[] {
  const held = targets.filter(({ zeroWindow, verdict }) => zeroWindow && verdict === "connected");
  const notes = held.slice(0, SHOWN).map((target) => {
    const host = target.name === null ? "" : ` ${target.name}`;
    return `${target.transport} ${endText(target)}${host} completes handshakes with a window of 0 and then stalls: something on the path answers for the server (a SYN proxy).`;
  });
  return more(notes, held.length, "such server");
}

function unlistedNotes({ unlisted }: ReachReport): string[] {
  return unlisted.map(({ transport, port, verdict, attempts, products }) => {
    const whose = products.length === 0 ? "an Apple host" : products.join(", ");
    return `${port}/${transport} is not on Apple's list: ${whose}, ${verdictText(verdict)} (${workedText(attempts)}).`;
  });
}

const MISSING_WORDS: Readonly<Record<MissingName["why"], string>> = {
  "no-such-name": "Names that do not exist, according to Apple's own server",
  "search-suffix": "Names with a search domain appended, which do not exist",
  "proxy-discovery": "Names used to find a network's own proxy or tunnel",
  "unknown-name": "Names that do not exist and belong to no known service",
};

function missingNotes(missing: readonly MissingName[]): string[] {
  return (Object.keys(MISSING_WORDS) as MissingName["why"][]).flatMap((why) => {
    const names = [...new Set(missing.filter((one) => one.why === why).map(({ name }) => name))];
    return names.length === 0 ? [] : [`${MISSING_WORDS[why]}: ${listed(names)}.`];
  });
}

/** Only failing ones: attempts of unknown owner that work say nothing. */
function portOnlyNotes({ portOnly }: ReachReport): string[] {
  const failing = portOnly.filter(({ attempts }) => vainOf(attempts) > 0);
  if (failing.length === 0) return [];
  const shown = failing.slice(0, SHOWN).map((service) => {
    const { transport, port, serviceName, attempts } = service;
    const name = serviceName === null ? "" : ` ${serviceName}`;
    const all = Object.values(attempts).reduce((sum, count) => sum + count, 0);
    return `${port}/${transport}${name} (${formatCount(vainOf(attempts))} of ${formatCount(all)})`;
  });
  const rest = failing.length > SHOWN ? `, and ${formatCount(failing.length - SHOWN)} more ports` : "";
  return [`Failed attempts that only a port ties to Apple: ${shown.join(", ")}${rest}.`];
}

function vainOf(attempts: PortOnlyService["attempts"]): number {
  return Object.entries(attempts).reduce(
    (sum, [verdict, count]) => (isFailure(verdict as keyof typeof attempts) ? sum + count : sum),
    0,
  );
}

function scanNotes({ scans }: ReachReport): string[] {
  const notes = scans
    .slice(0, SHOWN)
    .map(
      ({ client, address, ports, answered }) =>
        `${client} tried ${formatCount(ports)} ports of ${address}, ${formatCount(answered)} of which answered: a scan.`,
    );
  return more(notes, scans.length, "scan");
}

function lossNotes({ capture: { duplicates }, dropped }: ReachReport): string[] {
  const notes: string[] = [];
  if (duplicates !== null && duplicates.packets > 0) notes.push(duplicateNote(duplicates));
  if (dropped.targets > 0)
    notes.push(`${countOf(dropped.targets, "attempt")} not listed separately: too many.`);
  if (dropped.strayReports > 0) {
    const text = `${countOf(dropped.strayReports, "ICMP message")} quoting no packet of the capture: ignored.`;
    notes.push(text);
  }
  return notes;
}

function listed(names: readonly string[]): string {
  const rest = names.length > SHOWN ? ` and ${formatCount(names.length - SHOWN)} more` : "";
  return `${names.slice(0, SHOWN).join(", ")}${rest}`;
}

function more(notes: readonly string[], count: number, noun: string): string[] {
  return count > SHOWN ? [...notes, `And ${countOf(count - SHOWN, `more ${noun}`)}.`] : [...notes];
}
