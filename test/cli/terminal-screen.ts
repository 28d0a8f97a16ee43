/** A minimal terminal for a full-screen program: interprets its output and returns what is on the screen. */

const ESCAPE = "\x1b";
/** Text after the sequence. */
const SEQUENCE = /^\[(\??)([\d;]*)([A-Za-z])/;

export class TerminalScreen {
  /** Whether the alternate screen, the cursor and line wrapping are on. */
  isAlternate = false;
  isCursorShown = true;
  isWrapping = true;
  /** Output on the normal screen, as a shell shows it. */
  plain = "";
  readonly #columns: number;
  readonly #cells: string[][];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#cells = Array.from({ length: rows }, () => new Array<string>(columns).fill(" "));
  }

  /** Lines of the alternate screen, without colours. */
  get lines(): string[] {
    return this.#cells.map((cells) => cells.join("").trimEnd());
  }

  write(text: string): void {
    for (let rest = text; rest !== ""; ) {
      const sequence = rest.startsWith(ESCAPE) ? SEQUENCE.exec(rest.slice(1)) : null;
      if (sequence !== null) {
        this.#obey(sequence[1] === "?", sequence[2], sequence[3]);
        rest = rest.slice(1 + sequence[0].length);
        continue;
      }
      const [character] = rest;
      if (character < " " && character !== "\n") throw new Error(`control ${character.charCodeAt(0)}`);
      if (this.isAlternate) this.#put(character);
      else this.plain += character;
      rest = rest.slice(character.length);
    }
  }

  #put(character: string): void {
    if (this.#row >= this.#cells.length) throw new Error(`row ${this.#row} is not there`);
    if (this.isWrapping || character === "\n") throw new Error("the screen would scroll");
    if (this.#column >= this.#columns) throw new Error(`the terminal would cut row ${this.#row}`);
    this.#cells[this.#row][this.#column] = character;
    this.#column++;
  }

  #obey(isPrivate: boolean, parameters: string, command: string): void {
    const numbers = parameters.split(";").map(Number);
    if (isPrivate) this.#switch(numbers[0], command === "h");
    else if (command === "H") [this.#row, this.#column] = [numbers[0] - 1, numbers[1] - 1];
    else if (command === "J") for (const cells of this.#cells) cells.fill(" ");
    else if (command === "K") this.#cells[this.#row].fill(" ", Math.min(this.#column, this.#columns - 1));
    else if (command !== "m") throw new Error(`unknown sequence ${command}`);
  }

  #switch(mode: number, isOn: boolean): void {
    if (mode === 1049) this.isAlternate = isOn;
    else if (mode === 25) this.isCursorShown = isOn;
    else if (mode === 7) this.isWrapping = isOn;
    else throw new Error(`unknown mode ${mode}`);
  }
}
