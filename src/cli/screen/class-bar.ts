/** The bar in the live screen's head: how much of the latest traffic is Apple's, could be, and is not. */
import type { Drawing } from "../../render/render-drawing.ts";
import { formatShare } from "../../render/render-units.ts";
import { historySpan } from "./cells.ts";
import type { LiveFrame } from "./live-frame.ts";

/** Maximum width of all parts of the bar together. */
const LONGEST_BAR = 60;
const LEAST_BAR = 6;

/** The shares with their bars in `width` columns; what does not fit is dropped: bars first, numbers never in part. */
export function classBar(
  { isAppleSeen, recent, intervalSeconds }: LiveFrame,
  width: number,
  { style }: Drawing,
): string {
  if (!isAppleSeen) return firstFitting(["No Apple traffic has been seen.", "no Apple traffic"], width);
  const { apples, couldBe, others } = recent;
  // Later evidence may have moved earlier bytes from one part to another.
  const whole = apples + couldBe + others;
  const parts = [
    ["Apple's", apples],
    ["could be", couldBe],
    ["others", others],
  ] as const;
  const labels = parts.map(([name, bytes]) => `${name} ${formatShare(bytes, whole)}`);
  const span = `last ${historySpan(intervalSeconds)}: `;
  const text = span + labels.join(", ");
  // A bar has a space before it instead of the comma after the text.
  const room = Math.min(LONGEST_BAR, width - text.length - labels.length);
  if (room >= LEAST_BAR && whole > 0) {
    const block = style.ascii ? "#" : "█";
    const drawn = parts.map(([, bytes], i) => {
      const bar = block.repeat(bytes > 0 ? Math.max(1, Math.floor((bytes / whole) * (room - 2))) : 0);
      return bar === "" ? labels[i] : `${labels[i]} ${bar}`;
    });
    return span + drawn.join("  ");
  }
  return firstFitting([text, span + labels[0], labels[0]], width);
}

/** The first of the texts that fits. */
function firstFitting(texts: readonly string[], width: number): string {
  return texts.find((text) => text.length <= width) ?? "";
}
