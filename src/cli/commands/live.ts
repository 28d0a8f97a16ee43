/** `appleflow live`: which products are on the wire now, and a summary at the end. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS } from "../../engine/monitor-options.ts";
import { DEFAULT_INTERVAL_SECONDS } from "../../engine/monitor-reports.ts";
import { compileFilter } from "../../filter/compile-filter.ts";
import { loadInstalledDuckDb } from "../../history/ask-history.ts";
import { DEFAULT_KEEP } from "../../history/roll-up.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { Ring } from "../../packets/files/ring-files.ts";
import { kernelModule } from "../../packets/kernel-module.ts";
import { giveUpRoot, isKept } from "../../packets/live/kept-program.ts";
import { BACKEND_NAMES } from "../../packets/live/live-source.ts";
import { parsePlace } from "../../packets/live/remote-place.ts";
import { chooseRunAs } from "../../packets/live/run-as.ts";
import { loadProductNeeds } from "../../reports/reach/load-product-needs.ts";
import type { CommandContext } from "../command-context.ts";
import { configOption } from "../config-file.ts";
import { type Environment, UsageError } from "../environment.ts";
import { addHistoryOptions, parseKeep } from "../history-options.ts";
import type { LiveOutside } from "../live-outside.ts";
import { MOST_SECONDS, parseListenAddress, seconds, wholeNumber } from "../option-parsers.ts";
import { addReadingOptions, isAnonymous, readingOptions } from "../reading-options.ts";
import { STANDARD_INPUT, systemOutside } from "../system-outside.ts";
import { runKept } from "./live-keeper.ts";
import { DEFAULT_LIVE_SNAPLEN, type LiveCommandOptions } from "./live-options.ts";
import { LiveRun } from "./live-run.ts";
import { addWebOptions, askedPageSetting } from "./web-page.ts";

const EXAMPLES = `
Examples:
  appleflow live                 the interface with the default route
  appleflow live en0 en1 --filter "not port 22"
  appleflow live eth0 --duration 600 --output summary.json
  appleflow live eth0 --save live.pcapng --ring files:10,size:100
  appleflow live --remote root@gateway:br-lan
  tcpdump -i en0 -U -w - | appleflow live -
  appleflow live eth0 --metrics 9788
  appleflow live eth0 --history traffic
  appleflow live eth0 --web --open
  appleflow live eth0 | jq -c '[.time, .products[0].product]'

On a Mac, "rvictl -s UDID" creates an interface (rvi0) for an iPhone or iPad on
a cable, and "pktap,en0" also records the process of each packet.
On a terminal, live shows a screen (press ? for the keys), otherwise it prints
one JSON object per line for each interval. Ctrl-C or q ends it and prints the
summary as a table; --output saves it as JSON.`;

const LEAST_DURATION_SECONDS = 0.001;
const LEAST_INTERVAL_SECONDS = 0.1;
const MOST_INTERVAL_SECONDS = 86_400;
const MOST_PACKETS = Number.MAX_SAFE_INTEGER;
const LEAST_SNAPLEN = 64;
const MOST_SNAPLEN = 262_144;
const MOST_FILES = 1_000_000;
const MOST_METRICS_DEVICES = 1_000;
const MEGABYTE = 1_000_000;
const MOST_MEGABYTES = 1_000_000;

/** Defines the command. */
export function defineLive(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument(
      "[interface...]",
      "interfaces to capture on, or - for standard input (default: the one with the default route)",
    )
    .addOption(
      new Option(
        "--remote <place>",
        'capture on "user@host[:interface]" by ssh, or what "tcp://host:port" serves',
      ).argParser(collectPlaces),
    )
    .option("--duration <seconds>", "stop after this long", seconds(LEAST_DURATION_SECONDS, MOST_SECONDS))
    .option("--count <packets>", "stop after this many packets", wholeNumber(1, MOST_PACKETS))
    .option(
      "--interval <seconds>",
      `time between reports (default: ${DEFAULT_INTERVAL_SECONDS})`,
      seconds(LEAST_INTERVAL_SECONDS, MOST_INTERVAL_SECONDS),
    )
    .option(
      "--snaplen <bytes>",
      `keep this much of each packet (default: ${DEFAULT_LIVE_SNAPLEN}; with --save all)`,
      wholeNumber(LEAST_SNAPLEN, MOST_SNAPLEN),
    )
    .option("--promiscuous", "also capture frames for other stations (the default, except as root on a Mac)")
    .option("--no-promiscuous", "capture only frames for this machine")
    .addOption(
      new Option("--backend <name>", "capture with").choices(["auto", ...BACKEND_NAMES]).default("auto"),
    )
    .option("--save <file>", "save the packets as pcapng")
    .option("--ring <limits>", 'with --save: rotate files, as in "files:10,size:100" (MB)', parseRing);
  addHistoryOptions(command, "the name of this host")
    .option(
      "--keep <days>",
      `how long to keep each bucket size, in days (default: minute:${DEFAULT_KEEP.minutes},hour:${DEFAULT_KEEP.hours})`,
      parseKeep,
    )
    .option("-o, --output <file>", "write the summary to a file, as JSON")
    .option(
      "--user <name>",
      "as root: read packets as this user (default: the one who called sudo, else nobody)",
    )
    .option("--metrics <[host:]port>", "serve metrics for Prometheus at this address", parseListenAddress)
    .option(
      "--metrics-devices <count>",
      "with --metrics: also the bytes of this many devices",
      wholeNumber(1, MOST_METRICS_DEVICES),
    );
  addWebOptions(command, "serve the results as a web page", "with --web: ");
  command.addOption(configOption());
  addReadingOptions(command, DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS)
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], options: LiveCommandOptions) => {
      finish(await runLive(names, options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runLive(
  names: readonly string[],
  options: LiveCommandOptions,
  environment: Environment,
): Promise<number> {
  checkLiveOptions(names, options, environment);
  if (options.filter !== undefined) compileFilter(options.filter);
  const user =
    environment.live !== undefined || isKept() ? null : await chooseRunAs(options.user, environment.env);
  if (user !== null) return await runKept(user, names, options, environment);
  const reading = readingOptions(options, environment);
  const page = await askedPageSetting(options, { isLive: true, history: options.history ?? null });
  const outside = environment.live ?? (await openOutside(reading, options));
  try {
    return await new LiveRun(options, environment, outside, page).run(names, reading);
  } catch (error) {
    const isRefused = error instanceof Error && /: permission denied$/.test(error.message);
    if (!isRefused || outside.runsAs === null) throw error;
    throw new UsageError(
      `${error.message} to ${outside.runsAs}, who reads packets for root; --user names another user`,
    );
  }
}

/** The platform, after root is given up. */
async function openOutside(
  { services }: { readonly services: ServiceTable },
  { history, metrics, web }: LiveCommandOptions,
): Promise<LiveOutside> {
  if (isKept()) {
    // If only root may read the program, none of it can be loaded afterwards.
    kernelModule();
    loadProductNeeds((name) => services.product(name));
    await Promise.all([
      import("tldts"),
      import("string-width"),
      ...(history === undefined ? [] : [import("hyparquet-writer"), import("hyparquet")]),
      // Whether they are installed is checked and reported later.
      ...(history === undefined || web === undefined ? [] : [loadInstalledDuckDb().catch(() => null)]),
      ...(metrics === undefined ? [] : [import("prom-client").catch(() => null)]),
    ]);
  }
  return systemOutside(giveUpRoot());
}

/** Refuses options that cannot be combined. Throws `UsageError`. */
function checkLiveOptions(
  names: readonly string[],
  options: LiveCommandOptions,
  { stdin }: Environment,
): void {
  if (names.includes(STANDARD_INPUT) && stdin.isTTY) {
    throw new UsageError("- reads a capture from standard input, but standard input is a terminal");
  }
  const { ring, save, output, history, sensor, keep, metrics, metricsDevices } = options;
  if (metricsDevices !== undefined && metrics === undefined) {
    throw new UsageError("--metrics-devices needs --metrics");
  }
  if (history === undefined && (sensor !== undefined || keep !== undefined)) {
    throw new UsageError("--sensor and --keep need --history");
  }
  if (history !== undefined && isAnonymous(options)) {
    throw new UsageError("--history cannot be combined with --anonymise: it records real names");
  }
  if (ring !== undefined && save === undefined) throw new UsageError("--ring needs --save");
  if (save !== undefined && isAnonymous(options)) {
    throw new UsageError("--save cannot be combined with --anonymise: it saves packets unchanged");
  }
  for (const [name, file] of Object.entries({ output, save })) {
    if (file === "-") throw new UsageError(`--${name} needs a file: standard output is for the intervals`);
  }
}

function collectPlaces(place: string, before: readonly string[] = []): readonly string[] {
  try {
    parsePlace(place);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return [...before, place];
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
    'It needs a number of files and megabytes per file, as in "files:10,size:100".',
  );
}
