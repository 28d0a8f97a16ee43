/** A history wherever it is, in a folder or in ClickHouse: both are asked the same. */
import type { HistoryPlace } from "../reports/history/history-report.ts";
import { askHistory, type FolderReading, folderExtent } from "./ask-history.ts";
import { askClickHouse, clickHouseExtent } from "./clickhouse/ask-clickhouse.ts";
import type { ClickHouseTarget } from "./clickhouse/clickhouse-target.ts";

/** That of a folder, which DuckDB reads. */
export function folderHistory(folder: string, reading: FolderReading = {}): HistoryPlace {
  return {
    name: folder,
    ask: (question, signal) => askHistory(folder, question, { ...reading, ...(signal && { signal }) }),
    extent: () => folderExtent(folder, reading),
  };
}

/** That which sensors have shipped to a server. */
export function clickHouseHistory(target: ClickHouseTarget): HistoryPlace {
  return {
    name: target.name,
    ask: (question, signal) => askClickHouse(target, question, signal),
    extent: () => clickHouseExtent(target),
  };
}
