/** Names by address, per client that received them: an address may have many names, and different ones for another host. */
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { NO_TIME } from "../../net/moment.ts";
import { AnswerLists, type NamedAnswer } from "./answer-lists.ts";
import { RecentMap } from "./recent-map.ts";

/** Limits. */
export interface DnsAnswerLimits {
  /** Answers, each of an asker, an address and a name; half as many without the asker. */
  readonly answers: number;
  /** Names per asker and address, and per address over all askers. */
  readonly names: number;
  /** Hosts known to send queries. */
  readonly askers: number;
}

const DEFAULT_LIMITS: DnsAnswerLimits = { answers: 131_072, names: 32, askers: 65_536 };

/** Names returned per flow. */
const MAX_NAMES = 8;

const IPV4_KEY = "4";
const IPV6_KEY = "6";
const VERSION_KEYS = [IPV4_KEY, IPV6_KEY];
const IPV4_TEXT_LENGTH = 2;

/** Bounded in memory: when there are too many, those of the address that was answered least recently are evicted. */
export class DnsAnswers {
  readonly #own: AnswerLists;
  /** By address and by the version of IP of the query, for all askers. */
  readonly #anyone: AnswerLists;
  readonly #askers: RecentMap<true>;
  /** When an asker first received an address of a version for a name; by asker, version and name. */
  readonly #firstAnswered: RecentMap<number>;

  constructor(limits: DnsAnswerLimits = DEFAULT_LIMITS) {
    this.#own = new AnswerLists(limits.answers, limits.names);
    this.#anyone = new AnswerLists(Math.ceil(limits.answers / 2), limits.names);
    this.#askers = new RecentMap(limits.askers);
    this.#firstAnswered = new RecentMap(limits.askers);
  }

  /** Number of kept answers. */
  get count(): number {
    return this.#own.count;
  }

  /** Answers of an asker dropped because there were too many. */
  get dropped(): number {
    return this.#own.dropped;
  }

  /** Adds an answer: `client` received `address` for `name`, at `seconds` or `NO_TIME`, with a lifetime of `ttlSeconds`. */
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
   * Whether `client` had received addresses for `name`, but never `address`, when a flow began at `seconds` (or `NO_TIME`).
   * False if only addresses of the other version of IP were seen.
   */
  isRefuted(client: AddressKey, address: AddressKey, name: string, seconds: number): boolean {
    const asker = addressText(client);
    const text = addressText(address);
    const first = this.#firstAnswered.get(answeredKey(asker, text, name));
    if (first === undefined || (seconds !== NO_TIME && seconds < first)) return false;
    return !this.#own.at(ownKey(asker, text), NO_TIME).some((answer) => answer.name === name);
  }

  /**
   * Returns the names for which `client` had received `address` when a flow began at `seconds` (or `NO_TIME`), the most
   * recent first; at most 8.
   *
   * If there are none, the queries of others are used, provided that they all have the same asker or the same name: a
   * resolver or router queries for the hosts behind it, and a host may query over one version of IP and connect over the
   * other. For a host that sends queries itself, only those over the other version are used.
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

/** The version separates the two addresses: either may have either length. */
function ownKey(asker: string, address: string): string {
  return versionKey(asker) + asker + address;
}

/** By the version of the address, not that of the query. */
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
