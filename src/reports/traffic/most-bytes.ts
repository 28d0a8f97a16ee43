/** Selects the keys with most bytes: names of servers, ports. */
import { compareText } from "./compare-text.ts";

/** Number of keys listed in a report. */
const MAX_LISTED = 20;

/** Sums of bytes by key. Only the listed keys are converted to text: there may be many thousands. */
export class BytesBy<K extends string | number> {
  readonly #bytes = new Map<K, number>();

  add(key: K, bytes: number): void {
    this.#bytes.set(key, (this.#bytes.get(key) ?? 0) + bytes);
  }

  addAll(others: ReadonlyMap<K, number>): void {
    for (const [key, bytes] of others) this.add(key, bytes);
  }

  /** All sums. Borrowed. */
  get all(): ReadonlyMap<K, number> {
    return this.#bytes;
  }

  /** The keys with most bytes, at most 20; ties in the order of keys. */
  most(): { readonly key: K; readonly bytes: number }[] {
    let least = 0;
    let most: { key: K; bytes: number }[] = [];
    for (const [key, bytes] of this.#bytes) {
      if (bytes < least) continue;
      most.push({ key, bytes });
      // Truncate from time to time: sorting all of them would take longer than counting them.
      if (most.length < 8 * MAX_LISTED) continue;
      most = mostOf(most);
      least = most[most.length - 1].bytes;
    }
    return mostOf(most);
  }
}

function mostOf<K extends string | number>(
  some: readonly { readonly key: K; readonly bytes: number }[],
): { key: K; bytes: number }[] {
  return [...some].sort((a, b) => b.bytes - a.bytes || compareKeys(a.key, b.key)).slice(0, MAX_LISTED);
}

function compareKeys(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : compareText(String(a), String(b));
}
