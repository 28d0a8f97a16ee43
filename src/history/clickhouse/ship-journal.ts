/**
 * Records what was sent from a history to one destination: a file of lines in the history's folder, of which the last one for
 * a segment counts. If it is lost, everything is sent again under the same numbers, and nothing counts twice.
 */
import { createHash, randomBytes } from "node:crypto";
import { closeSync, constants, fsyncSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "../../errors.ts";
import { NEW_FILE_MODE, ReplacementFile } from "../../replacement-file.ts";

/** State of a segment that was sent. */
export interface Shipped {
  /** `2026-11-30/lab-09`. */
  readonly segment: string;
  /** How often a segment with this name was removed after it was sent: later rows under the name are additional ones. */
  readonly part: number;
  /** Identity of the file that was sent. */
  readonly identity: string;
  /** The last batch of its sensor that it contained; null for imported captures. */
  readonly batch: number | null;
  /** Version of its delivery; later ones are higher. */
  readonly version: number;
  /** `sent`; `replaced`: another segment contains its rows; `removed`: the file is no longer needed. */
  readonly state: "sent" | "replaced" | "removed";
}

const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
const ID_LENGTH = 12;
const ORIGIN_BYTES = 12;

export class ShipJournal {
  readonly #path: string;
  readonly #entries = new Map<string, Shipped>();

  /** Reads the journal. `target`: the name of the destination. Throws file system errors. */
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

  /** The highest version so far. */
  get lastVersion(): number {
    return [...this.#entries.values()].reduce((last, { version }) => Math.max(last, version), 0);
  }

  of(segment: string): Shipped | undefined {
    return this.#entries.get(segment);
  }

  /** Records segments. If the process is killed before this, they are sent again. */
  note(entries: readonly Shipped[]): void {
    // The leading line feed ends a line that was cut off.
    const lines = entries.map((entry) => `\n${JSON.stringify(entry)}\n`).join("");
    // Do not follow a symbolic link: root may be sending the history of another user. The entry must be on disk
    // before the files that it describes are removed.
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

/**
 * Identifies the segments of this history at a destination with several: a random number that the folder got when it was
 * first sent.
 */
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
