/** The captures that are mutated: all fixtures, including the lab's; large ones in parts. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { layoutOf } from "./capture-layout.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");
const NO_CAPTURE = /\.(md|json)$/;
/** Larger captures are reduced to some of their records, so that an input takes about a millisecond. */
const LARGE = 12_000;
const RECORDS_OF_LARGE = 24;

/** A fixture, or part of one. */
export interface CaptureSample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Returns all samples, sorted by name. */
export function captureSamples(): CaptureSample[] {
  return readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !NO_CAPTURE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((path) => {
      const name = path.slice(FIXTURES.length + 1);
      return partsOf(new Uint8Array(readFileSync(path))).map((bytes) => ({ name, bytes }));
    })
    .filter(({ bytes }) => bytes.length > 0);
}

/** The header of a large capture with some records, and with later ones. */
function partsOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length <= LARGE) return [bytes];
  const layout = layoutOf(bytes);
  if (layout === null) return [bytes.slice(0, LARGE)];
  const packets = layout.parts.filter(({ packet }) => packet !== null);
  const before = layout.parts.slice(0, layout.parts.indexOf(packets[0]));
  const parts: Uint8Array[] = [];
  for (let first = 0; first < packets.length; first += RECORDS_OF_LARGE) {
    const chosen = [...before, ...packets.slice(first, first + RECORDS_OF_LARGE)];
    parts.push(concatBytes(...chosen.map(({ start, end }) => bytes.subarray(start, end))));
  }
  return parts;
}
