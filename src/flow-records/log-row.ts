/**
 * One line of a log, read field by field. The input is hostile: a field may be missing, of another type, or a number as
 * text. An invalid value is recorded as the row's problem (the first one counts) and has no effect otherwise.
 */
import { type AddressKey, ipv4Key, ipv6Key } from "../net/address-key.ts";
import { parseIpv4Text, parseIpv6Words } from "../net/address-text.ts";
import { type Moment, NANOSECONDS, NO_TIME } from "../net/moment.ts";
import { copyText } from "./copy-text.ts";
import { momentOf, secondsOf } from "./log-time.ts";

/** Returns the value of a field, of any type; null or undefined for none. */
export type FieldOf = (name: string) => unknown;

const LAST_PORT = 0xffff;
/** Maximum packets or bytes of a flow: sums of these stay exact for long. */
const MAX_COUNT = 2 ** 48;
/** Maximum characters of a value in a message. */
const SHOWN_LENGTH = 40;
const IPV4_BYTES = 4;
/** Maximum characters of a flow id: Zeek writes 18, Suricata about 16 digits. */
const MAX_ID_LENGTH = 64;
/** Maximum elements of a list that are read. */
const MAX_ELEMENTS = 64;
const BEGINNING: Moment = { seconds: 0, nanoseconds: 0 };

export class LogRow {
  /** What is wrong with it; null so far. */
  problem: string | null = null;
  readonly #field: FieldOf;

  constructor(field: FieldOf) {
    this.#field = field;
  }

  /** Whether a field has a value. */
  has(name: string): boolean {
    return (this.#field(name) ?? null) !== null;
  }

  /** Returns text, or a number as text; null for anything else. Hostile. */
  text(name: string): string | null {
    const value = this.#field(name);
    if (typeof value === "number") return String(value);
    return typeof value === "string" ? value : null;
  }

  /** Returns a flow id, owned by the caller; null for none. */
  id(name: string): string | null {
    const id = this.text(name);
    if (id === null || id.length <= MAX_ID_LENGTH) return id === null ? null : copyText(id);
    this.fail(`${name} is longer than ${MAX_ID_LENGTH} characters`);
    return null;
  }

  /** Returns those elements of a list that are text or numbers; empty for any other value. */
  texts(name: string): readonly string[] {
    const value = this.#field(name);
    if (!Array.isArray(value)) return [];
    const elements: readonly unknown[] = value.slice(0, MAX_ELEMENTS);
    return elements
      .map((element) => (typeof element === "number" ? String(element) : element))
      .filter(isText);
  }

  /** Returns a mandatory IP address. */
  address(name: string): AddressKey {
    const address = addressOf(this.text(name) ?? "");
    if (address === null) this.#reportInvalid(name, "an address");
    return address ?? 0;
  }

  port(name: string): number {
    const port = this.#number(name);
    if (port !== null && Number.isInteger(port) && port >= 0 && port <= LAST_PORT) return port;
    this.#reportInvalid(name, "a port");
    return 0;
  }

  /** Returns a whole number from 0 to `MAX_COUNT`; 0 if the field is empty. */
  count(name: string): number {
    if (!this.has(name)) return 0;
    const count = this.#number(name);
    if (count !== null && Number.isInteger(count) && count >= 0 && count <= MAX_COUNT) return count;
    this.#reportInvalid(name, "a count");
    return 0;
  }

  /** Returns a mandatory point in time; without a time zone it is UTC. */
  moment(name: string): Moment {
    const moment = momentOf(this.#field(name));
    if (moment === null) this.#reportInvalid(name, "a time");
    return moment ?? BEGINNING;
  }

  /** Returns `start` plus the duration in the field; `start` if the field is empty. */
  momentAfter(start: Moment, name: string): Moment {
    if (!this.has(name)) return start;
    const length = secondsOf(this.#field(name));
    const nanoseconds = start.nanoseconds + (length?.nanoseconds ?? 0);
    const carry = nanoseconds >= NANOSECONDS ? 1 : 0;
    const seconds = start.seconds + (length?.seconds ?? 0) + carry;
    if (length === null || seconds >= NO_TIME) {
      this.#reportInvalid(name, "a length of time");
      return start;
    }
    return { seconds, nanoseconds: nanoseconds - carry * NANOSECONDS };
  }

  /** Records a problem unless there is one already. */
  fail(problem: string): void {
    this.problem ??= problem;
  }

  #number(name: string): number | null {
    const value = this.#field(name);
    if (typeof value === "number") return value;
    return typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : null;
  }

  #reportInvalid(name: string, wanted: string): void {
    const value = this.#field(name) ?? null;
    if (value === null) this.fail(`has no ${name}`);
    else this.fail(`${name} is ${JSON.stringify(value).slice(0, SHOWN_LENGTH)}, not ${wanted}`);
  }
}

/** Parses an address with or without a zone; null for anything else. */
export function addressOf(text: string): AddressKey | null {
  if (text.includes(":")) {
    const zone = text.indexOf("%");
    const words = parseIpv6Words(zone < 0 ? text : text.slice(0, zone));
    return words === null ? null : ipv6Key(...words);
  }
  const ipv4 = parseIpv4Text(text);
  return ipv4?.bytes === IPV4_BYTES ? ipv4Key(ipv4.address) : null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
