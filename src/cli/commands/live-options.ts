/** The options of `appleflow live`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../environment.ts";
import { parseIdleTimeout, parseMaxFlows } from "../option-values.ts";

/** `--ring`: as many files, each of so many bytes at most. */
export interface RingOption {
  readonly files: number;
  readonly bytes: number;
}

/** As commander hands them over. */
export interface LiveCommandOptions {
  readonly filter?: string;
  readonly outer?: boolean;
  readonly duration?: number;
  readonly count?: number;
  readonly interval?: number;
  readonly snaplen?: number;
  /** `--no-promiscuous` makes it false; undefined where neither is given. */
  readonly promiscuous?: boolean;
  readonly backend: "auto" | "cap" | "tcpdump";
  readonly save?: string;
  readonly ring?: RingOption;
  readonly output?: string;
  readonly idleTimeout?: number;
  readonly maxFlows?: number;
  readonly ports?: string;
  readonly rules?: string;
  /** `--no-evidence` makes it false. */
  readonly evidence: boolean;
  readonly anonymise?: boolean;
  /** Hexadecimal digits; asks for `anonymise` as well. */
  readonly anonymiseKey?: string;
}

const MOST_SECONDS = 4_294_967_295;
const LEAST_INTERVAL_SECONDS = 0.1;
const MOST_INTERVAL_SECONDS = 86_400;
const MOST_PACKETS = Number.MAX_SAFE_INTEGER;
const LEAST_SNAPLEN = 64;
const MOST_SNAPLEN = 262_144;
const MOST_FILES = 1_000_000;
const MEGABYTE = 1_000_000;
const MOST_MEGABYTES = 1_000_000;

/**
 * Names stand in the first bytes of a flow; a client hello of two segments, which the card's driver may have merged, has
 * room. The kernel's buffer has a place of this length for every packet: with all bytes of a packet, 256 places, 20,000
 * packets per second lost 2 % here whenever a report was made, and none with this.
 */
export const DEFAULT_LIVE_SNAPLEN = 3_072;

/** Adds the options to the command. */
export function addLiveOptions(command: Command): Command {
  return command
    .argument("[interface...]", "where to capture (default: the interface with the default route)")
    .option("--filter <expression>", 'only packets that match, as in tcpdump: "host 10.0.0.7 and tcp"')
    .option("--outer", "count packets by their outermost header: look into no tunnel")
    .option("--duration <seconds>", "end after so long", (text) => parseSeconds(text, 0.001, MOST_SECONDS))
    .option("--count <packets>", "end after so many packets", (text) => parseWhole(text, 1, MOST_PACKETS))
    .option("--interval <seconds>", "from one report to the next (default: 1)", (text) =>
      parseSeconds(text, LEAST_INTERVAL_SECONDS, MOST_INTERVAL_SECONDS),
    )
    .option("--snaplen <bytes>", "keep so much of each packet (default: 3072; with --save all)", (text) =>
      parseWhole(text, LEAST_SNAPLEN, MOST_SNAPLEN),
    )
    .option("--promiscuous", "frames for other stations too (the default)")
    .option("--no-promiscuous", "only frames for this machine")
    .addOption(
      new Option("--backend <name>", "what captures").choices(["auto", "cap", "tcpdump"]).default("auto"),
    )
    .option("--save <file>", "keep the packets as pcapng")
    .option("--ring <limits>", 'with --save: several files, as in "files:10,size:100" (MB)', parseRing)
    .option("-o, --output <file>", "write the summary to a file, as JSON")
    .option("--idle-timeout <seconds>", "silence that ends a flow (default: 300)", parseIdleTimeout)
    .option("--max-flows <count>", "flows that may be live at once (default: 2000000)", parseMaxFlows)
    .option("--ports <file>", "rows of your own, over the list's")
    .option("--rules <file>", "rules of your own for names, addresses, service types and processes")
    .option("--no-evidence", "go by ports alone: no names, addresses, processes")
    .option("--anonymise", "other addresses and names for all that are not Apple's")
    .option("--anonymise-key <hex>", "the same with a key of 64 digits: the same names on each run");
}

/** Refuses what has no meaning together. Throws `UsageError`. */
export function checkLiveOptions(options: LiveCommandOptions): void {
  const { ring, save, rules, evidence, output, anonymise, anonymiseKey } = options;
  if (ring !== undefined && save === undefined) throw new UsageError("--ring has no meaning without --save");
  if (rules !== undefined && !evidence) throw new UsageError("--rules has no meaning with --no-evidence");
  if (save !== undefined && (anonymise || anonymiseKey !== undefined)) {
    throw new UsageError("--save keeps packets as they are: it has no meaning with --anonymise");
  }
  for (const [name, file] of Object.entries({ output, save })) {
    if (file === "-") throw new UsageError(`--${name} needs a file: standard output is for the intervals`);
  }
}

/** `files:N,size:MB`, in either order. */
export function parseRing(text: string): RingOption {
  const values = new Map<string, string>();
  for (const part of text.split(",")) {
    const [, name, value] = /^(files|size):(\d+(?:\.\d+)?)$/.exec(part.trim()) ?? [];
    if (name === undefined || values.has(name)) throw ringError();
    values.set(name, value);
  }
  const files = Number(values.get("files"));
  const megabytes = Number(values.get("size"));
  const isRight =
    Number.isInteger(files) &&
    files >= 1 &&
    files <= MOST_FILES &&
    megabytes > 0 &&
    megabytes <= MOST_MEGABYTES;
  if (!isRight) throw ringError();
  return { files, bytes: Math.ceil(megabytes * MEGABYTE) };
}

function ringError(): InvalidArgumentError {
  return new InvalidArgumentError(
    'It needs how many files and how many megabytes each, as in "files:10,size:100".',
  );
}

function parseSeconds(text: string, least: number, most: number): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= least && seconds <= most) return seconds;
  throw new InvalidArgumentError(`It needs seconds from ${least} to ${most.toLocaleString("en-US")}.`);
}

function parseWhole(text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It needs a whole number from ${least} to ${most.toLocaleString("en-US")}.`);
}
