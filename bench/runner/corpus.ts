/** Captures from another generator, in a folder given by the user. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BenchCapture } from "../generate.ts";
import type { CaptureTotals } from "../generator/capture-file.ts";
import { CAPTURE_NAMES } from "../generator/profiles.ts";

/**
 * The captures `NAME.pcap` of a folder: the named ones, otherwise those with the benchmark's own names. Their truth is read
 * from `NAME.truth.json` (as this project's generator writes it) or `NAME.truth.csv` (one row per protocol and port, with the
 * columns flows, packets_* and bytes_*), if present.
 * @throws Error for a named capture that is missing and for a folder without captures
 */
export function openCorpus(folder: string, names: readonly string[]): BenchCapture[] {
  const pathOf = (name: string) => join(folder, `${name}.pcap`);
  for (const name of names) {
    if (!existsSync(pathOf(name))) throw new Error(`${pathOf(name)} is missing`);
  }
  const usual = CAPTURE_NAMES.filter((name) => existsSync(pathOf(name)));
  const chosen = names.length > 0 ? names : usual;
  if (chosen.length === 0) throw new Error(`${folder} holds none of the benchmark's captures`);
  return chosen.map((name) => {
    const path = pathOf(name);
    return { name, path, totals: readTruth(folder, name), fileBytes: statSync(path).size };
  });
}

function readTruth(folder: string, name: string): CaptureTotals | null {
  const json = join(folder, `${name}.truth.json`);
  if (existsSync(json)) {
    const { packets, bytes, flows }: CaptureTotals = JSON.parse(readFileSync(json, "utf8")).totals;
    return { packets, bytes, flows };
  }
  // "big_1500.pcap" may come with a "big.truth.csv".
  const csv = [name, name.split("_")[0]].map((stem) => join(folder, `${stem}.truth.csv`)).find(existsSync);
  return csv === undefined ? null : sumTruthTable(readFileSync(csv, "utf8"));
}

function sumTruthTable(text: string): CaptureTotals {
  const [titles, ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const sumOf = (title: RegExp) => {
    const columns = titles.flatMap((name, i) => (title.test(name) ? [i] : []));
    return rows.reduce((sum, row) => columns.reduce((rowSum, i) => rowSum + Number(row[i]), sum), 0);
  };
  return { packets: sumOf(/^packets_/), bytes: sumOf(/^bytes_/), flows: sumOf(/^flows$/) };
}
