/**
 * CSV (RFC 4180, but with Unix line ends): a header of stable snake_case names, then a line for each row. Empty
 * cells are unknown or do not apply; lists are joined by a space (ports) or ` | ` (names).
 */
import { EVIDENCE_GRADES } from "../evidence/attribution/evidence.ts";
import type { FlowReport } from "../reports/flow-report.ts";
import type { Claims } from "../reports/traffic/summary.ts";
import { csvText } from "./render-escape.ts";
import type { Group } from "./render-groups.ts";
import { Pieces, type WritePiece } from "./render-pieces.ts";

/** A row as cells by column name. */
export type CsvRow = Readonly<Record<string, string | number | boolean | null>>;

const GROUP_COLUMNS = [
  "id",
  "class",
  "products",
  "candidates",
  "off_list",
  "hints",
  "label",
  "reason",
  "evidence",
  "transport",
  "ports",
  "service",
  "rows",
  "protocol",
  "protocol_seen",
  "unverified",
  "elsewhere",
  "names",
  "flows",
  "packets",
  "bytes",
  "bytes_from_originator",
  "bytes_from_responder",
  "first_seen",
  "last_seen",
];
const CLAIMS = ["identified", "oneOf", "possible", "possibleOnly"] as const;
const AMOUNTS = ["flows", "packets", "bytes"] as const;
const PRODUCT_COLUMNS = [
  "product",
  "kind",
  "role",
  "family",
  "begun",
  "ended",
  "ended_how",
  ...claimColumns(),
  ...EVIDENCE_GRADES.map((grade) => `bytes_by_${snake(grade)}`),
  "off_list_bytes",
  "ports",
  "first_seen",
  "last_seen",
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
  "protocol",
  "class",
  "products",
  "candidates",
  "hints",
  "evidence",
  "off_list",
  "label",
  "reason",
  "unverified",
  "server_name",
  "process",
  "originator_device",
  "responder_device",
  "community_id",
];
const NETWORK_COLUMNS = ["network", "devices", "sent", "received"];
/** With an active timeout. */
const PART_COLUMNS = [...FLOW_COLUMNS, "continues"];
const COLUMNS: Readonly<Record<Group["by"], readonly string[]>> = {
  group: GROUP_COLUMNS,
  product: PRODUCT_COLUMNS,
  family: ["family", ...claimColumns()],
  service: ["service", "class", "flows", "packets", "bytes"],
  port: ["transport", "port", "listed", "service", "flows", "packets", "bytes", "classes"],
  protocol: ["protocol", "class", "flows", "packets", "bytes"],
  name: ["name", "class", "bytes"],
  server: ["server", "device", "names", "class", "flows", "packets", "bytes"],
  subnet: NETWORK_COLUMNS,
  vlan: NETWORK_COLUMNS,
  device: [
    "id",
    "name",
    "maker",
    "model",
    "is_apple",
    "is_gateway",
    "addresses",
    "macs",
    "vlans",
    "signs",
    "domains",
    "sent",
    "received",
  ],
};

/** Number of rows converted at once. */
const ROWS_AT_ONCE = 256;

/** Writes at most `top` rows of the group; devices without their services. */
export function writeCsv(group: Group, top: number, write: WritePiece): void {
  const columns = COLUMNS[group.by];
  const pieces = new Pieces(write);
  pieces.add(headerLine(columns));
  for (let first = 0; first < Math.min(group.rows.length, top); first += ROWS_AT_ONCE) {
    const rows = group.rows.slice(first, Math.min(first + ROWS_AT_ONCE, top));
    for (const row of csvRows({ ...group, rows } as Group)) pieces.add(csvLine(columns, row));
  }
  pieces.flush();
}

/** The header above the lines of {@link renderFlowCsv}; `inParts`: flows are reported while they live. */
export function renderFlowCsvHeader(inParts: boolean): string {
  return headerLine(inParts ? PART_COLUMNS : FLOW_COLUMNS);
}

/** One flow as a line. */
export function renderFlowCsv(flow: FlowReport): string {
  return csvLine(flow.continues === undefined ? FLOW_COLUMNS : PART_COLUMNS, {
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
    protocol: flow.protocol,
    class: flow.class,
    products: flow.products.join(" | "),
    candidates: flow.candidates.join(" | "),
    hints: flow.hints.join(" | "),
    evidence: flow.evidence,
    off_list: flow.offList.join(" | "),
    label: flow.label,
    reason: flow.reason,
    unverified: flow.unverified,
    server_name: flow.serverName,
    process: flow.process,
    originator_device: flow.originatorDevice,
    responder_device: flow.responderDevice,
    community_id: flow.communityId,
    continues: flow.continues ?? null,
  });
}

function csvRows(group: Group): readonly CsvRow[] {
  switch (group.by) {
    case "group":
      return group.rows.map((row) => ({
        id: row.id,
        class: row.class,
        products: row.products.join(" | "),
        candidates: row.candidates.join(" | "),
        off_list: row.offList.join(" | "),
        hints: row.hints.join(" | "),
        label: row.label,
        reason: row.reason,
        evidence: row.evidence,
        transport: row.service.transport,
        ports: row.ports.join(" "),
        service: row.service.name,
        rows: row.rows.join(" "),
        protocol: row.protocol,
        protocol_seen: row.protocolSeen,
        unverified: row.unverified,
        elsewhere: row.elsewhere,
        names: row.names.map(({ name }) => name).join(" | "),
        flows: row.flows,
        packets: row.packets,
        bytes: row.bytes,
        bytes_from_originator: row.bytesFromOriginator,
        bytes_from_responder: row.bytesFromResponder,
        first_seen: row.firstSeen,
        last_seen: row.lastSeen,
      }));
    case "product":
      return group.rows.map((row) => ({
        product: row.product,
        kind: row.kind,
        role: row.role,
        family: row.family,
        begun: row.begun,
        ended: row.ended?.date ?? null,
        ended_how: row.ended?.how ?? null,
        ...claimCells(row),
        ...Object.fromEntries(
          EVIDENCE_GRADES.map((grade) => [`bytes_by_${snake(grade)}`, row.byEvidence[grade] ?? 0]),
        ),
        off_list_bytes: row.offListBytes,
        ports: row.ports.join(" "),
        first_seen: row.firstSeen,
        last_seen: row.lastSeen,
      }));
    case "family":
      return group.rows.map((row) => ({ family: row.family, ...claimCells(row) }));
    case "service":
    case "protocol":
      return group.rows.map((row) => ({ ...row }));
    case "port":
      return group.rows.map((row) => ({ ...row, classes: row.classes.join(" ") }));
    case "name":
      return group.rows.map((row) => ({ ...row }));
    case "server":
      return group.rows.map((row) => ({ ...row, names: row.names.map(({ name }) => name).join(" | ") }));
    case "subnet":
    case "vlan":
      return group.rows.map(({ network, devices, sent, received }) => ({ network, devices, sent, received }));
    case "device":
      return group.rows.map((row) => ({
        id: row.id,
        name: row.name,
        maker: row.maker,
        model: row.model,
        sent: row.sent,
        received: row.received,
        is_apple: row.isApple,
        is_gateway: row.isGateway,
        addresses: row.addresses.join(" "),
        macs: row.macs.join(" "),
        vlans: row.vlans.join(" "),
        signs: row.signs.join(" | "),
        domains: (row.domains ?? []).flatMap(({ domain }) => domain ?? []).join(" | "),
      }));
  }
}

/** "one_of_bytes" */
function claimColumns(): string[] {
  return CLAIMS.flatMap((claim) => AMOUNTS.map((amount) => `${snake(claim)}_${amount}`));
}

function claimCells(row: Claims): CsvRow {
  return Object.fromEntries(
    CLAIMS.flatMap((claim) => AMOUNTS.map((amount) => [`${snake(claim)}_${amount}`, row[claim][amount]])),
  );
}

function snake(name: string): string {
  return name.replaceAll("-", "_").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The first line. */
export function headerLine(columns: readonly string[]): string {
  return `${columns.join(",")}\n`;
}

/** A row as a line; columns without a cell are empty. */
export function csvLine(columns: readonly string[], row: CsvRow): string {
  const cells = columns.map((column) => {
    const cell = row[column];
    return typeof cell === "string" ? csvText(cell) : String(cell ?? "");
  });
  return `${cells.join(",")}\n`;
}
