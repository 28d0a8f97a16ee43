/** Renders an audit of a ruleset in any of its formats. */

import type { TableStyle } from "../render/render-columns.ts";
import { withMeasure } from "../render/render-columns.ts";
import { csvText, escapeText } from "../render/render-escape.ts";
import { jsonDocument } from "../render/render-json-document.ts";
import { wrappedTable } from "../render/render-list.ts";
import type { AuditPart, AuditReport, AuditRow } from "./audit-report.ts";
import { destinationText } from "./destination-words.ts";

/** The formats of an audit. */
export const AUDIT_FORMATS = ["table", "json", "csv", "markdown"] as const;
/** One of `AUDIT_FORMATS`. */
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

/** Maximum parts of a row shown in a table. */
const MAX_PARTS = 6;
const STAGE_WORDS = { opening: "", following: "later packets: ", reply: "answers: " } as const;
const VERDICTS = ["allowed", "blocked", "partly", "undecided"] as const;

/**
 * Renders the report as text that ends with a newline.
 *
 * @param style of the table; ignored by other formats
 *
 * @example
 * ```ts
 * import { type AuditReport, renderAudit } from "appleflow/firewall";
 *
 * export function print(report: AuditReport): Promise<string> {
 *   return renderAudit(report, "table", { width: 80, colors: false, ascii: false });
 * }
 * ```
 */
export async function renderAudit(
  report: AuditReport,
  format: AuditFormat,
  style: TableStyle,
): Promise<string> {
  switch (format) {
    case "json":
      return jsonDocument(report);
    case "csv":
      return renderCsv(report);
    case "markdown":
      return renderMarkdown(report);
    case "table": {
      const headers = ["PORT", "TRANSPORT", "SERVICE", "VERDICT", "DECIDED BY"];
      const table = await withMeasure((measure) =>
        wrappedTable(headers, report.rows.map(cellsOf), style, measure),
      );
      return `${table}\n${closingLines(report).map(escapeText).join("\n")}\n`;
    }
  }
}

function cellsOf(row: AuditRow): string[] {
  return [row.port, row.transport, row.service, row.verdict, rowReason(row)];
}

/** Returns the reasons, part by part; omits ports if the whole row has one outcome. */
function rowReason({ parts }: AuditRow): string {
  const groups = new Map<string, AuditPart[]>();
  for (const part of parts) {
    const key = `${part.ports}/${part.transport}`;
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  const told = [...groups].map(([ports, own]) => ({ ports, ...groupReason(own) }));
  if (told.every(({ text }) => text === told[0].text)) return told[0]?.text ?? "";
  const texts = told.slice(0, MAX_PARTS).map(({ ports, verdict, text }) => `${ports}${verdict} ${text}`);
  if (told.length > MAX_PARTS) texts.push(`${told.length - MAX_PARTS} more`);
  return texts.join("; ");
}

/** Returns the reason for parts with the same ports. */
function groupReason(parts: readonly AuditPart[]): { readonly verdict: string; readonly text: string } {
  const sentence = destinationText(parts);
  const telling =
    parts.find(({ verdict }) => verdict === "undecided") ??
    parts.find(({ verdict }) => verdict === "allowed") ??
    parts[0];
  if (sentence !== null) return { verdict: ":", text: `${sentence}; ${partReason(telling)}` };
  if (parts.length === 1) {
    // The reason of an undecided part already begins with that word.
    const verdict = telling.verdict === "undecided" ? "" : ` ${telling.verdict}:`;
    return { verdict, text: partReason(telling) };
  }
  const texts = parts.map((part) => {
    const verdict = part.verdict === "undecided" ? "" : ` ${part.verdict}:`;
    return `IPv${part.version}${verdict} ${partReason(part)}`;
  });
  return { verdict: "", text: texts.join("; ") };
}

function partReason({ stage, rule, reason }: AuditPart): string {
  const where = rule === null ? "no chain at the hook" : ruleReason(rule);
  return `${STAGE_WORDS[stage]}${reason === "" ? where : `${reason} (${where})`}`;
}

function ruleReason({ family, table, chain, handle, text }: NonNullable<AuditPart["rule"]>): string {
  return handle === null
    ? `${family} ${table} ${chain}: ${text}`
    : `${family} ${table} ${chain} handle ${handle}: ${text}`;
}

function closingLines({ hook, counts, assumptions, notes }: AuditReport): string[] {
  const numbers = VERDICTS.map((verdict) => `${counts[verdict]} ${verdict}`).join(", ");
  return [
    `Rows: ${numbers}; connections from devices to single hosts elsewhere, hook ${hook}.`,
    ...assumptions.map((assumption) => `Assumed: ${assumption}.`),
    ...notes.map((note) => `Note: ${note}.`),
  ];
}

const CSV_HEADER =
  "port,transport,service,verdict,part_transport,part_ports,ip_version,destination,networks,devices,part_verdict,packets,family,table,chain,handle,rule,reason";

function renderCsv({ rows }: AuditReport): string {
  const lines = rows.flatMap(({ port, transport, service, verdict, parts }) =>
    parts.map((part) =>
      [
        csvText(port),
        csvText(transport),
        csvText(service),
        verdict,
        part.transport,
        part.ports,
        part.version ?? "",
        part.destination ?? "",
        csvText(part.networks.join(" ")),
        csvText(part.devices.join(" ")),
        part.verdict,
        part.stage,
        csvText(part.rule?.family ?? ""),
        csvText(part.rule?.table ?? ""),
        csvText(part.rule?.chain ?? ""),
        part.rule?.handle ?? "",
        csvText(part.rule?.text ?? ""),
        csvText(part.reason),
      ].join(","),
    ),
  );
  return `${[CSV_HEADER, ...lines].join("\n")}\n`;
}

function renderMarkdown(report: AuditReport): string {
  const cell = (text: string) => escapeText(text).replace(/[\\|`*_<>[\]]/g, "\\$&");
  const lines = [
    "| Port | Transport | Service | Verdict | Decided by |",
    "| --- | --- | --- | --- | --- |",
    ...report.rows.map((row) => `| ${cellsOf(row).map(cell).join(" | ")} |`),
    "",
    ...closingLines(report).flatMap((line) => [cell(line), ""]),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
