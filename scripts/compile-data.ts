/**
 * A step of `npm run build`: reads and validates the data files and writes `dist/data.jsonl`, from which the program starts
 * (`src/knowledge/compiled-data.ts`).
 */
import { writeFileSync } from "node:fs";
import { compiledLines } from "./compiled-lines.ts";

writeFileSync("dist/data.jsonl", compiledLines());
