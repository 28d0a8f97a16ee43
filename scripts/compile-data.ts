/**
 * A step of `npm run build`: reads and validates the data files and writes `dist/data.jsonl`, from which the program starts
 * (`src/knowledge/compiled-data.ts`).
 */
import { writeFileSync } from "node:fs";
import { compiledLine } from "../src/knowledge/compiled-data.ts";
import { compileRows } from "../src/knowledge/evidence/evidence-rows.ts";
import { loadEvidence } from "../src/knowledge/evidence/load-evidence-rules.ts";
import { compileList, LIST_NAME } from "../src/knowledge/port-list/compiled-list.ts";
import { loadServices } from "../src/knowledge/port-list/load-service-table.ts";

const { table } = loadServices();
const values = [[LIST_NAME, compileList(table)] as const, ...compileRows(loadEvidence(table).rows)];
writeFileSync("dist/data.jsonl", values.map(([name, value]) => `${compiledLine(name, value)}\n`).join(""));
