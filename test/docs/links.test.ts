/** Files and headings that documents refer to must exist. */
import { existsSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { anchorOf, headingsOf, linksOf, textFiles, withoutFences } from "../support/markdown-files.ts";

const documents = textFiles(/\.md$/);
const anchors = new Map(documents.map(({ path, text }) => [path, headingsOf(text).map(anchorOf)]));
/** Guides that tell newcomers where things are. */
const GUIDES = ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/testing.md", "src/firewall/README.md"];

/** Returns whether a link leads to a file or folder of the project, and to an existing heading if it names one. */
function leadsSomewhere({ file, anchor }: { file: string; anchor: string }): boolean {
  if (!existsSync(file)) return false;
  return anchor === "" || (anchors.get(file)?.includes(anchor) ?? false);
}

describe("links in documents", () => {
  it("lead to existing files and headings", () => {
    const links = documents.flatMap((document) => linksOf(document).map((link) => ({ document, link })));
    expect(links.length).toBeGreaterThan(20);
    const broken = links.filter(({ link }) => !leadsSomewhere(link));
    expect(broken.map(({ document, link }) => `${document.path}: ${link.file}#${link.anchor}`)).toEqual([]);
  });

  it("are reported if the file or the heading is missing", () => {
    const links = linksOf({
      path: "docs/x.md",
      text: "[a](y.md) [b](contract.md#nowhere) [c](contract.md#flows)",
    });
    expect(links.map(leadsSomewhere)).toEqual([false, false, true]);
  });
});

describe("file paths in guides", () => {
  it.each(GUIDES)("of %s exist", (path) => {
    const { text } = documents.find((document) => document.path === path) ?? expect.fail(path);
    // A path from the root in backquotes; with NAME or * it stands for several.
    const paths = [
      ...withoutFences(text).matchAll(/`((?:src|test|scripts|data|bench|docs|fixtures)\/[\w./-]+)`/g),
    ]
      .map(([, named]) => named)
      .filter((named) => !/[A-Z]{4}/.test(named.replace("README", "")));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((named) => !existsSync(named))).toEqual([]);
    expect(paths.filter((named) => named.endsWith("/") && !statSync(named).isDirectory())).toEqual([]);
  });
});
