/** What the layers may know of each other, and the rules that a reader of any file can rely on. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Import, type SourceFile, sourceFiles } from "./support/source-files.ts";

const source = sourceFiles("src");
const everything = ["src", "test", "scripts", "bench"].flatMap(sourceFiles);

/** Which folders of `src` (and files directly in it) the files of a folder may import, besides their own. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "errors.ts": [],
  "shell-word.ts": [],
  net: [],
  services: ["net", "errors.ts"],
  rules: ["net", "services", "errors.ts"],
  payload: ["net"],
  observation: ["net", "payload", "flows"],
  capture: ["net", "errors.ts", "shell-word.ts"],
  decode: ["net"],
  filter: ["net", "decode", "errors.ts"],
  kernel: ["net", "capture", "errors.ts"],
  flows: ["net", "decode", "kernel"],
  attribution: ["net", "services", "rules", "observation"],
  live: ["capture", "decode", "filter", "attribution", "summary"],
  summary: ["net", "decode", "flows", "services", "rules", "observation", "attribution", "errors.ts"],
  compare: ["attribution", "summary", "errors.ts"],
  reach: [
    "net",
    "payload",
    "decode",
    "flows",
    "observation",
    "services",
    "rules",
    "attribution",
    "summary",
    "errors.ts",
  ],
  anonymise: ["net", "services", "rules", "attribution", "summary", "errors.ts"],
  ruleset: ["net", "services", "rules", "summary", "errors.ts"],
};
const LAYERS = Object.keys(ARROWS).filter((name) => !name.endsWith(".ts"));
/** What of another layer is known only in part. */
const ONLY_TYPES = ["summary -> errors.ts"];
const ONLY_FILES: Readonly<Record<string, string>> = {
  "summary -> decode": "src/decode/weirds.ts",
  "filter -> decode": "src/decode/",
  "kernel -> capture": "src/capture/packet-block.ts",
  "ruleset -> summary": "src/summary/render-",
  "ruleset -> rules": "src/rules/ip-prefix.ts",
};

/** What only some folders may know: where things stand in the memory of the kernel. */
const LAYOUT = "src/kernel/layout.ts";
const KNOW_THE_LAYOUT = ["kernel", "flows"];

/** Layers whose functions give the same for the same, so they read nothing from outside. */
const PURE = ["net", "decode", "payload", "observation", "flows", "filter", "attribution", "summary"];
const PURE_PARTS_OF_NODE = ["node:crypto", "node:net"];

/** Renderers know what a summary, a flow or a row of the list looks like, and words; nothing that counts. */
const RENDERER = /^src\/(summary|compare)\/render-[\w-]+\.ts$/;
const RENDERER_TYPES = [
  "src/attribution/attribution.ts",
  "src/summary/summary.ts",
  "src/summary/flow-report.ts",
  "src/summary/reach-report.ts",
  "src/services/list-records.ts",
  "src/compare/summary-difference.ts",
];
const RENDERER_WORDS = [
  "src/attribution/evidence.ts",
  "src/summary/product-totals.ts",
  "src/summary/reach-report.ts",
];

const MAX_LINES = 300;
/** The folder of a file in `src`, or the file's name where it stands directly in it. */
function partOf(path: string): string {
  return path.split("/")[1];
}

function importsWithin(file: SourceFile): readonly Import[] {
  return file.imports.filter(({ target }) => target.startsWith("src/"));
}

/** `a -> b` for every import that `isWrong` finds. */
function wrongImports(
  files: readonly SourceFile[],
  isWrong: (file: SourceFile, imported: Import) => boolean,
): string[] {
  return files.flatMap((file) =>
    file.imports.filter((one) => isWrong(file, one)).map(({ target }) => `${file.path} -> ${target}`),
  );
}

describe("arrows between the layers of src", () => {
  it("has the layers it speaks of, and no others", () => {
    const parts = [...new Set(source.map(({ path }) => partOf(path)))];
    expect(parts.sort()).toEqual(
      [
        ...Object.keys(ARROWS),
        "analysis-options.ts",
        "analysis.ts",
        "apple-address.ts",
        "cli",
        "index.ts",
        "monitor-options.ts",
        "monitor-reports.ts",
        "monitor.ts",
        "pipeline.ts",
        "record-counter.ts",
      ].sort(),
    );
    expect(source.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
  });

  it.each(Object.entries(ARROWS))("%s imports of the project only its own and %j", (part, allowed) => {
    const files = source.filter(({ path }) => partOf(path) === part);
    const wrong = wrongImports(files, (_, { target, isTypeOnly }) => {
      if (!target.startsWith("src/") || partOf(target) === part) return false;
      const arrow = `${part} -> ${partOf(target)}`;
      if (ONLY_TYPES.includes(arrow) && !isTypeOnly) return true;
      if (!target.startsWith(ONLY_FILES[arrow] ?? "src/")) return true;
      return !allowed.includes(partOf(target));
    });
    expect(wrong).toEqual([]);
  });

  it("lets the files beside the layers know all but the command line", () => {
    const files = source.filter(({ path }) => partOf(path).endsWith(".ts"));
    expect(files.length).toBeGreaterThan(7);
    expect(wrongImports(files, (_, { target }) => target.startsWith("src/cli/"))).toEqual([]);
  });

  it("keeps the layout of the kernel's memory within the kernel and the flow table", () => {
    const isWrong = (file: SourceFile, { target }: Import) =>
      target === LAYOUT && !KNOW_THE_LAYOUT.includes(partOf(file.path));
    const those = source.filter(({ imports }) => imports.some(({ target }) => target === LAYOUT));
    expect([...new Set(those.map(({ path }) => partOf(path)))].sort()).toEqual(KNOW_THE_LAYOUT.toSorted());
    expect(wrongImports(source, isWrong)).toEqual([]);
  });

  it("gives the command line what everybody has: index.ts", () => {
    const files = source.filter(({ path }) => partOf(path) === "cli");
    const isWrong = (target: string) =>
      target.startsWith("src/") && !target.startsWith("src/cli/") && target !== "src/index.ts";
    expect(wrongImports(files, (_, { target }) => isWrong(target))).toEqual([]);
  });

  it("has only re-exports in index.ts", () => {
    const index = source.find(({ path }) => path === "src/index.ts");
    const rest = index?.code.replace(/export\s+(?:type\s+)?\{[^}]*\}\s*from\s*"";/g, "").trim();
    expect(rest).toBe("");
  });

  it("lets renderers know shapes and words only", () => {
    const files = source.filter(({ path }) => RENDERER.test(path));
    expect(files.length).toBeGreaterThan(3);
    const wrong = wrongImports(files, (_, { target, isTypeOnly }) => {
      if (!target.startsWith("src/") || RENDERER.test(target) || RENDERER_WORDS.includes(target))
        return false;
      return !(RENDERER_TYPES.includes(target) && isTypeOnly);
    });
    expect(wrong).toEqual([]);
  });

  it("has no cycle, of types neither", () => {
    const graph = new Map(
      source.map((file) => [file.path, importsWithin(file).map(({ target }) => target)] as const),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      if (done.has(path) || trail.includes(path)) return;
      for (const target of graph.get(path) ?? []) walk(target, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) walk(path, []);
    expect(cycles).toEqual([]);
  });

  it("imports files that are there", () => {
    const known = new Set(everything.map(({ path }) => path));
    const isMissing = (target: string) => /^(src|test|scripts|bench)\//.test(target) && !known.has(target);
    // A declaration file stands for a package without types of its own.
    expect(wrongImports(everything, (_, { target }) => isMissing(target))).toEqual([]);
  });
});

describe("files", () => {
  it("of pure layers read nothing from outside", () => {
    const files = source.filter(({ path }) => PURE.includes(partOf(path)));
    const isOutside = (target: string) => target.startsWith("node:") && !PURE_PARTS_OF_NODE.includes(target);
    expect(wrongImports(files, (_, { target }) => isOutside(target))).toEqual([]);
  });

  it("import packages that are modules only when they are needed: the program is CommonJS", () => {
    const manifestOf = (folder: string) => JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
    const modules = Object.keys(manifestOf("").dependencies).filter(
      (name) => manifestOf(`node_modules/${name}/`).type === "module",
    );
    expect(modules).toContain("string-width");
    const isWrong = ({ target, isTypeOnly, isDynamic }: Import) =>
      modules.includes(target) && !isTypeOnly && !isDynamic;
    expect(wrongImports(source, (_, imported) => isWrong(imported))).toEqual([]);
  });

  it("are named after what they hold", () => {
    const vague = /(^|[/-])(utils?|helpers?|common|constants?|managers?|misc)\.(ts|mjs)$|\/types\.ts$/;
    expect(everything.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([]);
    const notKebab = everything.filter(
      ({ path }) =>
        !/^[a-z0-9-]+(\.((programs\.|system\.)?test|d|config))?\.(ts|mjs)$/.test(
          path.split("/").at(-1) ?? "",
        ),
    );
    expect(notKebab.map(({ path }) => path)).toEqual([]);
  });

  it(`have at most ${MAX_LINES} lines`, () => {
    const long = everything.filter(({ text }) => text.trimEnd().split("\n").length > MAX_LINES);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("begin with what they are", () => {
    const silent = source.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

describe("the language", () => {
  it("ends the process in one place", () => {
    const ending = source.filter(({ code }) => /\bprocess\s*\.\s*(exit|exitCode|abort|kill)\b/.test(code));
    expect(ending.map(({ path }) => path)).toEqual(["src/cli/main.ts"]);
  });

  it("is without enum, any and silenced errors", () => {
    const has = (pattern: RegExp, text: (file: SourceFile) => string) =>
      everything.filter((file) => pattern.test(text(file))).map(({ path }) => path);
    expect(has(/\benum\s+\w+\s*\{/, ({ code }) => code)).toEqual([]);
    expect(has(/(:|<|\bas|\||&|,)\s*any\b(?!\s*[(:])/, ({ code }) => code)).toEqual([]);
    // Written in two pieces, since this file is read too.
    expect(has(new RegExp("@ts-" + "(ignore|nocheck|expect-error)"), ({ text }) => text)).toEqual([]);
  });

  it("knows the layers that the house speaks of", () => {
    expect(LAYERS).toEqual([
      "net",
      "services",
      "rules",
      "payload",
      "observation",
      "capture",
      "decode",
      "filter",
      "kernel",
      "flows",
      "attribution",
      "live",
      "summary",
      "compare",
      "reach",
      "anonymise",
      "ruleset",
    ]);
  });
});
