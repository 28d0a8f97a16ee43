/** The few of many texts that have most bytes: names of servers, ports. */
import { compareText } from "./compare-text.ts";

/** As many of them stand in a report. */
const MOST_LISTED = 20;

/** Bytes by text, added up. */
export class BytesByText {
  readonly #bytes = new Map<string, number>();

  add(text: string, bytes: number): void {
    this.#bytes.set(text, (this.#bytes.get(text) ?? 0) + bytes);
  }

  addAll(others: ReadonlyMap<string, number>): void {
    for (const [text, bytes] of others) this.add(text, bytes);
  }

  /** All of them. Borrowed. */
  get all(): ReadonlyMap<string, number> {
    return this.#bytes;
  }

  /** Those with most bytes, at most 20; of the same number in the order of their texts. */
  most(): { readonly text: string; readonly bytes: number }[] {
    return [...this.#bytes]
      .map(([text, bytes]) => ({ text, bytes }))
      .sort((a, b) => b.bytes - a.bytes || compareText(a.text, b.text))
      .slice(0, MOST_LISTED);
  }
}
