/**
 * A bucket length that is chosen while reading: it begins at one second, and grows whenever there are too many buckets to
 * look at.
 */
import { NO_TIME } from "../../net/moment.ts";
import { BUCKET_LENGTHS } from "./bucket-lengths.ts";

/** Maximum number of buckets, except at the longest length. */
const MOST_BUCKETS = 240;

export class BucketLength {
  readonly #most: number;
  #place = 0;
  #starts = new Set<number>();
  #last = NO_TIME;

  /** @param most maximum number of buckets */
  constructor(most = MOST_BUCKETS) {
    this.#most = most;
  }

  /** The current length in seconds. */
  get seconds(): number {
    return BUCKET_LENGTHS[this.#place];
  }

  /** Notes that the bucket of a time is in use (`NO_TIME`: none). Returns true if the length grew. */
  note(seconds: number): boolean {
    if (seconds === NO_TIME || seconds - (seconds % this.seconds) === this.#last) return false;
    this.#last = seconds - (seconds % this.seconds);
    this.#starts.add(this.#last);
    const before = this.#place;
    while (this.#starts.size > this.#most && this.#place < BUCKET_LENGTHS.length - 1) this.#grow();
    // There is no longer length, so counting can stop.
    if (this.#place === BUCKET_LENGTHS.length - 1) this.#starts.clear();
    return this.#place !== before;
  }

  #grow(): void {
    this.#place++;
    this.#starts = new Set([...this.#starts].map((start) => start - (start % this.seconds)));
    this.#last = NO_TIME;
  }
}
