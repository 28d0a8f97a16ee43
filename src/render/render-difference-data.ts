/** Differences for programs: JSON and CSV. */

import type { ComparedGroup, SummaryDifference } from "../reports/compare/summary-difference.ts";
import { csvText, safeJson } from "./render-escape.ts";

const CSV_COLUMNS = [
  "what",
  "name",
  "change",
  "changed",
  "bytes_change",
  "bytes_change_relative",
  "verdict_before",
  "verdict_after",
  ...["before", "after"].flatMap((side) =>
    ["flows", "packets", "bytes", "bytes_sole", "bytes_possible", "evidence"].map(
      (name) => `${name}_${side}`,
    ),
  ),
] as const;

type CsvRow = Readonly<Record<string, string | number | null>>;

/** All of a difference, indented (schema `appleflow/diff@1`). */
export function renderDifferenceJson(difference: SummaryDifference): string {
  return `${safeJson(difference, 2)}\n`;
}

/**
 * A header, then a line for each product or family, port that appeared or went, and reason why flows are unattributed;
 * `what` tells them apart. Flows are those that may be a product's, packets and bytes its estimate.
 */
export function renderDifferenceCsv(difference: SummaryDifference): string {
  const lines = rowsOf(difference).map((row) =>
    CSV_COLUMNS.map((column) => {
      const cell = row[column] ?? "";
      return typeof cell === "string" ? csvText(cell) : String(cell);
    }).join(","),
  );
  return `${[CSV_COLUMNS.join(","), ...lines].join("\n")}\n`;
}

function rowsOf({ by, rows, ports, unattributed }: SummaryDifference): CsvRow[] {
  return [
    ...rows.map((row) => ({
      what: by,
      name: row.name,
      change: row.change,
      changed: row.changed.join(" "),
      bytes_change: row.bytesChange,
      bytes_change_relative: row.bytesChangeRelative,
      verdict_before: row.verdict.before,
      verdict_after: row.verdict.after,
      ...groupCells(row.before, "before"),
      ...groupCells(row.after, "after"),
    })),
    ...ports.map(({ transport, port, change, ...traffic }) => ({
      what: "port",
      name: `${transport}/${port}`,
      change,
      bytes_change: change === "gone" ? -traffic.bytes : traffic.bytes,
      ...trafficCells(traffic, change === "gone" ? "before" : "after"),
    })),
    ...unattributed.map(({ reason, change, before, after }) => ({
      what: "unattributed",
      name: reason,
      change,
      bytes_change: after.bytes - before.bytes,
      ...trafficCells(before, "before"),
      ...trafficCells(after, "after"),
    })),
  ];
}

function groupCells(group: ComparedGroup | null, side: "before" | "after"): CsvRow {
  if (group === null) return {};
  return {
    [`flows_${side}`]: group.flows.possible,
    [`packets_${side}`]: group.packets.estimate,
    [`bytes_${side}`]: group.bytes.estimate,
    [`bytes_sole_${side}`]: group.bytes.sole,
    [`bytes_possible_${side}`]: group.bytes.possible,
    [`evidence_${side}`]: group.evidence.join(" "),
  };
}

function trafficCells(
  { flows, packets, bytes }: { flows: number; packets: number; bytes: number },
  side: "before" | "after",
): CsvRow {
  return { [`flows_${side}`]: flows, [`packets_${side}`]: packets, [`bytes_${side}`]: bytes };
}
