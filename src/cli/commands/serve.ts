/** `appleflow serve`: a history in a browser, on the page of `live --web`. */
import type { Command } from "commander";
import { HistoryPage } from "../../web/history-page.ts";
import { openInBrowser } from "../../web/open-in-browser.ts";
import { addClickHouseOptions, type ClickHouseOptions } from "../clickhouse-options.ts";
import type { CommandContext } from "../command-context.ts";
import { configOption } from "../config-file.ts";
import type { Environment } from "../environment.ts";
import { STATUS_INTERRUPTED } from "../exit-status.ts";
import { HISTORY_PLACE, historyPlaceOf } from "../history-places.ts";
import { portsOption, readingOptions } from "../reading-options.ts";
import { systemOutside } from "../system-outside.ts";
import { addWebOptions, pageSetting, served, type WebOptions } from "./web-page.ts";

const EXAMPLES = `
Examples:
  appleflow serve traffic                         print the page's address
  appleflow serve traffic --open                  and open it in the browser
  appleflow serve traffic --web 9789              always use the same port
  appleflow serve clickhouses://reader@stats.example/appleflow
  appleflow live eth0 --history traffic --web     what is live, and its history

The page shows traffic over time by product, family, device, service and sensor,
compared with the week before, and turns a capture that is dropped on it into a
report. Only those who have the printed address, with its token, can see it. The
history is never changed. Ctrl-C ends it.`;

interface ServeCommandOptions extends ClickHouseOptions, WebOptions {
  readonly ports?: string;
}

/** Defines the command. */
export function defineServe(command: Command, { environment, finish }: CommandContext): void {
  addWebOptions(command.argument(...HISTORY_PLACE), "serve the page at this address", "")
    .addOption(portsOption())
    .addOption(configOption());
  addClickHouseOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (place: string, options: ServeCommandOptions) => {
      finish(await runServe(place, options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runServe(
  name: string,
  options: ServeCommandOptions,
  environment: Environment,
): Promise<number> {
  const { stdout, stderr, env } = environment;
  const place = historyPlaceOf(name, options, environment);
  const setting = await pageSetting(options, { isLive: false, history: place.name });
  const reading = readingOptions({ ...options, evidence: true }, environment);
  // A history that cannot be queried is reported before anybody opens the page.
  await place.extent();
  const outside = environment.live ?? systemOutside(null);
  const ending = new AbortController();
  const release = outside.catchSignals(() => {
    if (ending.signal.aborted) environment.endAtOnce(STATUS_INTERRUPTED);
    ending.abort();
  });
  try {
    const now = () => outside.clock.date().getTime();
    const page = await served(setting, () => HistoryPage.open(setting, place, reading, now));
    stdout.write(`page: ${page.url}\n`);
    const opened = options.open ? await openInBrowser(page.url, env) : null;
    if (options.open && opened === null) {
      stderr.write("appleflow: found no desktop to open the page: open it yourself\n");
    }
    await aborted(ending.signal);
    page.close();
    opened?.close();
    return 0;
  } finally {
    release();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
