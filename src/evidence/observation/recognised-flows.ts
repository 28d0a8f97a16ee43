/** What live flows were recognised to speak, by the number of a flow's record: the answers are few, so that numbers stand for them. */
import type { Recognition } from "../payload/protocols/recognise.ts";
import type { SeenStart } from "./beginning-slots.ts";

/** Who reads on where a protocol was recognised that may announce ports; `seen` is what was kept so far, borrowed. */
export interface RecognitionTaker {
  begin(record: number, recognition: Recognition, seen: readonly SeenStart[]): void;
}

export class RecognisedFlows {
  /** An index of `#recognitions`; 0: nothing (so far). */
  readonly #numbers: Uint16Array;
  readonly #recognitions: (Recognition | null)[] = [null];
  readonly #numberOf = new Map<Recognition, number>();

  /** For records 1 to `capacity`. */
  constructor(capacity: number) {
    this.#numbers = new Uint16Array(capacity + 1);
  }

  /** What a flow speaks; null where that was not recognised so far. */
  of(record: number): Recognition | null {
    return this.#recognitions[this.#numbers[record]];
  }

  add(record: number, recognition: Recognition): void {
    let number = this.#numberOf.get(recognition);
    if (number === undefined) {
      // There are as many as protocols, times a few.
      number = this.#recognitions.push(recognition) - 1;
      this.#numberOf.set(recognition, number);
    }
    this.#numbers[record] = number;
  }

  /** The flow in a record has ended. */
  forget(record: number): void {
    this.#numbers[record] = 0;
  }
}
