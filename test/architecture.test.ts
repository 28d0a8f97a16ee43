/** The allowed imports between layers, and rules that hold for every source file. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Import, type SourceFile, sourceFiles } from "./support/source-files.ts";

const source = sourceFiles("src");
const everything = ["src", "test", "scripts", "bench"].flatMap(sourceFiles);

/**
 * The rooms that each room of `src` may import besides itself: the table of ARCHITECTURE.md. A room is a folder of a wing
 * (`packets/decode`), the files of a wing itself (`packets`), a folder without rooms (`net`), or a file directly in `src`.
 */
const ARROWS = readArrows(readFileSync("ARCHITECTURE.md", "utf8"));
const WINGS = ["packets", "knowledge", "evidence", "reports", "cli", "testing", "web"];
/** Only these files of another room may be imported. */
const ONLY_FILES: Readonly<Record<string, string>> = {
  "reports/traffic -> packets/decode": "src/packets/decode/weirds.ts",
  "filter -> packets/decode": "src/packets/decode/decoded-packet.ts",
  "flows -> packets/decode": "src/packets/decode/decoded-packet.ts",
  "firewall -> render": "src/render/render-",
};

/** Entry points of the package, imported only from outside. */
const ENTRIES = ["src/firewall/index.ts", "src/index.ts", "src/render/index.ts", "src/testing/index.ts"];

/** Only these rooms may import the memory layout of the kernel. */
const LAYOUT = "src/packets/kernel/layout.ts";
const KNOW_THE_LAYOUT = ["flows", "packets/kernel"];

/** Layers of pure functions, which read nothing from outside. */
const PURE = [
  "net",
  "packets/decode",
  "filter",
  "flows",
  "evidence/payload",
  "evidence/observation",
  "evidence/attribution",
  "reports/traffic",
  "reports/flows",
  "render",
];
const PURE_PARTS_OF_NODE = ["node:crypto", "node:net"];

/** Renderers may import the shapes of summaries, flows and list rows, and words, but nothing that counts. */
const RENDERER = /^src\/render\/(?!index\.ts$)(html\/)?[a-z-]+\.ts$/;
const RENDERER_TYPES = [
  "src/knowledge/advice/advice.ts",
  "src/evidence/attribution/attribution.ts",
  "src/knowledge/port-list/list-records.ts",
];
/** Types of reports. */
const REPORT_TYPES =
  /^src\/reports\/([a-z]+\/)?([a-z-]+-report|summary|[a-z]+-summary|[a-z]+-difference|[a-z]+-check)\.ts$/;
const RENDERER_WORDS = [
  "src/reports/completeness.ts",
  "src/reports/record-weirds.ts",
  "src/reports/tunnel-interfaces.ts",
  "src/evidence/attribution/evidence.ts",
  "src/reports/compare/named-traffic.ts",
  "src/reports/traffic/traffic-sum.ts",
  "src/reports/reach/reach-report.ts",
  "src/reports/reach/reach-entries.ts",
  "src/reports/series/bucket-lengths.ts",
  "src/shell-word.ts",
];

const MAX_LINES = 300;
/** Returns the room of a path below `src`. */
function partOf(path: string): string {
  const [, first, ...rest] = path.split("/");
  return WINGS.includes(first) && rest.length > 1 ? `${first}/${rest[0]}` : first;
}

/** Parses the rows `| \`room\` | what it is | \`room\`, \`room\` |` of the room table. */
function readArrows(text: string): Readonly<Record<string, readonly string[]>> {
  const table = text.slice(text.indexOf("| module |"), text.indexOf("\n\n", text.indexOf("| module |")));
  const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
  const rows = table.split("\n").slice(2);
  return Object.fromEntries(
    rows.map((row) => {
      const [, room, , imports] = row.split("|");
      return [codes(room)[0], codes(imports)];
    }),
  );
}

function importsWithin(file: SourceFile): readonly Import[] {
  return file.imports.filter(({ target }) => target.startsWith("src/"));
}

/** Returns `a -> b` for every import for which `isWrong` is true. */
function wrongImports(
  files: readonly SourceFile[],
  isWrong: (file: SourceFile, imported: Import) => boolean,
): string[] {
  return files.flatMap((file) =>
    file.imports.filter((one) => isWrong(file, one)).map(({ target }) => `${file.path} -> ${target}`),
  );
}

describe("imports between the rooms of src", () => {
  it("cover every room in the table of ARCHITECTURE.md", () => {
    const rooms = new Set(source.map(({ path }) => partOf(path)));
    expect(Object.keys(ARROWS).sort()).toEqual([...rooms].sort());
    expect(source.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
  });

  it.each(Object.entries(ARROWS))("from %s go only to the room itself and %j", (part, allowed) => {
    const files = source.filter(({ path }) => partOf(path) === part);
    const wrong = wrongImports(files, (_, { target }) => {
      if (!target.startsWith("src/") || partOf(target) === part) return false;
      const arrow = `${part} -> ${partOf(target)}`;
      return !target.startsWith(ONLY_FILES[arrow] ?? "src/") || !allowed.includes(partOf(target));
    });
    expect(wrong).toEqual([]);
    const used = new Set(files.flatMap((file) => importsWithin(file).map(({ target }) => partOf(target))));
    expect(allowed.filter((room) => !used.has(room))).toEqual([]);
  });

  it("point down: no room imports one below it in the table", () => {
    const order = Object.keys(ARROWS);
    // Commands and screens receive the environment from the file that also starts them.
    const isWithinCli = (a: string, b: string) => a.startsWith("cli") && b.startsWith("cli");
    const up = order.flatMap((room, i) =>
      ARROWS[room].filter((target) => order.indexOf(target) > i && !isWithinCli(room, target)),
    );
    expect(up).toEqual([]);
  });

  it("of the kernel's memory layout are made by the kernel and the flow table only", () => {
    const isWrong = (file: SourceFile, { target }: Import) =>
      target === LAYOUT && !KNOW_THE_LAYOUT.includes(partOf(file.path));
    const those = source.filter(({ imports }) => imports.some(({ target }) => target === LAYOUT));
    expect([...new Set(those.map(({ path }) => partOf(path)))].sort()).toEqual(KNOW_THE_LAYOUT.toSorted());
    expect(wrongImports(source, isWrong)).toEqual([]);
  });

  it("never target the package's entry points", () => {
    const found = source.filter(({ path }) => path.startsWith("src/") && path.endsWith("/index.ts"));
    const entries = found.map(({ path }) => path).filter((path) => !path.includes("/assembly/"));
    expect(entries).toEqual(ENTRIES);
    expect(wrongImports(source, (_, { target }) => ENTRIES.includes(target))).toEqual([]);
  });

  it.each(ENTRIES)("come with only named re-exports in %s", (path) => {
    const entry = source.find((file) => file.path === path);
    const rest = entry?.code.replace(/export\s+(?:type\s+)?\{[^}]*\}\s*from\s*"";/g, "").trim();
    expect(rest).toBe("");
  });

  it("of renderers are limited to shapes and words", () => {
    const files = source.filter(({ path }) => RENDERER.test(path));
    expect(files.length).toBeGreaterThan(3);
    const wrong = wrongImports(files, (_, { target, isTypeOnly }) => {
      if (!target.startsWith("src/") || RENDERER.test(target) || RENDERER_WORDS.includes(target))
        return false;
      return !((RENDERER_TYPES.includes(target) || REPORT_TYPES.test(target)) && isTypeOnly);
    });
    expect(wrong).toEqual([]);
  });

  it("form no cycle, type imports included", () => {
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

  it("resolve to existing files", () => {
    const known = new Set(everything.map(({ path }) => path));
    const isMissing = (target: string) => /^(src|test|scripts|bench)\//.test(target) && !known.has(target);
    // A declaration file can stand for a package without its own types.
    expect(wrongImports(everything, (_, { target }) => isMissing(target))).toEqual([]);
  });
});

describe("source files", () => {
  it("of pure layers use nothing of Node but pure modules", () => {
    const files = source.filter(({ path }) => PURE.includes(partOf(path)));
    const isOutside = (target: string) => target.startsWith("node:") && !PURE_PARTS_OF_NODE.includes(target);
    expect(wrongImports(files, (_, { target }) => isOutside(target))).toEqual([]);
  });

  it("import ES module packages dynamically only: the program is CommonJS", () => {
    const manifestOf = (folder: string) => JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
    const modules = Object.keys(manifestOf("").dependencies).filter(
      (name) => manifestOf(`node_modules/${name}/`).type === "module",
    );
    expect(modules).toContain("string-width");
    const isWrong = ({ target, isTypeOnly, isDynamic }: Import) =>
      modules.includes(target) && !isTypeOnly && !isDynamic;
    expect(wrongImports(source, (_, imported) => isWrong(imported))).toEqual([]);
  });

  it("have specific kebab-case names", () => {
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

  it("begin with a doc comment", () => {
    const silent = source.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

describe("the language", () => {
  it("ends the process in one file only", () => {
    const ending = source.filter(({ code }) => /\bprocess\s*\.\s*(exit|exitCode|abort|kill)\b/.test(code));
    expect(ending.map(({ path }) => path)).toEqual(["src/cli/start.ts"]);
  });

  it("avoids enum, any and suppressed type errors", () => {
    const has = (pattern: RegExp, text: (file: SourceFile) => string) =>
      everything.filter((file) => pattern.test(text(file))).map(({ path }) => path);
    expect(has(/\benum\s+\w+\s*\{/, ({ code }) => code)).toEqual([]);
    expect(has(/(:|<|\bas|\||&|,)\s*any\b(?!\s*[(:])/, ({ code }) => code)).toEqual([]);
    // Split in two, because this file is read too.
    expect(has(new RegExp("@ts-" + "(ignore|nocheck|expect-error)"), ({ text }) => text)).toEqual([]);
  });
});
