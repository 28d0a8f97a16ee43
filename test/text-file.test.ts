import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { InputError } from "../src/errors.ts";
import { readTextFile } from "../src/text-file.ts";

const LIMIT = 2 << 20;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-text-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function messageOf(file: string): string {
  try {
    readTextFile(file, "rules.tsv", LIMIT);
  } catch (error) {
    if (error instanceof InputError && error.code === "cannot_open") return error.message;
    throw error;
  }
  return "read";
}

it("a text file of any length up to the limit is read", () => {
  const file = join(folder, "text");
  for (const text of ["", "é\n", "x".repeat(LIMIT)]) {
    writeFileSync(file, text);
    expect(readTextFile(file, "rules.tsv", LIMIT)).toBe(text);
  }
});

it("a text file beyond the limit is not read, even a sparse one of a terabyte", () => {
  const file = join(folder, "long");
  writeFileSync(file, "");
  for (const length of [LIMIT + 1, 2 ** 40]) {
    truncateSync(file, length);
    expect(messageOf(file)).toBe("rules.tsv: longer than 2 MiB, the limit for such a file");
  }
});

it.runIf(existsSync("/dev/zero"))("a device is read up to the limit of text files", () => {
  expect(messageOf("/dev/zero")).toBe("rules.tsv: longer than 2 MiB, the limit for such a file");
  expect(readTextFile("/dev/null", "rules.tsv", LIMIT)).toBe("");
});

it("an unreadable text file is reported with the reason", () => {
  expect(messageOf(join(folder, "none"))).toBe("rules.tsv: no such file");
  expect(messageOf(folder)).toBe("rules.tsv: is a directory");
});
