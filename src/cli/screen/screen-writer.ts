/** Writes lines to a terminal: on its alternate screen, only those that changed. */
import type { TextOutput } from "../environment.ts";

/** Alternate screen, hidden cursor, no wrapping of long lines (xterm, DEC private modes). */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
/** Resets attributes, then reverts the same in reverse order. */
const LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";
const CLEAR = "\x1b[2J";
const CLEAR_REST_OF_LINE = "\x1b[K";

export class ScreenWriter {
  readonly #output: TextOutput;
  #shown: readonly string[] = [];
  #columns = 0;
  #isOpen = false;

  constructor(output: TextOutput) {
    this.#output = output;
  }

  /** Takes over the terminal. */
  open(): void {
    this.#isOpen = true;
    this.#output.write(ENTER);
  }

  /** Draws lines that fill a terminal with this many columns. Returns `false` if the terminal is gone. */
  draw(lines: readonly string[], columns: number): boolean {
    const isOther = columns !== this.#columns || lines.length !== this.#shown.length;
    let text = isOther ? CLEAR : "";
    for (const [row, line] of lines.entries()) {
      if (!isOther && line === this.#shown[row]) continue;
      text += `\x1b[${row + 1};1H${CLEAR_REST_OF_LINE}${line}`;
    }
    this.#shown = lines;
    this.#columns = columns;
    return text === "" || this.#output.write(text);
  }

  /** Restores the terminal; may be called more than once. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.write(LEAVE);
  }
}
