/**
 * Names by key, each from when an answer first gave it until the last such answer is no longer of use. Whoever is
 * asked for the names at some time gets those that an answer had given by then and was still good for.
 */
import type { AddressKey } from "../../net/address-key.ts";
import { NO_TIME } from "../../net/moment.ts";
import { ROOM_SHIFT } from "./recent-map.ts";

/** Hosts keep connections, and answers, beyond the time that these are good for. */
const GRACE_SECONDS = 600;
const MIN_USABLE_SECONDS = 900;
/** Nobody keeps an answer as long as some say that they are good for. */
const MAX_TTL_SECONDS = 86_400;
/** Packets of several interfaces are not in order: an answer may seem to come after the flow that it led to. */
const LEEWAY_SECONDS = 1;

/** A name that was answered with an address. */
export interface NamedAnswer {
  readonly name: string;
  /** Who asked; null where more than one did. */
  asker: AddressKey | null;
  firstSeconds: number;
  lastSeconds: number;
  untilSeconds: number;
}

const NONE: readonly NamedAnswer[] = Object.freeze([]);

/** Lists of `NamedAnswer`, bounded in each list and in all. */
export class AnswerLists {
  readonly #limit: number;
  readonly #limitPerList: number;
  /** The list that was added to longest ago comes first, and in a list the answer that came longest ago. */
  readonly #lists = new Map<string, NamedAnswer[]>();
  #count = 0;
  #dropped = 0;

  constructor(limit: number, limitPerList: number) {
    this.#limit = limit;
    this.#limitPerList = limitPerList;
  }

  /** Answers kept. */
  get count(): number {
    return this.#count;
  }

  /** Answers forgotten because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** An answer came at `seconds`, or `NO_TIME`, to keep for `ttlSeconds`. */
  add(key: string, name: string, asker: AddressKey, ttlSeconds: number, seconds: number): void {
    // Without a time it may be of use to all that comes: only the order is known.
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

  /** Answers that had come by `seconds` (or `NO_TIME`) and were good for then, the one that came longest ago first; borrowed. */
  at(key: string, seconds: number): readonly Readonly<NamedAnswer>[] {
    const list = this.#lists.get(key);
    if (list === undefined) return NONE;
    // Most have one.
    if (list.length === 1) return isUsable(list[0], seconds) ? list : NONE;
    const usable = list.filter((answer) => isUsable(answer, seconds));
    // Within a second the order of the list is that of the capture, and the sort keeps it.
    return usable.sort((a, b) => latestBy(seconds, a) - latestBy(seconds, b));
  }

  #forgetOldest(): void {
    if (this.#count <= this.#limit) return;
    const wanted = this.#limit - (this.#limit >> ROOM_SHIFT);
    for (const [key, list] of this.#lists) {
      this.#lists.delete(key);
      this.#count -= list.length;
      this.#dropped += list.length;
      if (this.#count <= wanted) return;
    }
  }
}

/** Whether an answer that is of use from `first` to `until` goes on from a known one, or the other way round. */
function touches(answer: NamedAnswer, first: number, until: number): boolean {
  return first <= answer.untilSeconds && answer.firstSeconds <= until;
}

function isUsable(answer: NamedAnswer, seconds: number): boolean {
  if (seconds === NO_TIME) return true;
  return answer.firstSeconds <= seconds + LEEWAY_SECONDS && seconds <= answer.untilSeconds;
}

/** When it last came before what began at `seconds`; of one that came later too, nobody knows, but it was not long. */
function latestBy(seconds: number, answer: NamedAnswer): number {
  return Math.min(answer.lastSeconds, seconds + LEEWAY_SECONDS);
}
