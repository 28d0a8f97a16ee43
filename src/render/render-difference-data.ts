/** Differences for programs: JSON and CSV. */

import type { ComparedGroup } from "../reports/compare/group-difference.ts";
import { gradesOf, namedTraffic } from "../reports/compare/named-traffic.ts";
import type { SummaryDifference } from "../reports/compare/summary-difference.ts";
import type { Traffic } from "../reports/traffic/summary.ts";
import { csvText } from "./render-escape.ts";
import { portName } from "./render-groups.ts";
import { jsonDocument } from "./render-json-document.ts";

const CSV_COLUMNS = [
  "what",
  "name",
  "change",
  "changed",
  "only_possible",
  "bytes_change",
  "bytes_change_relative",
  "bytes_possible_change",
  "verdict_before",
  "verdict_after",
  ...["before", "after"].flatMap((side) =>
    [
      "flows",
      "packets",
      "bytes",
      "bytes_identified",
      "bytes_one_of",
      "bytes_possible",
      "bytes_possible_only",
      "evidence",
    ].map((name) => `${name}_${side}`),
  ),
] as const;

type CsvRow = Readonly<Record<string, string | number | null>>;
type Side = "before" | "after";

/** The whole difference, indented (schema `appleflow/diff@2`). */
export function renderDifferenceJson(difference: SummaryDifference): string {
  return jsonDocument(difference);
}

/**
 * A header, then a line for each product or family, port that appeared or disappeared, and class; `what` distinguishes them.
 * Flows, packets and bytes of a product are those attributed by evidence.
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

function rowsOf({ by, rows, ports, classes }: SummaryDifference): CsvRow[] {
  return [
    ...rows.map((row) => ({
      what: by,
      name: row.name,
      change: row.change,
      changed: row.changed.join(" "),
      only_possible: String(row.onlyPossible),
      bytes_change: row.namedBytesChange,
      bytes_change_relative: row.namedBytesChangeRelative,
      bytes_possible_change: row.possibleBytesChange,
      verdict_before: row.verdict.before,
      verdict_after: row.verdict.after,
      ...groupCells(row.before, "before"),
      ...groupCells(row.after, "after"),
    })),
    ...ports.map(({ transport, port, change, ...traffic }) => ({
      what: "port",
      name: portName({ transport, port }),
      change,
      bytes_change: change === "gone" ? -traffic.bytes : traffic.bytes,
      ...trafficCells(traffic, change === "gone" ? "before" : "after"),
    })),
    ...classes.map(({ class: name, change, before, after }) => ({
      what: "class",
      name,
      change,
      bytes_change: after.bytes - before.bytes,
      ...trafficCells(before, "before"),
      ...trafficCells(after, "after"),
    })),
  ];
}

function groupCells(group: ComparedGroup | null, side: Side): CsvRow {
  if (group === null) return {};
  return {
    ...trafficCells(namedTraffic(group), side),
    [`bytes_identified_${side}`]: group.identified.bytes,
    [`bytes_one_of_${side}`]: group.oneOf.bytes,
    [`bytes_possible_${side}`]: group.possible.bytes,
    [`bytes_possible_only_${side}`]: group.possibleOnly.bytes,
    [`evidence_${side}`]: gradesOf(group).join(" "),
  };
}

function trafficCells({ flows, packets, bytes }: Traffic, side: Side): CsvRow {
  return { [`flows_${side}`]: flows, [`packets_${side}`]: packets, [`bytes_${side}`]: bytes };
}
