/**
 * Which names stand for an address, by who was given it for them: an address may stand for many names, and for others
 * at another host.
 */
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { NO_TIME } from "../../net/moment.ts";
import { AnswerLists, type NamedAnswer } from "./answer-lists.ts";
import { RecentMap } from "./recent-map.ts";

/** How much is kept. */
export interface DnsAnswerLimits {
  /** Answers, each an asker, an address and a name; half as many without the asker. */
  readonly answers: number;
  /** Names of an asker and an address; the same number of an address, whoever asked. */
  readonly names: number;
  /** Hosts known to ask. */
  readonly askers: number;
}

const DEFAULT_LIMITS: DnsAnswerLimits = { answers: 131_072, names: 32, askers: 65_536 };

/** Names told of one flow. */
const MAX_NAMES = 8;

const IPV4_KEY = "4";
const IPV6_KEY = "6";
const VERSION_KEYS = [IPV4_KEY, IPV6_KEY];
const IPV4_TEXT_LENGTH = 2;

/** Bounded in memory: when there are too many, those of the address that was answered longest ago go. */
export class DnsAnswers {
  readonly #own: AnswerLists;
  /** By address and by the version of IP over which it was asked for, whoever asked. */
  readonly #anyone: AnswerLists;
  readonly #askers: RecentMap<true>;
  /** When an asker was first given an address of a version for a name; by both and the name. */
  readonly #firstAnswered: RecentMap<number>;

  constructor(limits: DnsAnswerLimits = DEFAULT_LIMITS) {
    this.#own = new AnswerLists(limits.answers, limits.names);
    this.#anyone = new AnswerLists(Math.ceil(limits.answers / 2), limits.names);
    this.#askers = new RecentMap(limits.askers);
    this.#firstAnswered = new RecentMap(limits.askers);
  }

  /** Answers kept. */
  get count(): number {
    return this.#own.count;
  }

  /** Answers of an asker forgotten because there were too many. */
  get dropped(): number {
    return this.#own.dropped;
  }

  /** `client` was given `address` for `name`, at `seconds` or `NO_TIME`, to keep for `ttlSeconds`. */
  add(client: AddressKey, name: string, address: AddressKey, ttlSeconds: number, seconds: number): void {
    const asker = addressText(client);
    const text = addressText(address);
    this.#own.add(ownKey(asker, text), name, client, ttlSeconds, seconds);
    this.#anyone.add(anyoneKey(asker, text), name, client, ttlSeconds, seconds);
    if (this.#askers.get(asker) === undefined) this.#askers.set(asker, true);
    const first = answeredKey(asker, text, name);
    if (this.#firstAnswered.get(first) === undefined) {
      this.#firstAnswered.set(first, seconds === NO_TIME ? 0 : seconds);
    }
  }

  /**
   * Whether `client` had been given addresses for `name` when a flow began at `seconds` (or `NO_TIME`), `address` never
   * among them. Not where only addresses of the other version of IP were seen.
   */
  isRefuted(client: AddressKey, address: AddressKey, name: string, seconds: number): boolean {
    const asker = addressText(client);
    const text = addressText(address);
    const first = this.#firstAnswered.get(answeredKey(asker, text, name));
    if (first === undefined || (seconds !== NO_TIME && seconds < first)) return false;
    return !this.#own.at(ownKey(asker, text), NO_TIME).some((answer) => answer.name === name);
  }

  /**
   * The names for which `client` had been given `address` when a flow began at `seconds` (or `NO_TIME`), the most
   * recent first; at most 8.
   *
   * Where it had been given it for none: a resolver or router asks for the hosts behind it, and a host may ask over one
   * version of IP and connect over the other. So what others asked for stands in, if all of it was one asker's or one
   * name; but a host that does ask gets only what was asked over the other version.
   */
  namesOf(client: AddressKey, address: AddressKey, seconds: number): readonly string[] {
    const asker = addressText(client);
    const text = addressText(address);
    const own = this.#own.at(ownKey(asker, text), seconds);
    if (own.length > 0) return namesIn(own);
    const others = VERSION_KEYS.flatMap((key) => {
      if (this.#askers.get(asker) !== undefined && key === versionKey(asker)) return [];
      return this.#anyone.at(key + text, seconds);
    });
    if (others.length === 0) return [];
    const [{ name, asker: first }] = others;
    const isOneAsker = first !== null && others.every((answer) => answer.asker === first);
    return isOneAsker || others.every((answer) => answer.name === name) ? namesIn(others) : [];
  }
}

function versionKey(text: string): string {
  return text.length === IPV4_TEXT_LENGTH ? IPV4_KEY : IPV6_KEY;
}

/** The version keeps the two addresses apart: either may be of either length. */
function ownKey(asker: string, address: string): string {
  return versionKey(asker) + asker + address;
}

/** By the version of the address, not of what it was asked for over. */
function answeredKey(asker: string, address: string, name: string): string {
  return `${versionKey(address)}${versionKey(asker)}${asker}${name}`;
}

function anyoneKey(asker: string, address: string): string {
  return versionKey(asker) + address;
}

function namesIn(answers: readonly Readonly<NamedAnswer>[]): string[] {
  if (answers.length === 1) return [answers[0].name];
  const names = new Set<string>();
  for (let i = answers.length - 1; i >= 0 && names.size < MAX_NAMES; i--) names.add(answers[i].name);
  return [...names];
}
