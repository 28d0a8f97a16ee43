/** Assigns colours to areas: each keeps its colour as long as it is one of those with the most bytes. */

/** Colours of the stylesheet: `f1` and on. */
export const MOST_COLOURS = 6;
/** Fill of all others. */
export const REST_FILL = "f7";

export class AreaColours {
  readonly #fills = new Map<string, string>();

  /** Assigns a colour to each of the names. */
  keep(names: readonly string[]): void {
    for (const name of this.#fills.keys()) if (!names.includes(name)) this.#fills.delete(name);
    const taken = new Set(this.#fills.values());
    const free = Array.from({ length: MOST_COLOURS }, (_, i) => `f${i + 1}`).filter(
      (fill) => !taken.has(fill),
    );
    for (const name of names) {
      if (!this.#fills.has(name)) this.#fills.set(name, free.shift() ?? REST_FILL);
    }
  }

  /** A fill class. */
  of(name: string): string {
    return this.#fills.get(name) ?? REST_FILL;
  }
}

/** Fills of classes without a name; striped if known by port alone. */
export const CLASS_FILLS: Readonly<Record<string, string>> = {
  apple: "c-apple",
  listed: "c-could-be",
  range: "c-could-be",
  other: "c-other",
  unlisted: "c-none",
};
