/** `appleflow ship`: sends a history to ClickHouse, which collects those of many sensors. */
import type { Command } from "commander";
import { type ShipOutcome, Shipper } from "../../history/clickhouse/shipper.ts";
import { escapeText, safeJson } from "../../render/render-escape.ts";
import { countOf, formatBytes } from "../../render/render-units.ts";
import { addClickHouseOptions, type ClickHouseOptions, clickHouseTarget } from "../clickhouse-options.ts";
import type { CommandContext } from "../command-context.ts";
import { configOption } from "../config-file.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_INTERRUPTED, STATUS_NOT_SAVED } from "../exit-status.ts";
import { formatOption } from "../format-option.ts";
import type { LiveOutside } from "../live-outside.ts";
import { seconds, wholeNumber } from "../option-parsers.ts";
import { systemOutside } from "../system-outside.ts";

const EXAMPLES = `
Examples:
  appleflow ship traffic clickhouse://sensor@stats.example/appleflow
  appleflow ship traffic clickhouses://sensor@stats.example/appleflow --follow
  appleflow ship traffic clickhouses://sensor@stats.example/appleflow --keep 30
  appleflow history clickhouses://reader@stats.example/appleflow --since 7d

An hour is sent when it is over, and again if it changes; data that is sent
twice still counts once. What cannot be sent waits in the folder.
packaging/clickhouse/ has the tables, the users and how to run the server.`;

const FORMATS = ["text", "json"] as const;
const DEFAULT_INTERVAL_SECONDS = 60;
const LEAST_INTERVAL_SECONDS = 0.1;
const MOST_INTERVAL_SECONDS = 86_400;
const MOST_DAYS = 36_500;
const MEGABYTE = 1_000_000;
const MOST_MEGABYTES = 1_000_000_000;

interface ShipCommandOptions extends ClickHouseOptions {
  readonly format: (typeof FORMATS)[number];
  readonly follow?: boolean;
  /** Seconds. */
  readonly interval?: number;
  /** Days. */
  readonly keep?: number;
  /** Megabytes. */
  readonly maxSpool?: number;
}

/** Defines the command. */
export function defineShip(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument("<folder>", "written by live --history and summarize --history")
    .argument("<url>", "clickhouse://[user@]host[:port]/database; clickhouses:// for TLS")
    .addOption(formatOption(FORMATS))
    .option("--follow", "keep sending, hour by hour, until Ctrl-C")
    .option(
      "--interval <seconds>",
      `with --follow: how often to check (default: ${DEFAULT_INTERVAL_SECONDS})`,
      seconds(LEAST_INTERVAL_SECONDS, MOST_INTERVAL_SECONDS),
    )
    .option(
      "--keep <days>",
      "delete sent data from the folder after this long (default: never)",
      wholeNumber(1, MOST_DAYS),
    )
    .option(
      "--max-spool <MB>",
      "limit of unsent data; beyond it the oldest is deleted (default: no limit)",
      wholeNumber(1, MOST_MEGABYTES),
    )
    .addOption(configOption());
  addClickHouseOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (folder: string, url: string, options: ShipCommandOptions) => {
      finish(await runShip(folder, url, options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runShip(
  folder: string,
  url: string,
  options: ShipCommandOptions,
  environment: Environment,
): Promise<number> {
  const { follow = false, interval = DEFAULT_INTERVAL_SECONDS, keep, maxSpool } = options;
  if (!follow && options.interval !== undefined) throw new UsageError("--interval needs --follow");
  const target = clickHouseTarget(url, options, environment);
  const outside = environment.live ?? systemOutside(null);
  const shipper = new Shipper({
    folder,
    target,
    keepDays: keep ?? null,
    maxSpoolBytes: maxSpool === undefined ? null : maxSpool * MEGABYTE,
    now: () => outside.clock.date().getTime(),
  });
  const teller = new ShipTeller(target.name, options, outside, environment);
  const controller = new AbortController();
  const release = outside.catchSignals(() => {
    // The segment in transit is completed; a second signal exits immediately.
    if (controller.signal.aborted) environment.endAtOnce(STATUS_INTERRUPTED);
    controller.abort();
  });
  try {
    for (;;) {
      const outcome = await shipper.pass(controller.signal);
      const isRead = teller.tell(outcome);
      if (!follow) return statusOf(outcome, controller.signal);
      if (!isRead || controller.signal.aborted) return 0;
      await outside.clock.wait(interval * 1000, controller.signal);
      if (controller.signal.aborted) return 0;
    }
  } finally {
    release();
  }
}

function statusOf({ trouble, lostSegments }: ShipOutcome, signal: AbortSignal): number {
  if (trouble !== null || lostSegments > 0) return STATUS_NOT_SAVED;
  return signal.aborted ? STATUS_INTERRUPTED : 0;
}

/** Reports each pass: `json` all of them, `text` those that did something. */
class ShipTeller {
  readonly #name: string;
  readonly #options: ShipCommandOptions;
  readonly #outside: LiveOutside;
  readonly #environment: Environment;
  /** The last reported problem; null: none. */
  #trouble: string | null = null;

  constructor(name: string, options: ShipCommandOptions, outside: LiveOutside, environment: Environment) {
    this.#name = name;
    this.#options = options;
    this.#outside = outside;
    this.#environment = environment;
  }

  /** Returns whether the reader is still there. */
  tell(outcome: ShipOutcome): boolean {
    const { stdout, stderr } = this.#environment;
    const { trouble, ...counts } = outcome;
    const message = trouble?.message ?? null;
    if (message !== null && message !== this.#trouble) stderr.write(`appleflow: ${escapeText(message)}\n`);
    const wasInTrouble = this.#trouble !== null;
    this.#trouble = message;
    if (this.#options.format === "json") {
      const time = this.#outside.clock.date().toISOString();
      return stdout.write(`${safeJson({ schema: "appleflow/ship@1", time, ...counts, trouble: message })}\n`);
    }
    const { sentSegments, lostSegments, removedSegments } = counts;
    const isNews = sentSegments + lostSegments + removedSegments > 0 || (wasInTrouble && message === null);
    return this.#options.follow && !isNews ? true : stdout.write(`${sentence(outcome, this.#name)}\n`);
  }
}

function sentence(outcome: ShipOutcome, name: string): string {
  const { sentSegments, sentRows, waitingSegments, waitingBytes, lostSegments, removedSegments } = outcome;
  const parts = [
    `sent ${countOf(sentSegments, "segment")} with ${countOf(sentRows, "row")} to ${escapeText(name)}`,
    waitingSegments === 0
      ? "nothing waits"
      : `${countOf(waitingSegments, "segment")} of ${formatBytes(waitingBytes)} waiting`,
    ...(lostSegments > 0 ? [`${countOf(lostSegments, "segment")} removed unsent (--max-spool)`] : []),
    ...(removedSegments > 0 ? [`${countOf(removedSegments, "segment")} removed after --keep`] : []),
  ];
  return parts.join("; ");
}
