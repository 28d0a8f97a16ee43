/** The help of the live screen. */

import { layoutTable, wrapText } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["q, Ctrl-C", "end, with the summary of everything; a second Ctrl-C ends at once"],
  ["p", "pause the screen; packets are counted all the same"],
  ["s", "sort by rate, by total, by name"],
  ["ARROWS", "choose a product, or scroll through flows"],
  ["Enter", "the live flows of the product, and the devices that have them"],
  ["r", "reach: which of Apple's services answer, and what does not work; again: row by row of the list"],
  ["/", "only products with this text in name, family or evidence"],
  ["Esc", "back; clear the filter"],
];

const NOTES = [
  "RATE and TOTAL are estimates: a flow that several products may have is shared equally among them. SOLE is " +
    "what no other product on the list can claim, POSSIBLE what it could have at most. A port alone proves neither.",
  "EVIDENCE is what most bytes were attributed by; + where some have other evidence. * software of any vendor, " +
    "DAGGER a product that has ended.",
  "Dropped by the kernel: its buffer was full. By the interface: in the card or its driver. By us: taken, but " +
    "there was no room. None of them is in any total.",
];

/** The lines of the help. */
export function helpLines({ style, measure, colors }: Drawing): string[] {
  const arrows = style.ascii ? "Up, Down" : "↑ ↓";
  const rows = KEYS.map(([key, text]) => [
    { text: key.replace("ARROWS", arrows), paint: colors.bold },
    { text },
  ]);
  const table = layoutTable(
    [
      { header: "KEY", align: "left" },
      { header: "", align: "left", shrinksTo: 20 },
    ],
    rows,
    style,
    measure,
    { header: colors.bold },
  );
  const notes = NOTES.map((note) => note.replace("DAGGER", style.ascii ? "~" : "†"));
  return [...table, "", ...notes.flatMap((note) => wrapText(note, style.width, measure))];
}
