/** A session's fixture read back: the lab's truth, and the library's results. */
import { readdirSync, readFileSync } from "node:fs";
import { summarize } from "../../src/engine/summarize.ts";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import type { Truth } from "./truth.ts";

/** Truth and results of a fixture. */
export interface CapturedSession {
  readonly truth: Truth;
  readonly summary: Summary;
  /** In the order in which they ended. */
  readonly flows: readonly FlowReport[];
}

const FIXTURES = new URL("../../fixtures/lab/", import.meta.url);
/** More than any fixture has; reserving the default of two million would take most of the time. */
const MAX_FLOWS = 2_000;
const TRUTH_SUFFIX = ".truth.json";

/** Returns the sorted names of sessions with a fixture. */
export function listCaptured(): readonly string[] {
  const files = readdirSync(FIXTURES).filter((file) => file.endsWith(TRUTH_SUFFIX));
  return files.map((file) => file.slice(0, -TRUTH_SUFFIX.length)).sort();
}

/** Reads a session's truth. */
export function readTruth(name: string): Truth {
  return JSON.parse(readFileSync(new URL(`${name}${TRUTH_SUFFIX}`, FIXTURES), "utf8")) as Truth;
}

/** Reads all lab fixtures; the working directory is the project's, so that sources have the same names everywhere. */
export async function readAllCaptured(): Promise<readonly CapturedSession[]> {
  const services = loadServiceTable();
  const options = { services, rules: loadEvidenceRules(services), maxFlows: MAX_FLOWS };
  const captured: CapturedSession[] = [];
  for (const name of listCaptured()) {
    const truth = readTruth(name);
    const flows: FlowReport[] = [];
    const onFlow = (flow: FlowReport): void => {
      flows.push(flow);
    };
    const summary = await summarize([`fixtures/lab/${truth.capture}`], { ...options, onFlow });
    captured.push({ truth, summary, flows });
  }
  return captured;
}
