/** The compiled data: the lines of `dist/data.jsonl`, read and validated from the data files. */
import { compiledLine } from "../src/knowledge/compiled-data.ts";
import { compileRows } from "../src/knowledge/evidence/evidence-rows.ts";
import { loadEvidence } from "../src/knowledge/evidence/load-evidence-rules.ts";
import { compileList, LIST_NAME } from "../src/knowledge/port-list/compiled-list.ts";
import { loadServices } from "../src/knowledge/port-list/load-service-table.ts";
import {
  CACHING_NAME,
  compileCaching,
  readCacheableContent,
} from "../src/reports/content-caching/load-cacheable-content.ts";

export function compiledLines(): string {
  const { table } = loadServices();
  const values = [
    [LIST_NAME, compileList(table)] as const,
    [CACHING_NAME, compileCaching(readCacheableContent(table))] as const,
    ...compileRows(loadEvidence(table).rows),
  ];
  return values.map(([name, value]) => `${compiledLine(name, value)}\n`).join("");
}
