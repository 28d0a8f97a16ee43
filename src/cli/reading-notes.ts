/** What standard error says of a reading that went not quite as asked. */
import { escapeText, type SourceSummary, type Summary } from "../index.ts";

/** Lines without their line ends; none for a reading without any trouble. */
export function readingNotes(summary: Summary): string[] {
  const lines = summary.capture.sources.flatMap((source) => [
    ...errorLines(source),
    ...(summary.packets.unsupportedLinkType > 0 ? unsupportedLines(source) : []),
  ]);
  const { evicted } = summary.flows;
  if (evicted > 0) {
    lines.push(
      `${evicted} flows were ended early, as --max-flows were live; their packets and bytes are in the results`,
    );
  }
  return lines.map((line) => `appleflow: ${escapeText(line)}`);
}

function errorLines({ name, error }: SourceSummary): string[] {
  if (error === null) return [];
  return [error.message.startsWith(`${name}:`) ? error.message : `${name}: ${error.message}`];
}

function unsupportedLines({ name, interfaces }: SourceSummary): string[] {
  return interfaces.flatMap((item, i) => {
    const named = `${name}: interface ${i}${item.name === null ? "" : ` (${item.name})`}`;
    // Link types that are supported go by their own name.
    if (item.linkType.startsWith("LINKTYPE_")) {
      return [`${named} has the unsupported link type ${item.linkType}: ${item.packets} packets not decoded`];
    }
    if (item.linkType === "USER2") {
      return [
        `${named} has link type USER2, supported for PKTAP only: up to ${item.packets} packets not decoded`,
      ];
    }
    return [];
  });
}
