/** A session's fixture as it is read back: what the lab knows of it, and what the library finds in it. */
import { readdirSync, readFileSync } from "node:fs";
import { summarize } from "../../src/engine/summarize.ts";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import type { Truth } from "./truth.ts";

/** Fixture and findings. */
export interface CapturedSession {
  readonly truth: Truth;
  readonly summary: Summary;
  /** In the order in which they ended. */
  readonly flows: readonly FlowReport[];
}

const FIXTURES = new URL("../../fixtures/lab/", import.meta.url);
/** No fixture has so many; room for the two million of the default is what most of the time would go to. */
const MAX_FLOWS = 2_000;
const TRUTH_SUFFIX = ".truth.json";

/** Names of the sessions that have a fixture, sorted. */
export function listCaptured(): readonly string[] {
  const files = readdirSync(FIXTURES).filter((file) => file.endsWith(TRUTH_SUFFIX));
  return files.map((file) => file.slice(0, -TRUTH_SUFFIX.length)).sort();
}

/** Reads a session's truth. */
export function readTruth(name: string): Truth {
  return JSON.parse(readFileSync(new URL(`${name}${TRUTH_SUFFIX}`, FIXTURES), "utf8")) as Truth;
}

/** Reads all fixtures of the lab; the working directory is the project's, so that sources have the same names everywhere. */
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
