/** The change of a product or family, in words: "STOPPED WORKING", "-92% (14.1 MB -> 1.1 MB)". */

import type { Evidence } from "../evidence/attribution/evidence.ts";
import type { ComparedGroup, GroupDifference } from "../reports/compare/group-difference.ts";
import { gradesOf, NO_CLAIMS, namedTraffic } from "../reports/compare/named-traffic.ts";
import { isFailure, type ReachVerdict } from "../reports/reach/reach-report.ts";
import { formatBytes, formatCount } from "./render-units.ts";

/** Labels of rows, in display order. */
export const CHANGE_LABELS = [
  "STOPPED WORKING",
  "FAILS",
  "STILL FAILS",
  "WORKS AGAIN",
  "NEW",
  "GONE",
  "MUCH LESS",
  "MUCH MORE",
  "LESS",
  "MORE",
  "OTHER EVIDENCE",
  "MORE EXACT",
  "LESS EXACT",
  "CHANGED",
  "AS BEFORE",
] as const;
/** The label of a row. */
export type ChangeLabel = (typeof CHANGE_LABELS)[number];

/** Labels before this one always matter. */
const FIRST_SMALL: ChangeLabel = "LESS";

/** Whether a change is notable: a verdict, a new or gone product, an amount halved or doubled. */
export function isLarge(label: ChangeLabel): boolean {
  return CHANGE_LABELS.indexOf(label) < CHANGE_LABELS.indexOf(FIRST_SMALL);
}

/** Whether the label means a failure: only those are red. */
export function isFailing(label: ChangeLabel): boolean {
  return label === "STOPPED WORKING" || label === "FAILS" || label === "STILL FAILS";
}

/** Halved is much less, doubled is much more. */
const MUCH_LESS = -0.5;
const MUCH_MORE = 1;
/** From this factor on "times" replaces per cent, up to the maximum. */
const TIMES = 10;
const MOST_TIMES = 9999;

const WORKING: ReadonlySet<ReachVerdict | null> = new Set<ReachVerdict>(["works", "fell-back"]);

/** The most important change of a row: verdict before amount, amount before evidence. */
export function labelOf(row: GroupDifference): ChangeLabel {
  const { change, changed, verdict, namedBytesChange, namedBytesChangeRelative } = row;
  if (!row.isNotable) return "AS BEFORE";
  if (verdict.isChanged) return verdictLabel(verdict.before, verdict.after);
  if (change === "appeared") return "NEW";
  if (change === "gone") return "GONE";
  if (changed.includes("named")) {
    const part = namedBytesChangeRelative ?? 0;
    if (part <= MUCH_LESS) return "MUCH LESS";
    if (part >= MUCH_MORE) return "MUCH MORE";
    return namedBytesChange < 0 ? "LESS" : "MORE";
  }
  if (changed.includes("evidence")) return "OTHER EVIDENCE";
  const [before, after] = identifiedBytes(row);
  return after > before ? "MORE EXACT" : "LESS EXACT";
}

function verdictLabel(before: ReachVerdict | null, after: ReachVerdict | null): ChangeLabel {
  const isWorking = WORKING.has(before);
  if (after !== null && isFailure(after)) {
    if (isWorking) return "STOPPED WORKING";
    return before !== null && isFailure(before) ? "STILL FAILS" : "FAILS";
  }
  return !isWorking && WORKING.has(after) ? "WORKS AGAIN" : "CHANGED";
}

/** The text after the label. */
export function whatText(row: GroupDifference, label: ChangeLabel): string {
  const { verdict, namedBytesChangeRelative } = row;
  const [before, after] = namedBytes(row).map(formatBytes);
  switch (label) {
    case "MUCH LESS":
    case "MUCH MORE":
    case "LESS":
    case "MORE": {
      const change = namedBytesChangeRelative === null ? "" : `${changeText(namedBytesChangeRelative)} `;
      return `${change}(${before} -> ${after})`;
    }
    case "GONE":
      return before;
    case "NEW":
    case "AS BEFORE":
    case "OTHER EVIDENCE":
      return after;
    case "MORE EXACT":
    case "LESS EXACT": {
      const [alone, aloneNow] = identifiedBytes(row).map(formatBytes);
      return `${alone} -> ${aloneNow} alone`;
    }
    default:
      return `${verdict.before ?? "never-tried"} -> ${verdict.after}`;
  }
}

/** "14.1 MB -> 1.1 MB": bytes named by evidence, where {@link whatText} shows a verdict. */
export function bytesText(row: GroupDifference): string {
  const bytes = namedBytes(row);
  if (!row.verdict.isChanged || bytes.every((count) => count === 0)) return "";
  return bytes.map(formatBytes).join(" -> ");
}

/**
 * How it is known, strongest first; if grades appeared or disappeared: "server-name +name"; if they were replaced: "name ->
 * process". `*`: never alone, one of several products.
 */
export function evidenceText({ before, after }: GroupDifference): string {
  const sides = [before, after].filter((side) => side !== null && namedTraffic(side).flows > 0);
  // A refused name has no traffic.
  if (sides.length === 0) return "DNS";
  const [one, other = one] = sides.map(knownBy);
  if (one.mark === other.mark) {
    const [added, removed] = [without(other.grades, one.grades), without(one.grades, other.grades)];
    const isMoved = added.length > 0 && removed.length > 0;
    const kept = without(other.grades, added).join(", ");
    const moves = [...added.map((grade) => ` +${grade}`), ...removed.map((grade) => ` -${grade}`)];
    if (!isMoved) return kept + moves.join("") + other.mark;
  }
  return [one, other].map(({ grades, mark }) => grades.join(", ") + mark).join(" -> ");
}

/** Whether a row's evidence has the mark. */
export function isMarked(row: GroupDifference): boolean {
  return evidenceText(row).includes("*");
}

function knownBy(side: ComparedGroup | null): {
  readonly grades: readonly Evidence[];
  readonly mark: string;
} {
  const { identified, byEvidence } = side ?? { ...NO_CLAIMS, byEvidence: {} };
  return { grades: gradesOf({ byEvidence }).reverse(), mark: identified.flows === 0 ? "*" : "" };
}

function without<T>(all: readonly T[], some: readonly T[]): T[] {
  return all.filter((one) => !some.includes(one));
}

function namedBytes({ before, after }: GroupDifference): number[] {
  return [before, after].map((side) => (side === null ? 0 : namedTraffic(side).bytes));
}

function identifiedBytes({ before, after }: GroupDifference): number[] {
  return [before, after].map((side) => side?.identified.bytes ?? 0);
}

/** `+1.2 MB`, `-24.1%`, `0 B` */
export function signed(number: number, format: (magnitude: number) => string): string {
  if (number === 0) return format(0);
  return `${number > 0 ? "+" : "-"}${format(Math.abs(number))}`;
}

function changeText(part: number): string {
  if (part < TIMES) return signed(part, formatPercent);
  return part >= MOST_TIMES ? `>${formatCount(MOST_TIMES)} times` : `${formatCount(1 + part)} times`;
}

/** `5%`, `0.5%`, `234.5%` */
export function formatPercent(part: number): string {
  const percent = part * 100;
  if (percent > 0 && percent < 0.05) return "<0.1%";
  // Only everything is 100 %.
  return `${(percent < 100 ? Math.min(percent, 99.9) : percent).toFixed(1).replace(/\.0$/, "")}%`;
}
