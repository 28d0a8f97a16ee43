/** Brings lines onto a terminal: on its alternate screen, only those that have changed. */
import type { TextOutput } from "../environment.ts";

/** Alternate screen, cursor hidden, no wrapping of lines that are too long (xterm, DEC private modes). */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
/** The attributes as they were, then the same backwards. */
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

  /** Takes the terminal over. */
  open(): void {
    this.#isOpen = true;
    this.#output.write(ENTER);
  }

  /** Shows lines that fill a terminal of so many columns. `false`: there is no terminal any more. */
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

  /** Gives the terminal back as it was; may be called more than once. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.write(LEAVE);
  }
}
