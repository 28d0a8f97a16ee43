/** `appleflow history`: traffic over time, from a history that `live` and `summarize` write. */
import { type Command, Option } from "commander";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import { HISTORY_FORMATS, type HistoryFormat, writeHistory } from "../../render/render-history.ts";
import {
  HISTORY_GROUPINGS,
  type HistoryGrouping,
  type HistoryPlace,
  type HistoryQuestion,
} from "../../reports/history/history-report.ts";
import { unknownNames } from "../../reports/history/unknown-names.ts";
import { addClickHouseOptions, type ClickHouseOptions } from "../clickhouse-options.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { formatOption } from "../format-option.ts";
import { HISTORY_PLACE, historyPlaceOf } from "../history-places.ts";
import { MOST_ROWS, parseAge, parseDuration, wholeNumber } from "../option-parsers.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { checkWindow, portsOption, type TimeWindow } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { type GivenTime, parseTime } from "../time-option.ts";
import { productNamed } from "./named-products.ts";

const EXAMPLES = `
Examples:
  appleflow live en0 --history traffic            records it, minute by minute
  appleflow summarize *.pcap --history traffic    adds captures to it
  appleflow history traffic --since 7d
  appleflow history traffic --by device --since 30d --every 1d
  appleflow history traffic --from 2026-11-23 --to 2026-11-24 --by sensor
  appleflow history traffic --by product --device annas-iphone
  appleflow history traffic --product "iCloud Photos" --by device --format csv
  appleflow history clickhouses://reader@stats.example/appleflow --since 7d

Every byte counts once; by device, a row is what the device sent and received.
The folder holds Parquet files that other programs can read: see
docs/history.md. "appleflow serve traffic" shows it in a browser.`;

interface HistoryCommandOptions extends ClickHouseOptions, TimeWindow {
  readonly format: HistoryFormat;
  readonly by: HistoryGrouping;
  /** Seconds. */
  readonly since?: number;
  readonly every?: number;
  readonly device?: string;
  readonly product?: string;
  readonly sensor?: string;
  readonly top?: number;
  readonly output?: string;
  readonly ports?: string;
}

/** Defines the command. */
export function defineHistory(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument(...HISTORY_PLACE)
    .addOption(formatOption(HISTORY_FORMATS))
    .addOption(new Option("--by <what>", "group by").choices(HISTORY_GROUPINGS).default(HISTORY_GROUPINGS[0]))
    .option("--since <time>", "only the last 12h, 7d (default: everything)", parseAge)
    .option("--from <time>", "only from this time on (RFC 3339, a date, or seconds since 1970)", parseTime)
    .option("--to <time>", "only before this time", parseTime)
    .option("--every <time>", "bucket length: 10m, 1h, 1d (default: chosen to fit)", parseDuration)
    .option("--device <name>", "only the traffic of one device: name, address or id")
    .option("--product <name>", "only traffic that evidence attributes to this product")
    .option("--sensor <name>", "only what one sensor has captured")
    .option("--top <count>", "show at most this many rows, largest first", wholeNumber(1, MOST_ROWS))
    .option("-o, --output <file>", "write the results to a file")
    .addOption(portsOption());
  addClickHouseOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (place: string, options: HistoryCommandOptions) => {
      finish(await runHistory(place, options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runHistory(
  name: string,
  options: HistoryCommandOptions,
  environment: Environment,
): Promise<number> {
  const { format, by, since, from, to, every, device, product, sensor, top, output: file, ports } = options;
  if (since !== undefined && from !== undefined) {
    throw new UsageError("--since and --from cannot be combined: both set the start");
  }
  const place = historyPlaceOf(name, options, environment);
  checkWindow(options, environment.stderr);
  const services = product === undefined ? null : loadServiceTable({ portsFile: ports });
  const output = openResultOutput(file, [], environment);
  try {
    const question: HistoryQuestion = {
      by,
      from: since === undefined ? secondOf(from) : Math.floor(Date.now() / 1000) - since,
      to: secondOf(to),
      everySeconds: every ?? null,
      device: device ?? null,
      product: product === undefined || services === null ? null : productNamed(product, services).name,
      sensor: sensor ?? null,
    };
    const answer = await place.ask(question);
    if (answer.cells.length === 0) await refuseUnknown(place, question);
    const style = styleOf(environment, isOutputFile(file));
    await writeHistory(answer, { format, style, ...(top !== undefined && { top }) }, output.write);
    output.finish();
    return 0;
  } finally {
    output.close();
  }
}

/** Buckets begin at whole seconds: the first second at or after a time. */
function secondOf(time: GivenTime | undefined): number | null {
  return time === undefined ? null : time.seconds + Math.sign(time.nanoseconds);
}

/** Refuses names that nothing in the history has: they are mistyped. Throws `UsageError`. */
async function refuseUnknown(place: HistoryPlace, question: HistoryQuestion): Promise<void> {
  const [unknown] = await unknownNames(place, question);
  if (unknown === undefined) return;
  throw new UsageError(
    `${place.name}: no ${unknown} is called "${question[unknown]}"; --by ${unknown} lists them`,
  );
}
