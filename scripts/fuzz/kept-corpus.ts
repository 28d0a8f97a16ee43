/**
 * Inputs that are kept between campaigns: a file for each target, and a line for each input in base64. The text after `#`
 * names the fault that an input once found; such lines stay, others may be replaced by better ones.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the files. */
export const CORPUS_FOLDER = join(import.meta.dirname, "../../test/fuzz/corpus");

/** A kept input. */
export interface KeptInput {
  readonly bytes: Uint8Array;
  /** The fault that it once found; null if it only adds coverage to the samples. */
  readonly fault: string | null;
}

/** Returns the inputs kept for a target. */
export function keptInputs(target: string): KeptInput[] {
  const file = fileOf(target);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map(readLine);
}

/** Keeps exactly these inputs for a target. */
export function keepInputs(target: string, inputs: readonly KeptInput[]): void {
  mkdirSync(CORPUS_FOLDER, { recursive: true });
  writeFileSync(fileOf(target), inputs.map((input) => `${lineOf(input)}\n`).join(""));
}

/** Length of an input's line in bytes. */
export function keptLength(input: KeptInput): number {
  return lineOf(input).length + 1;
}

function fileOf(target: string): string {
  return join(CORPUS_FOLDER, `${target}.txt`);
}

function lineOf({ bytes, fault }: KeptInput): string {
  const text = Buffer.from(bytes).toString("base64");
  return fault === null ? text : `${text} # ${fault}`;
}

function readLine(line: string): KeptInput {
  const [text, fault = null] = line.split(" # ");
  return { bytes: new Uint8Array(Buffer.from(text, "base64")), fault };
}
