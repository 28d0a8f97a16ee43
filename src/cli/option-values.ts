/** Reads the values of options: what is not exactly right is an error that says what would be. */
import { InvalidArgumentError } from "commander";
import { MAX_FLOWS_LIMIT } from "../packets/kernel/kernel.ts";

const MOST_ROWS = 1_000_000_000;
const MOST_SECONDS = 4_294_967_295;

/** `--top` */
export function parseTop(text: string): number {
  return parseWhole(text, 1, MOST_ROWS);
}

/** `--max-flows` */
export function parseMaxFlows(text: string): number {
  return parseWhole(text, 1, MAX_FLOWS_LIMIT);
}

/** `--idle-timeout`: seconds, with a fraction or without. */
export function parseIdleTimeout(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= 0 && seconds <= MOST_SECONDS) return seconds;
  throw new InvalidArgumentError(`It needs seconds from 0 to ${grouped(MOST_SECONDS)}.`);
}

const MOST_PERCENT = 100;

/** `--min-change`, `--tolerance`: `5%`, `0.5%`, or without the sign; as a part of 1. */
export function parsePercent(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  const percent = Number(digits);
  if (percent <= MOST_PERCENT) return percent / 100;
  throw new InvalidArgumentError(`It needs a part from 0% to ${MOST_PERCENT}%.`);
}

function parseWhole(text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It needs a whole number from ${grouped(least)} to ${grouped(most)}.`);
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
