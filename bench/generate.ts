/**
 * Writes the captures of the benchmark: `npx tsx bench/generate.ts [--quick] [NAME...]`. What is there already with the
 * same parameters stays.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type CaptureTotals, writeCapture } from "./generator/capture-file.ts";
import { type PortList, readPortList } from "./generator/port-list.ts";
import { atTenthScale, type CaptureProfile, PROFILES } from "./generator/profiles.ts";

/** Raised whenever the same profile gives other bytes than before. */
const GENERATOR_VERSION = 1;

const BENCH = dirname(fileURLToPath(import.meta.url));
const PROJECT = resolve(BENCH, "..");
const PORT_LIST = join(PROJECT, "data", "apple-ports.tsv");

/** A capture file and what is in it. */
export interface BenchCapture {
  readonly name: string;
  readonly path: string;
  /** Null for a capture of unknown content. */
  readonly totals: CaptureTotals | null;
  readonly fileBytes: number;
}

/** What stands beside a generated capture. */
interface Truth {
  readonly parameters: {
    readonly generator: number;
    readonly ports: string;
    readonly profile: CaptureProfile;
  };
  readonly fileBytes: number;
  readonly totals: CaptureTotals;
}

/**
 * Returns the captures of the named profiles, writing those that are missing or of other parameters.
 * @param names an empty list means all
 * @throws Error for an unknown name
 */
export function ensureCaptures(
  names: readonly string[],
  quick: boolean,
  say: (line: string) => void,
): BenchCapture[] {
  for (const name of names) {
    if (!PROFILES.some((profile) => profile.name === name)) throw new Error(`no capture is called ${name}`);
  }
  const ports = readPortList(PORT_LIST);
  const wanted = PROFILES.filter((profile) => names.length === 0 || names.includes(profile.name));
  return wanted.map((profile) => ensureCapture(quick ? atTenthScale(profile) : profile, ports, quick, say));
}

function ensureCapture(
  profile: CaptureProfile,
  ports: PortList,
  quick: boolean,
  say: (line: string) => void,
): BenchCapture {
  const folder = join(BENCH, "captures", quick ? "quick" : "full");
  const path = join(folder, `${profile.name}.pcap`);
  const truthPath = join(folder, `${profile.name}.truth.json`);
  const parameters: Truth["parameters"] = { generator: GENERATOR_VERSION, ports: ports.digest, profile };
  if (existsSync(path) && existsSync(truthPath)) {
    const truth: Truth = JSON.parse(readFileSync(truthPath, "utf8"));
    const same = JSON.stringify(truth.parameters) === JSON.stringify(parameters);
    if (same && truth.fileBytes === statSync(path).size) {
      return { name: profile.name, path, totals: truth.totals, fileBytes: truth.fileBytes };
    }
  }
  mkdirSync(folder, { recursive: true });
  rmSync(truthPath, { force: true });
  const start = performance.now();
  const totals = writeCapture(path, profile, ports);
  const fileBytes = statSync(path).size;
  const truth: Truth = { parameters, fileBytes, totals };
  writeFileSync(truthPath, `${JSON.stringify(truth, null, 2)}\n`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(`wrote ${relative(PROJECT, path)}: ${(fileBytes / 1e6).toFixed(0)} MB in ${seconds} s`);
  return { name: profile.name, path, totals, fileBytes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  for (const { path, totals } of ensureCaptures(positionals, values.quick, console.log)) {
    console.log(`${relative(PROJECT, path)}: ${JSON.stringify(totals)}`);
  }
}
