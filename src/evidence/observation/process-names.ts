/** The processes that a capture names: numbers for their names, and the one of each live flow. */

/** Different names that are kept apart at most. */
const MAX_DIFFERENT = 65_536;

const decoder = new TextDecoder();

export class ProcessNames {
  /** Of the process that each record's flow is for; 0: none was named. */
  readonly #numbers: Int32Array;
  readonly #names: (string | null)[] = [null];
  readonly #numberOf = new Map<string, number>();

  /** For records 1 to `capacity`. */
  constructor(capacity: number) {
    this.#numbers = new Int32Array(capacity + 1);
  }

  /** The flow in a record has ended. */
  forget(record: number): void {
    this.#numbers[record] = 0;
  }

  /** The number of a name, from 1 on; 0 when there is no room for another one. */
  numberOf(name: string): number {
    const known = this.#numberOf.get(name);
    if (known !== undefined) return known;
    if (this.#names.length > MAX_DIFFERENT) return 0;
    const number = this.#names.push(name) - 1;
    this.#numberOf.set(name, number);
    return number;
  }

  /** The number of a name that stands in `bytes` (borrowed for the call). */
  numberAt(bytes: Uint8Array, offset: number, length: number): number {
    return this.numberOf(decoder.decode(bytes.subarray(offset, offset + length)));
  }

  /** A packet of the flow is for this process. The first one counts: later ones may be the kernel's, closing it. */
  add(record: number, number: number): void {
    if (this.#numbers[record] === 0) this.#numbers[record] = number;
  }

  of(record: number): string | null {
    return this.#names[this.#numbers[record]];
  }
}
