/** Caches whether devices are Apple's: queried for both ends of every flow, with an answer that rarely changes. */
import type { Tenancy } from "./tenancy.ts";

const INITIAL_LENGTH = 256;

export class MakerCache {
  readonly #tenancies: readonly Tenancy[];
  /** By tenancy index: the version of knowledge that the answer is based on, and the answer (0: unknown, 1: yes, 2: no). */
  #stamps = new Int32Array(INITIAL_LENGTH);
  #answers = new Uint8Array(INITIAL_LENGTH);
  #version = 1;

  /** @param tenancies by index; borrowed, may grow */
  constructor(tenancies: readonly Tenancy[]) {
    this.#tenancies = tenancies;
  }

  /** Invalidates answers after new knowledge. */
  invalidate(): void {
    this.#version = (this.#version + 1) | 0;
  }

  /** Whether the device of a tenancy is Apple's (true) or another vendor's (false); null: unknown. */
  isApple(index: number): boolean | null {
    if (this.#stamps[index] !== this.#version) this.#judge(index);
    const answer = this.#answers[index];
    return answer === 0 ? null : answer === 1;
  }

  #judge(index: number): void {
    while (index >= this.#stamps.length) this.#grow();
    const isApple = this.#tenancies[index].isApple;
    this.#stamps[index] = this.#version;
    this.#answers[index] = isApple === null ? 0 : isApple ? 1 : 2;
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
