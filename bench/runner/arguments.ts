import { parseArgs } from "node:util";
import { readPackets } from "../generate.ts";
import { CAPTURE_NAMES } from "../generator/profiles.ts";
import { PROGRAMS } from "./programs.ts";
import { START } from "./start.ts";

/** The parsed command line of the benchmark. */
export interface BenchArguments {
  readonly captures: readonly string[];
  readonly only: readonly string[];
  /** A folder of existing captures, or null for the benchmark's own. */
  readonly corpus: string | null;
  /** A folder with the sources of the native reference programs, or null. */
  readonly floor: string | null;
  readonly quick: boolean;
  /** Packets of `handshakes`; null for the default. */
  readonly packets: number | null;
  readonly rounds: number;
  /** Whether a missed target makes the exit status 1. */
  readonly check: boolean;
  /** A file for all figures, or null. */
  readonly json: string | null;
  /** A file of an earlier `json`, or null. */
  readonly baseline: string | null;
}

/** The text of `--help`. */
export const USAGE = `npm run bench -- [options]

  --captures NAMES   only these captures, separated by commas (${[START, ...CAPTURE_NAMES].join(", ")})
  --only NAMES       only these programs, separated by commas
                     (${PROGRAMS.map((program) => program.name).join(", ")})
  --rounds N         measured rounds after the warm-up (5; 0 measures the warm-up itself)
  --quick            captures of a tenth of the packets and flows
  --packets N        handshakes with so many packets (1000000)
  --corpus DIR       existing captures DIR/NAME.pcap instead (or BENCH_CORPUS in the environment)
  --floor DIR        compile DIR/floor.c and DIR/mmapfloor.c, which are not part of this project, and compare with them
  --check            a missed target, or one that could not be measured, makes the exit status 1
  --json FILE        write every single measurement to FILE, with the commit, the date and the load
  --baseline FILE    compare with what --json wrote for another commit
  --help             this text
`;

/**
 * Parses the command line.
 * @returns null if help was requested
 * @throws Error that explains what is wrong
 */
export function parseArguments(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): BenchArguments | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      captures: { type: "string", default: "" },
      only: { type: "string", default: "" },
      corpus: { type: "string" },
      floor: { type: "string" },
      quick: { type: "boolean", default: false },
      rounds: { type: "string", default: "5" },
      check: { type: "boolean", default: false },
      packets: { type: "string" },
      json: { type: "string" },
      baseline: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const only = splitNames(values.only);
  const unknown = only.find((name) => !PROGRAMS.some((program) => program.name === name));
  if (unknown !== undefined) throw new Error(`no program of the comparison is called ${unknown}`);
  if (!/^\d{1,3}$/.test(values.rounds))
    throw new Error(`--rounds ${values.rounds}: a number from 0 to 999 is needed`);
  const corpus = values.corpus ?? (environment.BENCH_CORPUS || null);
  const packets = readPackets(values.packets);
  if (corpus !== null && (values.quick || packets !== null))
    throw new Error("--quick and --packets make captures, --corpus takes those that exist");
  return {
    captures: splitNames(values.captures),
    only,
    corpus,
    floor: values.floor ?? null,
    quick: values.quick,
    packets,
    rounds: Number(values.rounds),
    check: values.check,
    json: values.json ?? null,
    baseline: values.baseline ?? null,
  };
}

function splitNames(text: string): string[] {
  return text.split(",").filter((name) => name !== "");
}
