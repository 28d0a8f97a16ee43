/** Which areas have a colour of their own: each keeps it as long as it is one of those with most bytes. */

/** Colours of the stylesheet: `f1` and on. */
export const MOST_COLOURS = 6;
/** What all others are filled with. */
export const REST_FILL = "f7";

export class AreaColours {
  readonly #fills = new Map<string, string>();

  /** Gives the names a colour each. */
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

  /** A class that fills. */
  of(name: string): string {
    return this.#fills.get(name) ?? REST_FILL;
  }
}

/** What areas of classes that name nothing are filled with; striped where only a port speaks. */
export const CLASS_FILLS: Readonly<Record<string, string>> = {
  apple: "c-apple",
  listed: "c-could-be",
  range: "c-could-be",
  other: "c-other",
  unlisted: "c-none",
};
