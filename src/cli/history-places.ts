/** The argument of commands that query a history: a folder, or the URL of a server. */
import { isClickHouseUrl } from "../history/clickhouse/clickhouse-target.ts";
import { clickHouseHistory, folderHistory } from "../history/history-place.ts";
import type { HistoryPlace } from "../reports/history/history-report.ts";
import { type ClickHouseOptions, clickHouseTarget } from "./clickhouse-options.ts";
import { type Environment, UsageError } from "./environment.ts";

/** Its name and description in the help. */
export const HISTORY_PLACE = [
  "<folder or url>",
  "a folder of --history, or clickhouse://[user@]host[:port]/database",
] as const;

/** The history that the argument means. Throws `UsageError` and `InputError`; whether it exists shows when it is queried. */
export function historyPlaceOf(
  place: string,
  options: ClickHouseOptions,
  environment: Environment,
): HistoryPlace {
  if (isClickHouseUrl(place)) return clickHouseHistory(clickHouseTarget(place, options, environment));
  if (options.passwordFile !== undefined) {
    throw new UsageError("--password-file needs clickhouse://");
  }
  return folderHistory(place);
}
