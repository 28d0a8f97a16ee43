/**
 * A bucket length that is chosen while reading: it begins at one second, and grows whenever there are too many buckets to
 * look at.
 */
import { NO_TIME } from "../../net/moment.ts";
import { BUCKET_LENGTHS } from "./bucket-lengths.ts";

/** Maximum number of buckets, except at the longest length. */
const MAX_BUCKETS = 240;

export class BucketLength {
  readonly #max: number;
  #lengthIndex = 0;
  #starts = new Set<number>();
  #last = NO_TIME;

  /** @param max maximum number of buckets */
  constructor(max = MAX_BUCKETS) {
    this.#max = max;
  }

  /** The current length in seconds. */
  get seconds(): number {
    return BUCKET_LENGTHS[this.#lengthIndex];
  }

  /** Notes that the bucket of a time is in use (`NO_TIME`: none). Returns true if the length grew. */
  add(seconds: number): boolean {
    if (seconds === NO_TIME || seconds - (seconds % this.seconds) === this.#last) return false;
    this.#last = seconds - (seconds % this.seconds);
    this.#starts.add(this.#last);
    const before = this.#lengthIndex;
    while (this.#starts.size > this.#max && this.#lengthIndex < BUCKET_LENGTHS.length - 1) this.#grow();
    // There is no longer length, so counting can stop.
    if (this.#lengthIndex === BUCKET_LENGTHS.length - 1) this.#starts.clear();
    return this.#lengthIndex !== before;
  }

  #grow(): void {
    this.#lengthIndex++;
    this.#starts = new Set([...this.#starts].map((start) => start - (start % this.seconds)));
    this.#last = NO_TIME;
  }
}
