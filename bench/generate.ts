/**
 * Writes the captures of the benchmark: `npx tsx bench/generate.ts [--quick] [--packets N] [NAME...]`. Existing ones with the
 * same parameters are kept.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type CaptureTotals, writeCapture } from "./generator/capture-file.ts";
import { readHosts } from "./generator/office/hosts.ts";
import { type OfficeProfile, type OfficeTotals, writeOffice } from "./generator/office/office-capture.ts";
import { readPortList } from "./generator/port-list.ts";
import {
  atTenthScale,
  CAPTURE_NAMES,
  type CaptureProfile,
  HANDSHAKES,
  PROFILES,
} from "./generator/profiles.ts";

/** Raised whenever the same profile gives different bytes. */
const GENERATOR_VERSION = 1;

const BENCH = dirname(fileURLToPath(import.meta.url));
const PROJECT = resolve(BENCH, "..");
const PORT_LIST = join(PROJECT, "data", "apple-ports.tsv");
const HOSTS = join(PROJECT, "data", "hosts.tsv");

/** The size of captures: full, a tenth, or, for `handshakes`, N packets. */
export interface CaptureSize {
  readonly quick: boolean;
  /** null: as in the profile. */
  readonly packets: number | null;
}

/** A capture to be made. */
interface Recipe {
  readonly profile: CaptureProfile | OfficeProfile;
  /** Changes with the data from which the capture is drawn. */
  readonly data: string;
  readonly write: (path: string) => CaptureTotals | OfficeTotals;
}

/** A capture file and its content. */
export interface BenchCapture {
  readonly name: string;
  readonly path: string;
  /** null for a capture of unknown content. */
  readonly totals: CaptureTotals | null;
  readonly fileBytes: number;
}

/** The file beside a generated capture. */
interface Truth {
  readonly parameters: {
    readonly generator: number;
    readonly data: string;
    readonly profile: CaptureProfile | OfficeProfile;
  };
  readonly fileBytes: number;
  readonly totals: CaptureTotals | OfficeTotals;
}

/**
 * Returns the named captures, writing those that are missing or have other parameters.
 * @param names an empty list means all
 * @throws Error for an unknown name
 */
export function ensureCaptures(
  names: readonly string[],
  size: CaptureSize,
  say: (line: string) => void,
): BenchCapture[] {
  const unknown = names.find((name) => !CAPTURE_NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`no capture is called ${unknown}`);
  const wanted = CAPTURE_NAMES.filter((name) => names.length === 0 || names.includes(name));
  return wanted.map((name) => ensureCapture(recipeOf(name, size), size.quick, say));
}

function recipeOf(name: string, { quick, packets }: CaptureSize): Recipe {
  const byPort = PROFILES.find((profile) => profile.name === name);
  if (byPort === undefined) {
    const hosts = readHosts(HOSTS);
    const profile = { ...HANDSHAKES, packets: packets ?? HANDSHAKES.packets / (quick ? 10 : 1) };
    return { profile, data: hosts.digest, write: (path) => writeOffice(path, profile, hosts) };
  }
  const ports = readPortList(PORT_LIST);
  const profile = quick ? atTenthScale(byPort) : byPort;
  return { profile, data: ports.digest, write: (path) => writeCapture(path, profile, ports) };
}

function ensureCapture(
  { profile, data, write }: Recipe,
  quick: boolean,
  say: (line: string) => void,
): BenchCapture {
  const folder = join(BENCH, "captures", quick ? "quick" : "full");
  const path = join(folder, `${profile.name}.pcap`);
  const truthPath = join(folder, `${profile.name}.truth.json`);
  const parameters: Truth["parameters"] = { generator: GENERATOR_VERSION, data, profile };
  if (existsSync(path) && existsSync(truthPath)) {
    const truth: Truth = JSON.parse(readFileSync(truthPath, "utf8"));
    const same = JSON.stringify(truth.parameters) === JSON.stringify(parameters);
    if (same && truth.fileBytes === statSync(path).size) return benchCapture(path, truth);
  }
  mkdirSync(folder, { recursive: true });
  rmSync(truthPath, { force: true });
  const start = performance.now();
  const totals = write(path);
  const fileBytes = statSync(path).size;
  const truth: Truth = { parameters, fileBytes, totals };
  writeFileSync(truthPath, `${JSON.stringify(truth, null, 2)}\n`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(`wrote ${relative(PROJECT, path)}: ${(fileBytes / 1e6).toFixed(0)} MB in ${seconds} s`);
  return benchCapture(path, truth);
}

/** The totals by which programs are compared; the truth of an office has more. */
function benchCapture(path: string, { parameters, fileBytes, totals }: Truth): BenchCapture {
  const { packets, bytes, flows } = totals;
  return { name: parameters.profile.name, path, totals: { packets, bytes, flows }, fileBytes };
}

/** With more, handshakes would last longer than the idle timeout of an hour, after which the program ends a flow. */
const MOST_PACKETS = 5_000_000;

/**
 * Parses the value of `--packets`; null if it is not given.
 * @throws Error unless it is a number from 1 to 5,000,000
 */
export function readPackets(text: string | undefined): number | null {
  if (text === undefined) return null;
  const packets = Number(text);
  if (/^\d+$/.test(text) && packets >= 1 && packets <= MOST_PACKETS) return packets;
  throw new Error(`--packets ${text}: a number from 1 to ${MOST_PACKETS} is needed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { quick: { type: "boolean", default: false }, packets: { type: "string" } },
    allowPositionals: true,
  });
  const size = { quick: values.quick, packets: readPackets(values.packets) };
  for (const { path, totals } of ensureCaptures(positionals, size, console.log)) {
    console.log(`${relative(PROJECT, path)}: ${JSON.stringify(totals)}`);
  }
}
