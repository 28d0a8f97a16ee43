/** The help of the live screen. */

import { layoutTable, wrapText } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["q, Ctrl-C", "end, with the summary of everything; a second Ctrl-C ends at once"],
  ["p", "pause the screen; packets are counted all the same"],
  ["s", "sort by rate, by total, by name"],
  ["ARROWS", "choose a product, or scroll through flows"],
  ["Enter", "the live flows of the product, and the devices that have them"],
  ["d", "devices: what each sent and received, and of what"],
  ["c", "what could be, where only a port says so: products, or flows"],
  ["r", "reach: which of Apple's services answer, and what does not work; again: row by row of the list"],
  ["/", "only products with this text in name, family or evidence"],
  ["Esc", "back; clear the filter"],
];

const NOTES = [
  "NOW and TOTAL: what evidence names the product for. HOW: by what, + where by more. ONE OF: bytes named for " +
    "it beside others. * any vendor's, DAGGER has ended.",
  "COULD BE: a port of Apple's list allows it, and nothing shows it. AT MOST so much, ALONE where the port " +
    "allows nothing else. None of it is in TOTAL.",
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
