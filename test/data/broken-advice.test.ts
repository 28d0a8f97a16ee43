/** Every check of the advice texts, each with one broken line. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadAdvice } from "../../src/knowledge/advice/load-advice.ts";
import { DataCopy, dataErrorOf } from "../support/data-copy.ts";

const FILE = "advice.tsv";

let data: DataCopy;
beforeEach(() => {
  data = new DataCopy();
});
afterEach(() => data.remove());

function load() {
  return loadAdvice({ dataFolder: data.url });
}

test("the unchanged copy of the advice data loads", () => {
  expect(load().text("cause-refused", {})).toContain("RST");
});

test.each([
  ["cause-refused\t", "cause-refusal\t", 'situation "cause-refusal" is not one of'],
  ["cause-refused\t", "cause-silence\t", '"cause-silence" for these names is already in line'],
  [
    "to port {port} silently",
    "to port {number} silently",
    '"cause-unanswered-tcp" has no value for {number}',
  ],
  ["{by} reports that", "{port} reports that", '"cause-prohibited" has no value for {port}'],
  ["=mask.icloud.com", "mask.icloud.com", "is ambiguous"],
  ["| tidbits-ocsp", "| hearsay", 'data/sources.tsv has no source "hearsay"'],
  ["\t2022-08\t", "\t2021\t", "the date is"],
  ["\t2022-08\t—", "\t2022-08\t", "the note is empty"],
  [
    "A firewall rejects it with a RST in the host's name, or the host is up and nothing is listening there.",
    "",
    "the text is empty",
  ],
])("replacing %j by %j in the advice data is an error with its line", (find, replace, problem) => {
  const broken = data.breakLine(FILE, find, replace);
  const error = dataErrorOf(load);
  expect(error.message).toContain(problem);
  expect(error.position).toEqual({ source: `data/${FILE}`, line: broken });
});

test("a situation without a text for all names is an error", () => {
  data.breakLine(FILE, "cause-refused\t—", "cause-refused\t=example.com");
  expect(dataErrorOf(load).message).toContain('no row says "cause-refused" for all names');
});

test("a missing advice file is named in the error", () => {
  rmSync(data.file(FILE));
  expect(load).toThrow(expect.objectContaining({ code: "cannot_open" }));
  expect(load).toThrow(`data/${FILE}`);
});
