/**
 * Names by key, each from the first answer that contained it until the last such answer is out of use. A lookup for a given
 * time returns the names in answers that had arrived by then and were still valid.
 */
import type { AddressKey } from "../../net/address-key.ts";
import { NO_TIME } from "../../net/moment.ts";
import { EVICTION_SHIFT } from "./recent-map.ts";

/** Hosts keep using connections and answers after their lifetime. */
const GRACE_SECONDS = 600;
const MIN_USABLE_SECONDS = 900;
/** No resolver keeps an answer as long as some claim to be valid. */
const MAX_TTL_SECONDS = 86_400;
/** Packets of several interfaces are not in order: an answer may appear after the flow that used it. */
const LEEWAY_SECONDS = 1;

/** A name whose answer contained an address. */
export interface NamedAnswer {
  readonly name: string;
  /** The client that asked; null if more than one did. */
  asker: AddressKey | null;
  firstSeconds: number;
  lastSeconds: number;
  untilSeconds: number;
}

const NONE: readonly NamedAnswer[] = Object.freeze([]);

/** Lists of `NamedAnswer`, with limits per list and in total. */
export class AnswerLists {
  readonly #limit: number;
  readonly #limitPerList: number;
  /** Lists in order of their last addition, and answers of a list in order of arrival. */
  readonly #lists = new Map<string, NamedAnswer[]>();
  #count = 0;
  #dropped = 0;

  constructor(limit: number, limitPerList: number) {
    this.#limit = limit;
    this.#limitPerList = limitPerList;
  }

  /** Number of kept answers. */
  get count(): number {
    return this.#count;
  }

  /** Answers dropped because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds an answer that arrived at `seconds`, or `NO_TIME`, with a lifetime of `ttlSeconds`. */
  add(key: string, name: string, asker: AddressKey, ttlSeconds: number, seconds: number): void {
    // Without a time, it may apply to anything that follows: only the order is known.
    const first = seconds === NO_TIME ? 0 : seconds;
    const usable = Math.max(Math.min(ttlSeconds, MAX_TTL_SECONDS) + GRACE_SECONDS, MIN_USABLE_SECONDS);
    const until = seconds === NO_TIME ? Number.POSITIVE_INFINITY : seconds + usable;
    const list = this.#lists.get(key);
    if (list === undefined) {
      this.#lists.set(key, [{ name, asker, firstSeconds: first, lastSeconds: first, untilSeconds: until }]);
      this.#count++;
      this.#forgetOldest();
      return;
    }
    const known = list.findLastIndex((answer) => answer.name === name && touches(answer, first, until));
    if (known >= 0) {
      const answer = list[known];
      if (answer.asker !== asker) answer.asker = null;
      answer.firstSeconds = Math.min(answer.firstSeconds, first);
      answer.lastSeconds = Math.max(answer.lastSeconds, first);
      answer.untilSeconds = Math.max(answer.untilSeconds, until);
      if (known < list.length - 1) list.push(...list.splice(known, 1));
    } else {
      if (list.length >= this.#limitPerList) {
        list.shift();
        this.#count--;
        this.#dropped++;
      }
      list.push({ name, asker, firstSeconds: first, lastSeconds: first, untilSeconds: until });
      this.#count++;
    }
    this.#lists.delete(key);
    this.#lists.set(key, list);
    this.#forgetOldest();
  }

  /** Answers that had arrived by `seconds` (or `NO_TIME`) and were valid then, oldest first; borrowed. */
  at(key: string, seconds: number): readonly Readonly<NamedAnswer>[] {
    const list = this.#lists.get(key);
    if (list === undefined) return NONE;
    // Most lists have one answer.
    if (list.length === 1) return isUsable(list[0], seconds) ? list : NONE;
    const usable = list.filter((answer) => isUsable(answer, seconds));
    // Within a second, the list has the order of the capture, which the sort keeps.
    return usable.sort((a, b) => latestBy(seconds, a) - latestBy(seconds, b));
  }

  #forgetOldest(): void {
    if (this.#count <= this.#limit) return;
    const wanted = this.#limit - (this.#limit >> EVICTION_SHIFT);
    for (const [key, list] of this.#lists) {
      this.#lists.delete(key);
      this.#count -= list.length;
      this.#dropped += list.length;
      if (this.#count <= wanted) return;
    }
  }
}

/** Whether an answer usable from `first` to `until` overlaps a known one. */
function touches(answer: NamedAnswer, first: number, until: number): boolean {
  return first <= answer.untilSeconds && answer.firstSeconds <= until;
}

function isUsable(answer: NamedAnswer, seconds: number): boolean {
  if (seconds === NO_TIME) return true;
  return answer.firstSeconds <= seconds + LEEWAY_SECONDS && seconds <= answer.untilSeconds;
}

/**
 * Latest time that counts for a flow that began at `seconds`: of answers repeated later, the exact earlier time is unknown,
 * but recent.
 */
function latestBy(seconds: number, answer: NamedAnswer): number {
  return Math.min(answer.lastSeconds, seconds + LEEWAY_SECONDS);
}
