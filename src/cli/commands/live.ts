/** `appleflow live`: which products are on the wire now, and in the end the summary. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS } from "../../engine/monitor-options.ts";
import { DEFAULT_INTERVAL_SECONDS } from "../../engine/monitor-reports.ts";
import { compileFilter } from "../../filter/compile-filter.ts";
import { DEFAULT_KEEP } from "../../history/roll-up.ts";
import type { Ring } from "../../packets/files/ring-files.ts";
import { BACKEND_NAMES } from "../../packets/live/live-source.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { addHistoryOptions, parseKeep } from "../history-options.ts";
import { MOST_SECONDS, seconds, wholeNumber } from "../option-parsers.ts";
import { addReadingOptions, isAnonymous, readingOptions } from "../reading-options.ts";
import { systemOutside } from "../system-outside.ts";
import { DEFAULT_LIVE_SNAPLEN, type LiveCommandOptions, LiveRun } from "./live-run.ts";

const EXAMPLES = `
Examples:
  appleflow live                 the interface with the default route
  appleflow live en0 en1 --filter "not port 22"
  appleflow live eth0 --duration 600 --output summary.json
  appleflow live eth0 --save live.pcapng --ring files:10,size:100
  appleflow live eth0 --history traffic
  appleflow live eth0 | jq -c '[.time, .products[0].product]'

On a terminal it is a screen (? there shows the keys), else one JSON object a
line for each interval. It ends with Ctrl-C or q, and with the summary: on the
terminal as a table, in the file of --output as JSON.`;

const LEAST_DURATION_SECONDS = 0.001;
const LEAST_INTERVAL_SECONDS = 0.1;
const MOST_INTERVAL_SECONDS = 86_400;
const MOST_PACKETS = Number.MAX_SAFE_INTEGER;
const LEAST_SNAPLEN = 64;
const MOST_SNAPLEN = 262_144;
const MOST_FILES = 1_000_000;
const MEGABYTE = 1_000_000;
const MOST_MEGABYTES = 1_000_000;

/** Defines the command. */
export function defineLive(command: Command, { environment, finish }: CommandContext): void {
  command
    .description("Monitor interfaces: which products are on the wire now.")
    .argument("[interface...]", "where to capture (default: the interface with the default route)")
    .option("--duration <seconds>", "end after so long", seconds(LEAST_DURATION_SECONDS, MOST_SECONDS))
    .option("--count <packets>", "end after so many packets", wholeNumber(1, MOST_PACKETS))
    .option(
      "--interval <seconds>",
      `from one report to the next (default: ${DEFAULT_INTERVAL_SECONDS})`,
      seconds(LEAST_INTERVAL_SECONDS, MOST_INTERVAL_SECONDS),
    )
    .option(
      "--snaplen <bytes>",
      `keep so much of each packet (default: ${DEFAULT_LIVE_SNAPLEN}; with --save all)`,
      wholeNumber(LEAST_SNAPLEN, MOST_SNAPLEN),
    )
    .option("--promiscuous", "frames for other stations too (the default, but as root on a Mac)")
    .option("--no-promiscuous", "only frames for this machine")
    .addOption(
      new Option("--backend <name>", "what captures").choices(["auto", ...BACKEND_NAMES]).default("auto"),
    )
    .option("--save <file>", "keep the packets as pcapng")
    .option("--ring <limits>", 'with --save: several files, as in "files:10,size:100" (MB)', parseRing);
  addHistoryOptions(command, "the name of this host")
    .option(
      "--keep <days>",
      `days to keep each size of bucket (default: minute:${DEFAULT_KEEP.minutes},hour:${DEFAULT_KEEP.hours})`,
      parseKeep,
    )
    .option("-o, --output <file>", "write the summary to a file, as JSON");
  addReadingOptions(command, DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS)
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], options: LiveCommandOptions) => {
      finish(await runLive(names, options, environment));
    });
}

/** Runs the command; the exit status. */
async function runLive(
  names: readonly string[],
  options: LiveCommandOptions,
  environment: Environment,
): Promise<number> {
  checkLiveOptions(options);
  if (options.filter !== undefined) compileFilter(options.filter);
  const run = new LiveRun(options, environment, environment.live ?? systemOutside());
  return await run.run(names, readingOptions(options, environment));
}

/** Refuses what has no meaning together. Throws `UsageError`. */
function checkLiveOptions(options: LiveCommandOptions): void {
  const { ring, save, output, history, sensor, keep } = options;
  if (history === undefined && (sensor !== undefined || keep !== undefined)) {
    throw new UsageError("--sensor and --keep have no meaning without --history");
  }
  if (history !== undefined && isAnonymous(options)) {
    throw new UsageError("--history keeps names as they are: it has no meaning with --anonymise");
  }
  if (ring !== undefined && save === undefined) throw new UsageError("--ring has no meaning without --save");
  if (save !== undefined && isAnonymous(options)) {
    throw new UsageError("--save keeps packets as they are: it has no meaning with --anonymise");
  }
  for (const [name, file] of Object.entries({ output, save })) {
    if (file === "-") throw new UsageError(`--${name} needs a file: standard output is for the intervals`);
  }
}

/** `files:N,size:MB`, in either order. */
function parseRing(text: string): Ring {
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
