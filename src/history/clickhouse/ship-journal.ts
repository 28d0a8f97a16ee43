/**
 * What of a history was sent to one place: a file of lines in the history's folder, the last one of a segment counts. Where it is lost,
 * all is sent once more, under the same numbers: nothing counts twice.
 */
import { createHash, randomBytes } from "node:crypto";
import { closeSync, constants, fsyncSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "../../errors.ts";
import { NEW_FILE_MODE, ReplacementFile } from "../../replacement-file.ts";

/** What is known of a segment that was sent. */
export interface Shipped {
  /** `2026-11-30/lab-09`. */
  readonly segment: string;
  /** How often a segment of this name was removed after it was sent: what comes later under it is more, not the same. */
  readonly part: number;
  /** State of the file that was sent. */
  readonly identity: string;
  /** The last batch of its sensor that it had; null of captures that were imported. */
  readonly batch: number | null;
  /** The version of its delivery, the higher the later. */
  readonly version: number;
  /** `sent`; `replaced`: another segment has its rows; `removed`: the file is not needed any more. */
  readonly state: "sent" | "replaced" | "removed";
}

const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
const ID_LENGTH = 12;
const ORIGIN_BYTES = 12;

export class ShipJournal {
  readonly #path: string;
  readonly #entries = new Map<string, Shipped>();

  /** Reads it. `target`: the name of the place. Throws the errors of the file system. */
  constructor(folder: string, target: string) {
    const id = createHash("sha256").update(target).digest("hex").slice(0, ID_LENGTH);
    this.#path = join(folder, `.ship-${id}.ndjson`);
    for (const line of readLines(this.#path)) {
      const entry = parseLine(line);
      if (entry !== null) this.#entries.set(entry.segment, entry);
    }
  }

  get entries(): Iterable<Shipped> {
    return this.#entries.values();
  }

  /** The highest version there was. */
  get lastVersion(): number {
    return [...this.#entries.values()].reduce((last, { version }) => Math.max(last, version), 0);
  }

  of(segment: string): Shipped | undefined {
    return this.#entries.get(segment);
  }

  /** Notes segments. What is not noted because the process is killed is sent once more. */
  note(entries: readonly Shipped[]): void {
    // A line that was cut ends here at the latest.
    const lines = entries.map((entry) => `\n${JSON.stringify(entry)}\n`).join("");
    // A link is not followed: root may send the history of somebody else. On the disk before what it speaks of is removed.
    const descriptor = openSync(this.#path, APPENDING, NEW_FILE_MODE);
    try {
      writeFileSync(descriptor, lines);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    for (const entry of entries) this.#entries.set(entry.segment, entry);
  }
}

/** Who a history's segments are of, in a place where many are: a number that its folder was given by chance when it was first sent. */
export function originOf(folder: string): string {
  const path = join(folder, ".origin");
  const [known] = readLines(path);
  if (known !== undefined) return known;
  const origin = randomBytes(ORIGIN_BYTES).toString("hex");
  const file = new ReplacementFile(path, null);
  try {
    file.write(Buffer.from(`${origin}\n`));
    file.finish();
  } finally {
    file.close();
  }
  return origin;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n").filter(Boolean);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** null: a line that was being written when the process was killed. */
function parseLine(line: string): Shipped | null {
  try {
    const entry = JSON.parse(line);
    return typeof entry.segment === "string" && Number.isSafeInteger(entry.part) ? entry : null;
  } catch {
    return null;
  }
}
