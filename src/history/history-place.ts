/** A history in a folder or in ClickHouse: both have the same interface. */
import type { HistoryPlace } from "../reports/history/history-report.ts";
import { askHistory, type FolderReading, folderExtent } from "./ask-history.ts";
import { askClickHouse, clickHouseExtent } from "./clickhouse/ask-clickhouse.ts";
import type { ClickHouseTarget } from "./clickhouse/clickhouse-target.ts";

/** The history in a folder, read by DuckDB. */
export function folderHistory(folder: string, reading: FolderReading = {}): HistoryPlace {
  return {
    name: folder,
    ask: (question) => askHistory(folder, question, reading),
    extent: () => folderExtent(folder, reading),
  };
}

/** The history that sensors have shipped to a server. */
export function clickHouseHistory(target: ClickHouseTarget): HistoryPlace {
  return {
    name: target.name,
    ask: (question) => askClickHouse(target, question),
    extent: () => clickHouseExtent(target),
  };
}
