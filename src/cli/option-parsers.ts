/** Parsers of option values: an invalid value is an error that says what would be valid. */
import { BlockList, isIP } from "node:net";
import { InvalidArgumentError } from "commander";
import { MOST_DURATION_SECONDS } from "../net/moment.ts";

/** The longest time that an option accepts, in seconds. */
export const MOST_SECONDS = 4_294_967_295;
export const MAX_PORT = 65_535;
/** More rows than any table has. */
export const MOST_ROWS = 1_000_000_000;
const MOST_PERCENT = 100;

/** Returns a parser of whole numbers; both limits are included. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It needs a whole number from ${grouped(least)} to ${grouped(most)}.`);
  };
}

/** Returns a parser of seconds, with or without a fraction; both limits are included. */
export function seconds(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It needs seconds from ${grouped(least)} to ${grouped(most)}.`);
  };
}

/** Seconds for each unit of a duration. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/** A hundred years. */
const MOST_AGE_DAYS = 36_500;

/** Parses `10s`, `1m`, `6h`, `1d` to seconds. */
export function parseDuration(text: string): number {
  const value = lengthOf(text);
  if (value >= 1 && value <= MOST_DURATION_SECONDS) return value;
  throw new InvalidArgumentError("It needs a duration from 1s to 366d: 10s, 1m, 1h or 1d.");
}

/** The same for an age, which may be years. */
export function parseAge(text: string): number {
  const value = lengthOf(text);
  if (value >= 1 && value <= MOST_AGE_DAYS * 86_400) return value;
  throw new InvalidArgumentError(
    `It needs a duration from 1s to ${grouped(MOST_AGE_DAYS)}d: 30m, 12h, 7d or 730d.`,
  );
}

/** NaN if it is not a duration. */
function lengthOf(text: string): number {
  const [, digits, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(digits) * (UNITS.get(unit) ?? Number.NaN);
}

/** Prefix lengths, in bits. */
export interface Prefixes {
  readonly ipv4: number;
  readonly ipv6: number;
}

const DEFAULT_IPV6_PREFIX = 64;

/** Parses `16`, or `16,48` with one for IPv6. */
export function parsePrefixes(text: string): Prefixes {
  const [, ipv4, ipv6] = /^(\d{1,2})(?:,(\d{1,3}))?$/.exec(text) ?? [];
  const prefixes = { ipv4: Number(ipv4), ipv6: ipv6 === undefined ? DEFAULT_IPV6_PREFIX : Number(ipv6) };
  if (prefixes.ipv4 <= 32 && prefixes.ipv6 <= 128) return prefixes;
  throw new InvalidArgumentError(
    "It needs a prefix length from 0 to 32, for IPv6 from 0 to 128: 24 or 24,64.",
  );
}

/** Parses `5%`, `0.5%`, with or without the sign, to a fraction of 1. */
export function parsePercent(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  const percent = Number(digits);
  if (percent <= MOST_PERCENT) return percent / 100;
  throw new InvalidArgumentError(`It needs a percentage from 0% to ${MOST_PERCENT}%.`);
}

/** Parses an address to listen on: `9100`, `0.0.0.0:9100`, `[::]:9100`. Without an address: loopback only. */
export function parseListenAddress(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] =
    /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (port <= MAX_PORT) return { host: bracketed ?? plain ?? "127.0.0.1", port };
  throw new InvalidArgumentError("It needs a port, or address and port: 9100, 0.0.0.0:9100 or [::]:9100.");
}

/** Returns a test for the address `text`; null if that is not one. Treats 2001:DB8::0:1 as 2001:db8::1. */
export function addressTest(text: string): ((address: string) => boolean) | null {
  const family = isIP(text);
  if (family === 0) return null;
  const type = family === 4 ? "ipv4" : "ipv6";
  const meant = new BlockList();
  meant.addAddress(text, type);
  return (address) => isIP(address) === family && meant.check(address, type);
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
