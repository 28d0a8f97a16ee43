/** A history in a folder or in ClickHouse: both have the same interface. */
import type { HistoryPlace } from "../reports/history/history-report.ts";
import { askHistory, type FolderReading, folderExtent } from "./ask-history.ts";
import { askClickHouse, clickHouseExtent } from "./clickhouse/ask-clickhouse.ts";
import type { ClickHouseTarget } from "./clickhouse/clickhouse-target.ts";

/** The history in a folder, read by DuckDB. */
export function folderHistory(folder: string, reading: FolderReading = {}): HistoryPlace {
  const until = (signal?: AbortSignal): FolderReading => ({ ...reading, ...(signal && { signal }) });
  return {
    name: folder,
    ask: (question, signal) => askHistory(folder, question, until(signal)),
    extent: (signal) => folderExtent(folder, until(signal)),
  };
}

/** The history that sensors have shipped to a server. */
export function clickHouseHistory(target: ClickHouseTarget): HistoryPlace {
  return {
    name: target.name,
    ask: (question, signal) => askClickHouse(target, question, signal),
    extent: (signal) => clickHouseExtent(target, signal),
  };
}
