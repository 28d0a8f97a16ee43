/** Numbers as a sparkline, in one row of text. */

const LEVELS = " ▁▂▃▄▅▆▇█";
const ASCII_LEVELS = " .:-=+*#@";

/** Numbers as bars, one column each, scaled to the largest of them; one that is not 0 is visible. */
export function drawLevels(numbers: readonly number[], ascii: boolean): string {
  const levels = ascii ? ASCII_LEVELS : LEVELS;
  const most = Math.max(...numbers);
  return numbers
    .map((one) => levels[one <= 0 ? 0 : Math.max(1, Math.round((one / most) * (levels.length - 1)))])
    .join("");
}
