/** The head of a report, in words: what was read, and how much of it is Apple's. */
import { sourceCount } from "../reports/completeness.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { countOf, formatBytes, formatCount, formatDuration, formatShare } from "./render-units.ts";

/** Maximum number of captures named in the head. */
const NAMED_SOURCES = 3;

/** What was read, by name. Hostile text. */
export function captureTitle({ capture }: Pick<Summary, "capture">): string {
  const first = capture.sources.slice(0, NAMED_SOURCES);
  const named = first.map(({ name }) => (name === "-" ? "standard input" : name)).join(", ");
  const count = sourceCount(capture);
  const others = count - NAMED_SOURCES;
  if (count === 1) return named;
  return `${formatCount(count)} captures: ${named}${others > 0 ? ` and ${formatCount(others)} more` : ""}`;
}

/** How much was read, and which time span. */
export function captureAmounts({ capture, flows }: Pick<Summary, "capture" | "flows">): string {
  const counts = [
    countOf(capture.packets, "packet"),
    formatBytes(capture.bytes),
    countOf(flows.total, "flow"),
  ].join(", ");
  const times =
    capture.start === null
      ? "no times in the capture"
      : `${capture.start}, ${formatDuration(capture.durationSeconds)}`;
  return `${counts}; ${times}`;
}

/** How much was read if only its packets are known: "60 packets, 9.5 kB, 5.11 s". */
export function readAmounts({ packets, bytes, start, durationSeconds }: Summary["capture"]): string {
  const counts = [countOf(packets, "packet"), formatBytes(bytes)];
  if (start !== null) counts.push(formatDuration(durationSeconds));
  return counts.join(", ");
}

/** Apple's share of everything that was read. */
export function appleHeadline({
  apple,
  capture,
  options,
}: Pick<Summary, "apple" | "capture"> & Partial<Pick<Summary, "options">>): string {
  const { identified, unknownProduct } = apple;
  const bytes = identified.bytes + unknownProduct.bytes;
  const flows = identified.flows + unknownProduct.flows;
  if (flows === 0) {
    const products = options?.products?.join(" or ");
    return products === undefined
      ? "No Apple server, name or product was seen."
      : `No flow is attributed to ${products}.`;
  }
  const exact =
    identified.exact === 0 ? "" : `, ${formatShare(identified.exact, bytes)} of it exactly one product`;
  return `Apple's: ${formatBytes(bytes)} of ${formatBytes(capture.bytes)} (${formatShare(bytes, capture.bytes)})${exact}`;
}
