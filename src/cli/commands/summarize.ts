/** `appleflow summarize`: the totals of captures. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type SummarizeOptions, summarize, summaryStatus } from "../../engine/summarize.ts";
import { GROUPINGS, type Grouping } from "../../render/render-groups.ts";
import {
  SERIES_GROUPINGS,
  SUMMARY_FORMATS,
  type SummaryFormat,
  writeSummary,
} from "../../render/render-summary.ts";
import type { BucketRow } from "../../reports/history/bucket-row.ts";
import { BUCKET_TABLE, rowsOf } from "../../tables/bucket-table.ts";
import { GROUP_TABLE } from "../../tables/group-table.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_NOT_SAVED, STATUS_NOTHING_READ } from "../exit-status.ts";
import { formatOption } from "../format-option.ts";
import { addHistoryOptions, HISTORY_BUCKET_SECONDS, type HistoryWriteOptions } from "../history-options.ts";
import { Interruption } from "../interruption.ts";
import { MOST_ROWS, type Prefixes, parseDuration, parsePrefixes, wholeNumber } from "../option-parsers.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { checkParquet, PARQUET, writeParquet } from "../parquet-output.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import {
  addCaptureOptions,
  type CaptureCommandOptions,
  captureOptions,
  capturesArgument,
  deviceOption,
  isAnonymous,
  productOption,
} from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { chosenFlows } from "./chosen-flows.ts";
import { importCaptures } from "./import-captures.ts";

const EXAMPLES = `
Examples:
  appleflow summarize monday.pcap tuesday.pcap.gz captures/
  appleflow summarize office.pcapng --by device --domains --top 20
  appleflow summarize office.pcapng --device annas-iphone
  appleflow summarize office.pcapng --product FaceTime --by device
  appleflow summarize conn.log ssl.log quic.log http.log dns.log
  appleflow summarize eve.json
  appleflow summarize office.pcapng --every 1m
  appleflow summarize office.pcapng --format html --output office.html
  appleflow summarize office.pcapng --every 1m --format parquet -o out.parquet
  appleflow summarize monday.pcap --history traffic
  appleflow summarize office.pcap --from 2026-01-31T09:00 --to 2026-01-31T09:15
  appleflow summarize office.pcapng --filter "net 10.1.0.0/16 and not port 443"
  appleflow summarize office.pcapng --no-evidence
  appleflow summarize office.pcapng --format json | jq '.apple'

The report shows first what is known, and how it is known: by a server name, a
process, an address. Traffic that only a port number points to is never counted
as Apple's; it is listed under "could be". Every byte is in exactly one row.
Sizes are in SI units: 1 kB is 1000 bytes. --no-evidence applies Apple's port
list and nothing else.

Instead of captures, or together with them, flow logs can be read: Zeek's (TSV
or JSON, or a folder of them), Suricata's EVE JSON, and the output of
nfdump -o json for NetFlow, IPFIX and sFlow. The report says what they lack.`;

/** Default sensor of imported captures. */
const DEFAULT_SENSOR = "captures";
/** For IPv4 and IPv6. */
const DEFAULT_PREFIXES = "24,64";
/** Groupings without rows if devices cannot be distinguished. */
const OF_DEVICES: readonly Grouping[] = ["device", "subnet", "vlan"];

interface SummarizeCommandOptions extends CaptureCommandOptions, HistoryWriteOptions {
  readonly format: SummaryFormat | typeof PARQUET;
  readonly by: Grouping;
  readonly top?: number;
  readonly all?: boolean;
  readonly domains?: boolean;
  readonly prefix?: Prefixes;
  /** Seconds. */
  readonly every?: number;
  /** `--no-progress` makes it false. */
  readonly progress: boolean;
}

/** Defines the command. */
export function defineSummarize(command: Command, { environment, finish }: CommandContext): void {
  addCaptureOptions(command.addArgument(capturesArgument()))
    .addOption(formatOption([...SUMMARY_FORMATS, PARQUET]))
    .addOption(groupingOption())
    .addOption(deviceOption())
    .addOption(productOption())
    .option("--every <time>", "also report totals over time, in buckets of 10s, 1m, 1h, 1d", parseDuration)
    .option(
      "--prefix <lengths>",
      `with --by subnet: prefix length, for IPv6 after a comma (default: ${DEFAULT_PREFIXES})`,
      parsePrefixes,
    )
    .option("--domains", "with --by device: list the domains that each contacted")
    .option("--top <count>", "show at most this many rows, largest first", wholeNumber(1, MOST_ROWS))
    .option("--all", "show every row, and products that are only possible");
  addHistoryOptions(command, DEFAULT_SENSOR)
    .option("--no-progress", "do not show a progress bar")
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: SummarizeCommandOptions) => {
      if (options.domains && options.by !== "device") throw new UsageError("--domains needs --by device");
      if (options.every !== undefined && !SERIES_GROUPINGS.some((by) => by === options.by)) {
        throw new UsageError(`--every can be combined with --by ${SERIES_GROUPINGS.join(", ")}`);
      }
      if (options.format === "html" && options.by !== GROUPINGS[0]) {
        throw new UsageError(
          "--format html cannot be combined with --by: it shows products, devices and families",
        );
      }
      if (options.prefix !== undefined && options.by !== "subnet") {
        throw new UsageError("--prefix needs --by subnet");
      }
      if (OF_DEVICES.includes(options.by) && !options.evidence) {
        throw new UsageError("--no-evidence uses port numbers only: devices cannot be distinguished");
      }
      checkParquet(options, environment);
      checkHistory(options);
      if (options.format === PARQUET && options.by !== "group") {
        throw new UsageError(
          "--format parquet cannot be combined with --by: it has groups, with --every for each bucket",
        );
      }
      finish(await runSummarize(captures, options, environment));
    });
}

/** A history contains whole captures, unfiltered, minute by minute. */
function checkHistory(options: SummarizeCommandOptions): void {
  const { history, sensor, every, device, product, filter, from, to } = options;
  if (history === undefined) {
    if (sensor !== undefined) throw new UsageError("--sensor needs --history");
    return;
  }
  if (every !== undefined)
    throw new UsageError("--history cannot be combined with --every: it records minutes");
  if (isAnonymous(options)) {
    throw new UsageError("--history cannot be combined with --anonymise: it records real names");
  }
  if ([device, product, filter, from, to].some((choice) => choice !== undefined)) {
    throw new UsageError("--history keeps whole captures: no --device, --product, --filter, --from or --to");
  }
}

/** `hosts`, an old grouping, is answered with its replacement. */
function groupingOption(): Option {
  const option = new Option("--by <what>", "group by").choices(GROUPINGS).default(GROUPINGS[0]);
  const parse = option.parseArg;
  return option.argParser((value: string, previous: unknown) => {
    if (value === "host") {
      throw new InvalidArgumentError(
        "Hosts are grouped by device: use --by device, with --domains for their domains.",
      );
    }
    return parse?.(value, previous as never);
  });
}

/** Runs the command; returns the exit status. */
async function runSummarize(
  captures: readonly string[],
  options: SummarizeCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = captureOptions(captures, options, environment);
  const interruption = new Interruption();
  const output = openResultOutput(options.output, captures, environment, interruption);
  try {
    const { signal } = interruption;
    const { format } = options;
    let rows: readonly BucketRow[] = [];
    const { every, history } = options;
    const wantsRows = history !== undefined || (format === PARQUET && every !== undefined);
    const onBucketRows = (all: readonly BucketRow[]) => {
      rows = all;
    };
    const asked = {
      ...reading,
      ...everyOf(options),
      ...chosenFlows(options, reading.services),
      ...(wantsRows && { onBucketRows }),
      signal,
    };
    const { summary, report } = await summarizeWithProgress(captures, asked, options, environment);
    interruption.release();
    const status = summaryStatus(summary);
    // If nothing was read there are no results, rather than results of zero.
    if (status !== STATUS_NOTHING_READ && format === PARQUET) {
      if (every !== undefined) await writeParquet(BUCKET_TABLE, rowsOf("", rows), output.write);
      else await writeParquet(GROUP_TABLE, summary.groups, output.write);
    } else if (status !== STATUS_NOTHING_READ && format !== PARQUET) {
      const { by, top, all = false } = options;
      const style = styleOf(environment, isOutputFile(options.output));
      const length = { all, ...(top !== undefined && { top }) };
      const page = report === null ? {} : { reach: report, advice: await loadAdviceLate() };
      await writeSummary(summary, { format, by, style, ...length, ...page }, output.write);
    }
    output.finish();
    writeNotes(readingNotes(summary, options), environment);
    if (history !== undefined && status !== STATUS_NOTHING_READ && !signal.aborted) {
      const target = { folder: history, sensor: options.sensor ?? DEFAULT_SENSOR };
      if (!(await importCaptures(target, summary, rows, environment))) return STATUS_NOT_SAVED;
    }
    return interruption.statusOf(status);
  } finally {
    output.close();
    interruption.release();
  }
}

async function summarizeWithProgress(
  captures: readonly string[],
  reading: SummarizeOptions,
  options: SummarizeCommandOptions,
  environment: Environment,
) {
  const asked: SummarizeOptions = {
    ...reading,
    withHosts: options.domains === true,
    withServers: options.by === "server",
    ...networksOf(options),
  };
  const read =
    options.format === "html" ? (await import("../../engine/reach.ts")).summarizeWithReach : summarizeAlone;
  if (!showsProgress(options, environment)) return read(captures, asked);
  const { ProgressBar } = await import("../progress-bar.ts");
  const bar = new ProgressBar(environment);
  try {
    return await read(captures, {
      ...asked,
      onProgress: (progress) => bar.update(progress),
    });
  } finally {
    bar.stop();
  }
}

/** The same as `summarizeWithReach`, without reach, which costs time for each packet. */
async function summarizeAlone(captures: readonly string[], options: SummarizeOptions) {
  return { summary: await summarize(captures, options), report: null };
}

/** Only pages show causes. */
async function loadAdviceLate() {
  const { loadAdvice } = await import("../../knowledge/advice/load-advice.ts");
  return loadAdvice();
}

/** A page always has a chart over time. */
function everyOf({
  every,
  format,
  history,
}: SummarizeCommandOptions): Pick<SummarizeOptions, "everySeconds"> {
  if (history !== undefined) return { everySeconds: HISTORY_BUCKET_SECONDS };
  if (every !== undefined) return { everySeconds: every };
  return format === "html" ? { everySeconds: "auto" } : {};
}

/** The networks that get rows in the report, if any. */
function networksOf({ by, prefix }: SummarizeCommandOptions): Pick<SummarizeOptions, "networks"> {
  if (by === "vlan") return { networks: { by } };
  return by === "subnet" ? { networks: { by, ...(prefix ?? parsePrefixes(DEFAULT_PREFIXES)) } } : {};
}

/** A pager or another program at the end of a pipe has the terminal to itself. */
function showsProgress(options: SummarizeCommandOptions, { stdout, stderr }: Environment): boolean {
  if ((options.format !== "table" && options.format !== "html") || !options.progress || !stderr.isTTY)
    return false;
  return stdout.isTTY || isOutputFile(options.output);
}
