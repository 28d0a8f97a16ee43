/** `appleflow history`: what was seen when, of a history that `live` and `summarize` write. */
import { type Command, Option } from "commander";
import { askHistory } from "../../history/ask-history.ts";
import { askClickHouse } from "../../history/clickhouse/ask-clickhouse.ts";
import { isClickHouseUrl } from "../../history/clickhouse/clickhouse-target.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import { HISTORY_FORMATS, type HistoryFormat, writeHistory } from "../../render/render-history.ts";
import {
  HISTORY_GROUPINGS,
  type HistoryGrouping,
  type HistoryQuestion,
} from "../../reports/history/history-report.ts";
import { addClickHouseOptions, type ClickHouseOptions, clickHouseTarget } from "../clickhouse-options.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { formatOption } from "../format-option.ts";
import { MOST_ROWS, parseDuration, wholeNumber } from "../option-parsers.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { portsOption } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { productNamed } from "./named-products.ts";

const EXAMPLES = `
Examples:
  appleflow live en0 --history traffic            records it, minute by minute
  appleflow summarize *.pcap --history traffic    adds captures to it
  appleflow history traffic --since 7d
  appleflow history traffic --by device --since 30d --every 1d
  appleflow history traffic --by product --device annas-iphone
  appleflow history traffic --product "iCloud Photos" --by device --format csv
  appleflow history clickhouses://reader@stats.example/appleflow --since 7d

Every byte counts once; by device, a row is what the device sent and received.
The folder holds Parquet files that other programs can read: see
docs/history.md.`;

interface HistoryCommandOptions extends ClickHouseOptions {
  readonly format: HistoryFormat;
  readonly by: HistoryGrouping;
  /** Seconds. */
  readonly since?: number;
  readonly every?: number;
  readonly device?: string;
  readonly product?: string;
  readonly top?: number;
  readonly output?: string;
  readonly ports?: string;
}

/** Defines the command. */
export function defineHistory(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument("<folder or url>", "a folder of --history, or clickhouse://[user@]host[:port]/database")
    .addOption(formatOption(HISTORY_FORMATS))
    .addOption(new Option("--by <what>", "group by").choices(HISTORY_GROUPINGS).default(HISTORY_GROUPINGS[0]))
    .option("--since <time>", "only the last 12h, 7d (default: everything)", parseDuration)
    .option("--every <time>", "bucket length: 10m, 1h, 1d (default: what fits)", parseDuration)
    .option("--device <name>", "only the traffic of one device: name, address or id")
    .option("--product <name>", "only traffic that evidence attributes to this product")
    .option("--top <count>", "show at most this many rows, largest first", wholeNumber(1, MOST_ROWS))
    .option("-o, --output <file>", "write the results to a file")
    .addOption(portsOption());
  addClickHouseOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (place: string, options: HistoryCommandOptions) => {
      finish(await runHistory(place, options, environment));
    });
}

/** Runs the command; the exit status. */
async function runHistory(
  place: string,
  options: HistoryCommandOptions,
  environment: Environment,
): Promise<number> {
  const { format, by, since, every, device, product, top, output: file, ports } = options;
  const isFolder = !isClickHouseUrl(place);
  if (isFolder && options.passwordFile !== undefined)
    throw new UsageError("--password-file has no meaning without clickhouse://");
  const target = isFolder ? null : clickHouseTarget(place, options, environment);
  const services = product === undefined ? null : loadServiceTable({ portsFile: ports });
  const output = openResultOutput(file, [], environment);
  try {
    const question: HistoryQuestion = {
      by,
      from: since === undefined ? null : Math.floor(Date.now() / 1000) - since,
      everySeconds: every ?? null,
      device: device ?? null,
      product: product === undefined || services === null ? null : productNamed(product, services).name,
    };
    const answer =
      target === null ? await askHistory(place, question) : await askClickHouse(target, question);
    const style = styleOf(environment, isOutputFile(file));
    await writeHistory(answer, { format, style, ...(top !== undefined && { top }) }, output.write);
    output.finish();
    return 0;
  } finally {
    output.close();
  }
}
