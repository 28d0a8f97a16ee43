/** Whether devices are Apple's, as it was found last: asked at both ends of every flow, and seldom another than before. */
import type { Tenancy } from "./tenancy.ts";

const INITIAL_LENGTH = 256;

export class MakerCache {
  readonly #tenancies: readonly Tenancy[];
  /** By index of a tenancy: for which knowledge its answer is, and the answer (0: nobody knows, 1: yes, 2: no). */
  #stamps = new Int32Array(INITIAL_LENGTH);
  #answers = new Uint8Array(INITIAL_LENGTH);
  #knowledge = 1;

  /** @param tenancies by index; borrowed, and growing */
  constructor(tenancies: readonly Tenancy[]) {
    this.#tenancies = tenancies;
  }

  /** Something became known that may change answers. */
  forget(): void {
    this.#knowledge = (this.#knowledge + 1) | 0;
  }

  /** Whether the device of a tenancy is Apple's (true) or another maker's (false); null: nobody knows. */
  isApples(index: number): boolean | null {
    if (this.#stamps[index] !== this.#knowledge) this.#judge(index);
    const answer = this.#answers[index];
    return answer === 0 ? null : answer === 1;
  }

  #judge(index: number): void {
    while (index >= this.#stamps.length) this.#grow();
    const isApples = this.#tenancies[index].isApples;
    this.#stamps[index] = this.#knowledge;
    this.#answers[index] = isApples === null ? 0 : isApples ? 1 : 2;
  }

  #grow(): void {
    const stamps = new Int32Array(this.#stamps.length * 2);
    stamps.set(this.#stamps);
    this.#stamps = stamps;
    const answers = new Uint8Array(stamps.length);
    answers.set(this.#answers);
    this.#answers = answers;
  }
}
