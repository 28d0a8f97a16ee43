/** The files of a ring: `name-00001.pcapng` and following for `name.pcapng`. */
import { readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { PART_ENDING } from "./saved-file.ts";

const LEAST_DIGITS = 5;

/** Files of limited size, of which only the newest ones are kept. */
export interface Ring {
  readonly files: number;
  /** Maximum bytes of each file, unless one packet is longer. */
  readonly bytes: number;
}

export interface RingFile {
  readonly name: string;
  readonly number: number;
}

/** Returns the name of a file of the ring called `file`. */
export function ringFileName(file: string, number: number): string {
  const { folder, stem, ending } = partsOf(file);
  return join(folder, `${stem}-${String(number).padStart(LEAST_DIGITS, "0")}${ending}`);
}

/** Returns the existing files of a ring, including those of earlier runs and incomplete ones, oldest first. */
export function ringFiles(file: string): RingFile[] {
  const { folder, stem, ending } = partsOf(file);
  return readdirSync(folder)
    .flatMap((name) => {
      const whole = name.endsWith(PART_ENDING) ? name.slice(0, -PART_ENDING.length) : name;
      if (!whole.startsWith(`${stem}-`) || !whole.endsWith(ending)) return [];
      const digits = whole.slice(stem.length + 1, whole.length - ending.length);
      const isOurs = /^\d+$/.test(digits) && digits.length >= LEAST_DIGITS;
      return isOurs ? [{ name: join(folder, name), number: Number(digits) }] : [];
    })
    .sort((a, b) => a.number - b.number);
}

function partsOf(file: string): { folder: string; stem: string; ending: string } {
  const ending = extname(file);
  return { folder: dirname(file), stem: basename(file, ending), ending };
}
