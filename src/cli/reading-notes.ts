/** What standard error says of a reading that went not quite as asked. */
import { linkTypeText } from "../net/link-types.ts";
import { escapeText } from "../render/render-escape.ts";
import type { SourceSummary } from "../reports/capture-summary.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import type { Environment } from "./environment.ts";

/** Lines without their line ends; none for a reading without any trouble. */
export function readingNotes(summary: Summary): string[] {
  const lines = summary.capture.sources.flatMap((source) => [
    ...errorLines(source),
    ...unsupportedLines(source),
  ]);
  const { evicted } = summary.flows;
  if (evicted > 0) {
    lines.push(
      `${evicted} flows were ended early, as --max-flows were live; their packets and bytes are in the results`,
    );
  }
  return lines.map((line) => `appleflow: ${escapeText(line)}`);
}

/** Writes them to standard error. */
export function writeNotes(lines: readonly string[], { stderr }: Environment): void {
  for (const line of lines) stderr.write(`${line}\n`);
}

function errorLines({ name, error }: SourceSummary): string[] {
  if (error === null) return [];
  return [error.message.startsWith(`${name}:`) ? error.message : `${name}: ${error.message}`];
}

/** A line for each name and link type: a capture may describe one interface again and again. */
function unsupportedLines({ name: source, interfaces }: SourceSummary): string[] {
  const groups = new Map<string, { ids: number[]; packets: number; name: string | null; linkType: string }>();
  for (const [id, { name, linkType, unsupported }] of interfaces.entries()) {
    if (unsupported === 0) continue;
    const key = `${linkType} ${name ?? ""}`;
    const group = groups.get(key) ?? { ids: [], packets: 0, name, linkType };
    groups.set(key, group);
    group.ids.push(id);
    group.packets += unsupported;
  }
  return [...groups.values()].map(({ ids, packets, name, linkType }) => {
    const which = ids.length === 1 ? `interface ${ids[0]}` : `${ids.length} interfaces`;
    const named = name === null ? which : `${which} (${name})`;
    const verb = ids.length === 1 ? "has" : "have";
    return `${source}: ${named} ${verb} unsupported link type ${linkTypeText(linkType)}: ${packets} ${packets === 1 ? "packet" : "packets"} not decoded`;
  });
}
