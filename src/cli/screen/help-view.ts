/** The help of the live screen. */
import { wrapText } from "../../render/render-columns.ts";
import { textView } from "./text-view.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["1 2 3 4 5", "products, devices, connections, services not identified, reach"],
  ["ARROWS", "choose a row, or scroll; also page up and down, home, end"],
  [
    "Enter",
    "go into the row: a product's devices, a device's services, their connections, why one is taken for what it is",
  ],
  ["Esc", "up again; at the top: clear the search and the filter"],
  ["s, S", "sort by the next column, by the one before"],
  ["i", "invert the order"],
  ["f", "filter: by how it is known, or whose make a device is; in reach: by product, by row of the list"],
  ["/", "search: names, addresses, ports, products"],
  ["p", "pause the screen; packets are counted all the same"],
  ["r", "reach, as 5"],
  ["q, Ctrl-C", "end, with the summary of everything; a second Ctrl-C ends at once"],
];

const NOTES = [
  "NOW: bytes a second in the last interval; those of a flow count when its first payload was judged, or after 10 s. " +
    "TOTAL: what evidence names the product for. HOW: by what, + where by more. ONE OF: bytes named for it beside " +
    "others. * any vendor's, DAGGER has ended.",
  "COULD BE: a port of Apple's list allows it, and nothing shows it. AT MOST so much, ALONE where the port " +
    "allows nothing else. None of it is in TOTAL.",
  "up, down: from devices of the local network to ends beyond it, and back.",
  "lost: by the kernel, whose buffer was full; by the interface, in the card or its driver; by us: taken, but " +
    "there was no room. None of them is in any total.",
];

export const HELP_VIEW = textView(({ told }, _, { style, measure, colors }) => {
  const arrows = style.ascii ? "Up, Down" : "↑ ↓";
  const keys = KEYS.flatMap(([key, text]) => {
    const name = key.replace("ARROWS", arrows);
    const [first, ...others] = wrapText(text, style.width - KEY_WIDTH, measure);
    const shown = colors.bold(name) + " ".repeat(Math.max(1, KEY_WIDTH - measure(name)));
    return [shown + first, ...others.map((line) => " ".repeat(KEY_WIDTH) + line)];
  });
  const notes = NOTES.map((note) => note.replace("DAGGER", style.ascii ? "~" : "†"));
  // A notice goes after a moment; here it can be read, and an address be copied, whole.
  const wrapped = (texts: readonly string[]) => texts.flatMap((text) => wrapText(text, style.width, measure));
  const news = told.length === 0 ? [] : [...wrapped(told), ""];
  return [...news, ...keys, "", ...wrapped(notes)];
});

const KEY_WIDTH = 11;
