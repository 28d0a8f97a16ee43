/**
 * CSV (RFC 4180, but with the line ends of Unix): a header of stable snake_case names, then a line for each row. Empty
 * cells are values that are not known or do not apply; lists are joined by a space (ports) or ` | ` (names).
 */
import { EVIDENCE_GRADES } from "../evidence/attribution/evidence.ts";
import type { FlowReport } from "../reports/flow-report.ts";
import type { FlowShare, Share } from "../reports/traffic/summary.ts";
import { csvText } from "./render-escape.ts";
import type { Group } from "./render-groups.ts";

/** A row as cells by the name of their column. */
type CsvRow = Readonly<Record<string, string | number | boolean | null>>;

const PRODUCT_COLUMNS = [
  "product",
  "kind",
  "family",
  "retired",
  ...shareColumns(),
  ...EVIDENCE_GRADES.map(evidenceColumn),
  "bytes_from_originator",
  "bytes_from_responder",
  "first_seen",
  "last_seen",
  "ports",
];
const FLOW_COLUMNS = [
  "transport",
  "originator_address",
  "originator_port",
  "responder_address",
  "responder_port",
  "service_port",
  "orientation",
  "start",
  "end",
  "packets_originator",
  "packets_responder",
  "bytes_originator",
  "bytes_responder",
  "tcp",
  "evidence",
  "candidates",
  "reason",
  "off_list",
  "server_name",
  "process",
  "community_id",
];
const COLUMNS: Readonly<Record<Group["by"], readonly string[]>> = {
  product: PRODUCT_COLUMNS,
  family: ["family", ...shareColumns()],
  service: ["service", "listed", "ports", "flows", "packets", "bytes"],
  port: ["transport", "port", "listed", "service", "flows", "packets", "bytes"],
  host: ["address", "name", "domain", "flows", "packets", "bytes"],
};

/** The rows of a group, at most `top` of them; a host has a line for each domain. */
export function renderCsv(group: Group, top: number): string {
  const columns = COLUMNS[group.by];
  const shown = { ...group, rows: group.rows.slice(0, top) } as Group;
  return (
    headerLine(columns) +
    csvRows(shown)
      .map((row) => csvLine(columns, row))
      .join("")
  );
}

/** The header above the lines of {@link renderFlowCsv}. */
export function renderFlowCsvHeader(): string {
  return headerLine(FLOW_COLUMNS);
}

/** One flow as a line. */
export function renderFlowCsv(flow: FlowReport): string {
  return csvLine(FLOW_COLUMNS, {
    transport: flow.transport,
    originator_address: flow.originator.address,
    originator_port: flow.originator.port,
    responder_address: flow.responder.address,
    responder_port: flow.responder.port,
    service_port: flow.servicePort,
    orientation: flow.orientation,
    start: flow.start,
    end: flow.end,
    packets_originator: flow.packets.originator,
    packets_responder: flow.packets.responder,
    bytes_originator: flow.bytes.originator,
    bytes_responder: flow.bytes.responder,
    tcp: flow.tcp,
    evidence: flow.evidence,
    candidates: flow.candidates.join(" | "),
    reason: flow.reason,
    off_list: flow.offList,
    server_name: flow.serverName,
    process: flow.process,
    community_id: flow.communityId,
  });
}

function csvRows(group: Group): readonly CsvRow[] {
  switch (group.by) {
    case "product":
      return group.rows.map((row) => ({
        product: row.product,
        kind: row.kind,
        family: row.family,
        retired: row.retired,
        ...shareCells(row),
        ...Object.fromEntries(
          EVIDENCE_GRADES.map((grade) => [evidenceColumn(grade), row.bytesByEvidence[grade]]),
        ),
        bytes_from_originator: row.bytesFromOriginator,
        bytes_from_responder: row.bytesFromResponder,
        first_seen: row.firstSeen,
        last_seen: row.lastSeen,
        ports: row.ports.join(" "),
      }));
    case "family":
      return group.rows.map((row) => ({ family: row.family, ...shareCells(row) }));
    case "service":
      return group.rows.map((row) => ({ ...row, ports: row.ports.join(" ") }));
    case "port":
      return group.rows.map((row) => ({ ...row }));
    case "host":
      return group.rows.flatMap(({ address, name, domains }) =>
        domains.map((domain) => ({ address, name, ...domain })),
      );
  }
}

function shareColumns(): string[] {
  const parts = ["sole", "estimate", "possible"];
  return [
    "flows_sole",
    "flows_possible",
    ...parts.map((part) => `packets_${part}`),
    ...parts.map((part) => `bytes_${part}`),
  ];
}

function shareCells(row: { flows: FlowShare; packets: Share; bytes: Share }): CsvRow {
  return {
    flows_sole: row.flows.sole,
    flows_possible: row.flows.possible,
    packets_sole: row.packets.sole,
    packets_estimate: row.packets.estimate,
    packets_possible: row.packets.possible,
    bytes_sole: row.bytes.sole,
    bytes_estimate: row.bytes.estimate,
    bytes_possible: row.bytes.possible,
  };
}

/** "bytes_server_name" */
function evidenceColumn(grade: string): string {
  return `bytes_${grade.replaceAll("-", "_")}`;
}

function headerLine(columns: readonly string[]): string {
  return `${columns.join(",")}\n`;
}

function csvLine(columns: readonly string[], row: CsvRow): string {
  const cells = columns.map((column) => {
    const cell = row[column];
    return typeof cell === "string" ? csvText(cell) : String(cell ?? "");
  });
  return `${cells.join(",")}\n`;
}
