/**
 * A length of buckets that suits what is read, found while it is read: it begins with a second, and grows whenever there are more
 * buckets than one can look at.
 */
import { NO_TIME } from "../../net/moment.ts";
import { BUCKET_LENGTHS } from "./bucket-lengths.ts";

/** Buckets at most, but for the longest length. */
const MOST_BUCKETS = 240;

export class BucketLength {
  readonly #most: number;
  #place = 0;
  #starts = new Set<number>();
  #last = NO_TIME;

  /** @param most buckets at most */
  constructor(most = MOST_BUCKETS) {
    this.#most = most;
  }

  /** The length now, seconds. */
  get seconds(): number {
    return BUCKET_LENGTHS[this.#place];
  }

  /** Something is in the bucket of a time (`NO_TIME`: in none). True where the length grew. */
  note(seconds: number): boolean {
    if (seconds === NO_TIME || seconds - (seconds % this.seconds) === this.#last) return false;
    this.#last = seconds - (seconds % this.seconds);
    this.#starts.add(this.#last);
    const before = this.#place;
    while (this.#starts.size > this.#most && this.#place < BUCKET_LENGTHS.length - 1) this.#grow();
    // Nothing is longer: there is nothing to be counted any more.
    if (this.#place === BUCKET_LENGTHS.length - 1) this.#starts.clear();
    return this.#place !== before;
  }

  #grow(): void {
    this.#place++;
    this.#starts = new Set([...this.#starts].map((start) => start - (start % this.seconds)));
    this.#last = NO_TIME;
  }
}
