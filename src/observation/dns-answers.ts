/**
 * Which names stand for an address, by who was given it for them. An address may stand for many names, and for others
 * at another host: kept is each asker, name and address, from when the first answer was seen until the last one is no
 * longer of use.
 */
import { type AddressKey, addressText } from "../net/address-key.ts";
import { NO_TIME } from "../net/moment.ts";

/** How many answers are kept; each is an asker, a name and an address. */
export interface DnsAnswerLimits {
  readonly total: number;
  readonly perAddress: number;
  /** Of one asker for one address. */
  readonly perClient: number;
}

const DEFAULT_LIMITS: DnsAnswerLimits = { total: 131_072, perAddress: 1024, perClient: 32 };

/** Names told of one flow. */
const MAX_NAMES = 8;

/** Hosts keep connections, and answers, beyond the time that these are good for. */
const GRACE_SECONDS = 600;
const MIN_USABLE_SECONDS = 900;
/** Nobody keeps an answer as long as some say that they are good for. */
const MAX_TTL_SECONDS = 86_400;
/** Packets of several interfaces are not in order: an answer may seem to come after the flow that it led to. */
const LEEWAY_SECONDS = 1;

interface Answer {
  readonly client: AddressKey;
  readonly name: string;
  firstSeconds: number;
  lastSeconds: number;
  untilSeconds: number;
}

export class DnsAnswers {
  readonly #limits: DnsAnswerLimits;
  /** By address; the one that was answered longest ago comes first, in the map and in its lists. */
  readonly #answers = new Map<string, Answer[]>();
  #count = 0;
  #dropped = 0;

  constructor(limits: DnsAnswerLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** Answers kept. */
  get count(): number {
    return this.#count;
  }

  /** Answers forgotten because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** `client` was given `address` for `name`, at `seconds` or `NO_TIME`, to keep for `ttlSeconds`. */
  add(client: AddressKey, name: string, address: AddressKey, ttlSeconds: number, seconds: number): void {
    const key = addressText(address);
    const answers = this.#answers.get(key) ?? [];
    // Without a time it may be of use to all that comes: only the order is known.
    const first = seconds === NO_TIME ? 0 : seconds;
    const usable = Math.max(Math.min(ttlSeconds, MAX_TTL_SECONDS) + GRACE_SECONDS, MIN_USABLE_SECONDS);
    const until = seconds === NO_TIME ? Number.POSITIVE_INFINITY : seconds + usable;
    const known = answers.findIndex(
      (answer) => answer.client === client && answer.name === name && touches(answer, first, until),
    );
    if (known >= 0) {
      const [answer] = answers.splice(known, 1);
      answer.firstSeconds = Math.min(answer.firstSeconds, first);
      answer.lastSeconds = Math.max(answer.lastSeconds, first);
      answer.untilSeconds = Math.max(answer.untilSeconds, until);
      answers.push(answer);
    } else {
      this.#makeRoom(answers, client);
      answers.push({ client, name, firstSeconds: first, lastSeconds: first, untilSeconds: until });
      this.#count++;
    }
    this.#answers.delete(key);
    this.#answers.set(key, answers);
    this.#forgetOldest();
  }

  /**
   * The names for which `client` had been given `address` when a flow began at `seconds` (or `NO_TIME`), the most
   * recent first; at most 8. Where it had been given it for none, those of others whom `mayAskFor` allows, if that was
   * one asker, or one name.
   */
  namesOf(
    client: AddressKey,
    address: AddressKey,
    seconds: number,
    mayAskFor: (asker: AddressKey) => boolean,
  ): readonly string[] {
    const usable =
      this.#answers.get(addressText(address))?.filter((answer) => isUsable(answer, seconds)) ?? [];
    const own = usable.filter((answer) => answer.client === client);
    if (own.length > 0) return namesByTime(own, seconds);
    const others = usable.filter((answer) => mayAskFor(answer.client));
    const isOneAsker = others.every((answer) => answer.client === others[0].client);
    const isOneName = others.every((answer) => answer.name === others[0].name);
    return isOneAsker || isOneName ? namesByTime(others, seconds) : [];
  }

  /** Takes out of one address's answers what a new one of `client` would be too many for. */
  #makeRoom(answers: Answer[], client: AddressKey): void {
    const own = answers.reduce((count, answer) => count + (answer.client === client ? 1 : 0), 0);
    let leaving = -1;
    if (own >= this.#limits.perClient) leaving = answers.findIndex((answer) => answer.client === client);
    else if (answers.length >= this.#limits.perAddress) leaving = 0;
    if (leaving < 0) return;
    answers.splice(leaving, 1);
    this.#count--;
    this.#dropped++;
  }

  /** Forgets the addresses that were answered longest ago, until there is room. */
  #forgetOldest(): void {
    if (this.#count <= this.#limits.total) return;
    for (const [key, answers] of this.#answers) {
      this.#answers.delete(key);
      this.#count -= answers.length;
      this.#dropped += answers.length;
      if (this.#count <= this.#limits.total) return;
    }
  }
}

/** Whether an answer of use from `first` to `until` goes on from the known ones, or they from it. */
function touches(answer: Answer, first: number, until: number): boolean {
  return first <= answer.untilSeconds && answer.firstSeconds <= until;
}

function isUsable(answer: Answer, seconds: number): boolean {
  if (seconds === NO_TIME) return true;
  return answer.firstSeconds <= seconds + LEEWAY_SECONDS && seconds <= answer.untilSeconds;
}

/** The names, the one that was answered last before the flow began first. */
function namesByTime(answers: readonly Answer[], seconds: number): string[] {
  const latest = (answer: Answer) => Math.min(answer.lastSeconds, seconds + LEEWAY_SECONDS);
  // Within a second the later one in the list is the more recent one, and the sort keeps that.
  const sorted = [...answers].reverse().sort((a, b) => latest(b) - latest(a));
  return [...new Set(sorted.map((answer) => answer.name))].slice(0, MAX_NAMES);
}
