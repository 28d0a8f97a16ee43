/** The files of a ring: `name-00001.pcapng` and following for `name.pcapng`. */
import { readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { PART_SUFFIX } from "./saved-file.ts";

const MIN_DIGITS = 5;

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
  const { folder, stem, suffix } = partsOf(file);
  return join(folder, `${stem}-${String(number).padStart(MIN_DIGITS, "0")}${suffix}`);
}

/** Returns the existing files of a ring, including those of earlier runs and incomplete ones, oldest first. */
export function ringFiles(file: string): RingFile[] {
  const { folder, stem, suffix } = partsOf(file);
  return readdirSync(folder)
    .flatMap((name) => {
      const whole = name.endsWith(PART_SUFFIX) ? name.slice(0, -PART_SUFFIX.length) : name;
      if (!whole.startsWith(`${stem}-`) || !whole.endsWith(suffix)) return [];
      const digits = whole.slice(stem.length + 1, whole.length - suffix.length);
      const isRingFile = /^\d+$/.test(digits) && digits.length >= MIN_DIGITS;
      return isRingFile ? [{ name: join(folder, name), number: Number(digits) }] : [];
    })
    .sort((a, b) => a.number - b.number);
}

function partsOf(file: string): { folder: string; stem: string; suffix: string } {
  const suffix = extname(file);
  return { folder: dirname(file), stem: basename(file, suffix), suffix };
}
