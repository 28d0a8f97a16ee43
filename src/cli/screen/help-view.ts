/** The help of the live screen. */
import { wrapText } from "../../render/render-columns.ts";
import { textView } from "./text-view.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["1 2 3 4 5", "products, devices, connections, services not identified, reach"],
  ["ARROWS", "choose a row, or scroll; also page up and down, home, end"],
  [
    "Enter",
    "open the row: a product's devices, a device's services, their connections, how one was classified",
  ],
  ["Esc", "go back; at the top level: clear the search and the filter"],
  ["s, S", "sort by the next or the previous column"],
  ["i", "reverse the order"],
  ["f", "filter: by class, or by a device's maker; in reach: by product or by list row"],
  ["/", "search: names, addresses, ports, products"],
  ["p", "pause the screen; packets are still counted"],
  ["r", "reach, as 5"],
  ["q, Ctrl-C", "quit and print the summary; a second Ctrl-C quits at once"],
];

const NOTES = [
  "NOW: bytes per second in the last interval; a flow counts once its first payload is classified, or after 10 s. " +
    "TOTAL: bytes that evidence attributes to the product. HOW: which evidence, + if there is more. ONE OF: bytes of it " +
    "or another product. * any vendor's, DAGGER has ended.",
  "COULD BE: a port on Apple's list allows it, without evidence. AT MOST: all bytes on such ports. ALONE: on ports " +
    "that allow nothing else. None of it is in TOTAL.",
  "up, down: from devices of the local network to hosts beyond it, and back.",
  "lost: by the kernel: its buffer was full; by the interface: in the card or its driver; by the app: its " +
    "own buffer was full. None of them is in any total.",
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
  // A notice disappears after a moment; here it can be read whole, and an address be copied.
  const wrapped = (texts: readonly string[]) => texts.flatMap((text) => wrapText(text, style.width, measure));
  const news = told.length === 0 ? [] : [...wrapped(told), ""];
  return [...news, ...keys, "", ...wrapped(notes)];
});

const KEY_WIDTH = 11;
