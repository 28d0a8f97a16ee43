/** A history wherever it is, in a folder or in ClickHouse: both are asked the same, and say the same of what they do not know. */
import { type HistoryPlace, type HistoryQuestion, WHOLE_HISTORY } from "../reports/history/history-report.ts";
import { askHistory, folderExtent, type LoadDuckDb } from "./ask-history.ts";
import { askClickHouse, clickHouseExtent } from "./clickhouse/ask-clickhouse.ts";
import type { ClickHouseTarget } from "./clickhouse/clickhouse-target.ts";
import { DAY_SECONDS } from "./history-folder.ts";

/** What is only to be found needs no buckets. */
const ONE_BUCKET = 366 * DAY_SECONDS;

/** That of a folder, which DuckDB reads; `load` gives it, the package that is installed by default. */
export function folderHistory(folder: string, load?: LoadDuckDb): HistoryPlace {
  return {
    name: folder,
    ask: (question) => askHistory(folder, question, load),
    extent: () => folderExtent(folder, load),
  };
}

/** That which sensors have shipped to a server. */
export function clickHouseHistory(target: ClickHouseTarget): HistoryPlace {
  return {
    name: target.name,
    ask: (question) => askClickHouse(target, question),
    extent: () => clickHouseExtent(target),
  };
}

/** Which of the names in a question nothing in the whole history has: what has no answer then, has none at any time. */
export async function unknownNames(
  place: HistoryPlace,
  { device, sensor }: HistoryQuestion,
): Promise<readonly ("device" | "sensor")[]> {
  const isSensorKnown = sensor === null || (await place.extent()).sensors.includes(sensor);
  if (device === null) return isSensorKnown ? [] : ["sensor"];
  const everything = { ...WHOLE_HISTORY, by: "device", everySeconds: ONE_BUCKET } as const;
  const { cells } = await place.ask({ ...everything, device });
  return [
    ...(cells.length === 0 ? (["device"] as const) : []),
    ...(isSensorKnown ? [] : (["sensor"] as const)),
  ];
}
