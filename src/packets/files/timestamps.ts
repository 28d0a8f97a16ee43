/** Times of records: seconds since 1970 and nanoseconds, in two 32-bit numbers, exact. */
import { NANOSECONDS, NO_TIME } from "../../net/moment.ts";
import type { PacketBlock } from "../packet-block.ts";

/** The last second that differs from `NO_TIME`: 2106-02-07T06:28:14Z. */
export const MAX_SECONDS = 0xfffffffe;

/** Default resolution of an interface (if_tsresol): 10^-6 s. */
export const MICROSECOND_RESOLUTION = 6;

const BINARY_RESOLUTION = 0x80;
const RESOLUTION_EXPONENT = 0x7f;
/** Below these, divisions of `TickClock` are exact in doubles; finer clocks use BigInt. */
const MAX_DECIMAL_EXPONENT = 9;
const MAX_BINARY_EXPONENT = 32;

/** Clocks between these need one division: quotients stay below 2^52, three seconds of ticks below 2^32. */
const MIN_FAST_TICKS = 1 << 13;
const MAX_FAST_TICKS = 1_000_000_000;

/** Returns the decimal digits needed for `unitsPerSecond`, at most 9. */
export function digitsOf(unitsPerSecond: number): number {
  for (let digits = 0, power = 1; digits < 9; digits++, power *= 10)
    if (power >= unitsPerSecond) return digits;
  return 9;
}

/**
 * Writes a time into row `row` of `block`; the rows before it are filled. An impossible time (before 1970, after
 * `MAX_SECONDS`, nanoseconds of a second or more) is counted, and replaced by the time of the previous record, or none
 * at all (docs/contract.md, "Impossible times and lengths").
 */
export function storeTime(seconds: number, nanoseconds: number, block: PacketBlock, row: number): void {
  if (seconds >= 0 && seconds <= MAX_SECONDS && nanoseconds < NANOSECONDS) {
    block.seconds[row] = seconds;
    block.nanoseconds[row] = nanoseconds;
    return;
  }
  block.impossibleTimes++;
  const before = lastTimedRow(block, row);
  block.seconds[row] = before < 0 ? block.lastSeconds : block.seconds[before];
  block.nanoseconds[row] = before < 0 ? block.lastNanoseconds : block.nanoseconds[before];
}

/** Keeps the last time of a filled block for the next one. */
export function keepLastTime(block: PacketBlock): void {
  const last = lastTimedRow(block, block.count);
  if (last < 0) return;
  block.lastSeconds = block.seconds[last];
  block.lastNanoseconds = block.nanoseconds[last];
}

/** Returns the last row before `end` that has a time; -1 for none. */
function lastTimedRow({ nanoseconds }: PacketBlock, end: number): number {
  let row = end - 1;
  while (row >= 0 && nanoseconds[row] === NO_TIME) row--;
  return row;
}

/** The clock of one pcapng interface: converts its 64-bit ticks to times. */
export class TickClock {
  /** Decimal digits of a second that its ticks can represent, 0 to 9. */
  readonly digits: number;
  readonly #resolution: number;
  readonly #offsetSeconds: number;
  readonly #isBinary: boolean;
  readonly #needsBigInt: boolean;
  readonly #isFast: boolean;
  readonly #ticksPerSecond: number;

  /**
   * @param resolution raw if_tsresol: n for 10^-n, 0x80 + n for 2^-n seconds.
   * @param offsetSeconds if_tsoffset.
   */
  constructor(resolution: number, offsetSeconds: number) {
    const exponent = resolution & RESOLUTION_EXPONENT;
    this.#resolution = resolution;
    this.#offsetSeconds = offsetSeconds;
    this.#isBinary = (resolution & BINARY_RESOLUTION) !== 0;
    this.#needsBigInt = exponent > (this.#isBinary ? MAX_BINARY_EXPONENT : MAX_DECIMAL_EXPONENT);
    this.#ticksPerSecond = (this.#isBinary ? 2 : 10) ** exponent;
    this.#isFast = this.#ticksPerSecond >= MIN_FAST_TICKS && this.#ticksPerSecond <= MAX_FAST_TICKS;
    this.digits = digitsOf(this.#ticksPerSecond);
  }

  /** Writes the time of `high` * 2^32 + `low` ticks into row `row` of `block`. */
  store(high: number, low: number, block: PacketBlock, row: number): void {
    if (this.#needsBigInt) {
      this.#storeBigInt(high, low, block, row);
      return;
    }
    const perSecond = this.#ticksPerSecond;
    let seconds: number;
    let rest: number;
    if (this.#isFast) {
      // The quotient of the rounded ticks may be off by one, which the exact lower 32 bits of the remainder show.
      seconds = Math.floor((high * 0x1_0000_0000 + low) / perSecond);
      rest = (low - Math.imul(seconds, perSecond)) >>> 0;
      if (rest >= perSecond) {
        const isNegative = rest >= 2 * perSecond;
        seconds += isNegative ? -1 : 1;
        rest = (isNegative ? rest + perSecond : rest - perSecond) >>> 0;
      }
    } else {
      // Long division with 16-bit digits: every intermediate value stays below 2^48.
      seconds = Math.floor(high / perSecond);
      rest = (high - seconds * perSecond) * 0x1_0000 + (low >>> 16);
      const upper = Math.floor(rest / perSecond);
      rest = (rest - upper * perSecond) * 0x1_0000 + (low & 0xffff);
      const lower = Math.floor(rest / perSecond);
      rest -= lower * perSecond;
      seconds = seconds * 0x1_0000_0000 + upper * 0x1_0000 + lower;
    }
    const nanoseconds = this.#isBinary
      ? nanosecondsOfBinary(rest, perSecond)
      : rest * (NANOSECONDS / perSecond);
    storeTime(seconds + this.#offsetSeconds, nanoseconds, block, row);
  }

  /** Clocks finer than a nanosecond are rare (some capture cards count in 2^-64 s): exact, not fast. */
  #storeBigInt(high: number, low: number, block: PacketBlock, row: number): void {
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    const exponent = BigInt(this.#resolution & RESOLUTION_EXPONENT);
    const perSecond = this.#isBinary ? 1n << exponent : 10n ** exponent;
    const seconds = Number(ticks / perSecond) + this.#offsetSeconds;
    storeTime(seconds, Number(((ticks % perSecond) * BigInt(NANOSECONDS)) / perSecond), block, row);
  }
}

/** Returns the nanoseconds, rounded down, in `rest` of `perSecond` = 2^n parts of a second, n <= 32: two 16-bit digits. */
function nanosecondsOfBinary(rest: number, perSecond: number): number {
  const upper = Math.floor(rest / 0x1_0000);
  const lower = rest - upper * 0x1_0000;
  const upperPerSecond = perSecond / 0x1_0000;
  const nanoseconds = Math.floor((upper * NANOSECONDS) / upperPerSecond);
  const carried = upper * NANOSECONDS - nanoseconds * upperPerSecond;
  return nanoseconds + Math.floor((carried * 0x1_0000 + lower * NANOSECONDS) / perSecond);
}
