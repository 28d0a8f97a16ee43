/** Loads `data/advice.tsv` into {@link Advice}. */

import { readTextFile } from "../../text-file.ts";
import { dataFolder } from "../data-folder.ts";
import { parseHostPattern } from "../evidence/host-pattern.ts";
import { HostRules } from "../evidence/host-rules.ts";
import { DataSources } from "../port-list/data-sources.ts";
import { badDataLine, parseTabTable } from "../port-list/tab-table.ts";
import { Advice, type AdviceRow, placeholdersOf, SITUATIONS, type Situation } from "./advice.ts";

/** Where the texts are loaded from. */
export interface AdviceOptions {
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
}

const SOURCE = "data/advice.tsv";
const COLUMNS = ["situation", "names", "text", "source", "date", "note"] as const;
const NOTHING = "—";
const SEPARATOR = " | ";

/**
 * Loads the advice. Call it only when advice is needed.
 *
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for an invalid value
 *   in one
 * @example
 * ```ts
 * import { loadAdvice } from "appleflow";
 *
 * const advice = loadAdvice();
 * ```
 */
export function loadAdvice(options: AdviceOptions = {}): Advice {
  return new Advice(loadAdviceRows(options));
}

/** The rows that {@link loadAdvice} uses, for checks of the data. */
export function loadAdviceRows(options: AdviceOptions = {}): readonly AdviceRow[] {
  const sourcesName = "data/sources.tsv";
  const folder = options.dataFolder ?? dataFolder();
  const sources = new DataSources(readTextFile(new URL("sources.tsv", folder), sourcesName), sourcesName);
  const text = readTextFile(new URL("advice.tsv", folder), SOURCE);
  const lines = new Map<string, number>();
  const rows = parseTabTable(text, SOURCE, { required: COLUMNS }).map((record): AdviceRow => {
    const { line, cells } = record;
    const fail = (problem: string) => badDataLine(SOURCE, line, problem);
    const situation = situationNamed(cells.situation);
    if (situation === null)
      throw fail(`situation "${cells.situation}" is not one of ${SITUATION_NAMES.join(", ")}`);
    const key = `${situation} ${cells.names}`;
    const before = lines.get(key);
    if (before !== undefined) throw fail(`"${situation}" for these names is already in line ${before}`);
    lines.set(key, line);
    if (cells.text === "") throw fail("the text is empty");
    if (cells.note === "") throw fail(`the note is empty; write ${NOTHING} for none`);
    const known: readonly string[] = SITUATIONS[situation];
    const unknown = placeholdersOf(cells.text).find((name) => !known.includes(name));
    if (unknown !== undefined) throw fail(`"${situation}" has no value for {${unknown}}`);
    return {
      situation,
      isFor: cells.names === NOTHING ? null : matcherOf(cells.names, fail),
      text: cells.text,
      sources: sources.check(record, SOURCE),
    };
  });
  const missing = SITUATION_NAMES.find(
    (name) => !rows.some(({ situation, isFor }) => situation === name && isFor === null),
  );
  if (missing !== undefined) throw badDataLine(SOURCE, 1, `no row says "${missing}" for all names`);
  return rows;
}

const SITUATION_NAMES = Object.keys(SITUATIONS) as readonly Situation[];

function situationNamed(text: string): Situation | null {
  return SITUATION_NAMES.find((name) => name === text) ?? null;
}

/** Returns a predicate for names that match one of the patterns of a cell. */
function matcherOf(cell: string, fail: (problem: string) => Error): (name: string) => boolean {
  const rules = cell.split(SEPARATOR).map((text) => {
    const pattern = parseHostPattern(text);
    if (typeof pattern === "string") throw fail(pattern);
    return { pattern, use: "any", products: [] } as const;
  });
  const hosts = new HostRules([rules]);
  return (name) => hosts.match(name) !== null;
}
