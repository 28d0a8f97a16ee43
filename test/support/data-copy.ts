/** A modifiable copy of the project's data files, for tests of data checks with a broken line. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { InputError } from "../../src/errors.ts";

export class DataCopy {
  readonly #folder = mkdtempSync(join(tmpdir(), "appleflow-data-"));

  constructor() {
    cpSync(new URL("../../data/", import.meta.url), this.#folder, { recursive: true });
  }

  /** Value for the loaders' `dataFolder`. */
  get url(): URL {
    return pathToFileURL(`${this.#folder}/`);
  }

  /** Returns the path of a file in the copy. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  /** Changes the first line, not a comment, of a data file that contains `find`; returns its number. */
  breakLine(name: string, find: string, replace: string): number {
    const lines = readFileSync(this.file(name), "utf8").split("\n");
    const index = lines.findIndex((line) => !line.startsWith("#") && line.includes(find));
    expect(index, `${name} has ${find}`).toBeGreaterThanOrEqual(0);
    lines[index] = lines[index].replace(find, replace);
    writeFileSync(this.file(name), lines.join("\n"));
    return index + 1;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** Returns the data file error that `load` throws; fails if it throws none. */
export function dataErrorOf(load: () => unknown): InputError {
  let error: unknown;
  try {
    load();
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof InputError)) expect.fail(`no InputError but ${error}`);
  expect(error.code).toBe("bad_data_file");
  return error;
}
