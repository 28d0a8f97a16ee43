/** What the layers may know of each other, and the rules that a reader of any file can rely on. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Import, type SourceFile, sourceFiles } from "./support/source-files.ts";

const source = sourceFiles("src");
const everything = ["src", "test", "scripts", "bench"].flatMap(sourceFiles);

/**
 * Which rooms of `src` the files of a room may import, besides their own: the table of ARCHITECTURE.md. A room is a folder
 * of a wing (`packets/decode`), a wing's own files (`packets`), a folder without rooms (`net`), or a file directly in `src`.
 */
const ARROWS = readArrows(readFileSync("ARCHITECTURE.md", "utf8"));
const WINGS = ["packets", "knowledge", "evidence", "reports", "cli", "testing", "web"];
/** What of another room is known only in part. */
const ONLY_FILES: Readonly<Record<string, string>> = {
  "reports/traffic -> packets/decode": "src/packets/decode/weirds.ts",
  "filter -> packets/decode": "src/packets/decode/decoded-packet.ts",
  "flows -> packets/decode": "src/packets/decode/decoded-packet.ts",
  "firewall -> render": "src/render/render-",
};

/** The entries of the package: what others import, and no file of ours does. */
const ENTRIES = ["src/firewall/index.ts", "src/index.ts", "src/render/index.ts", "src/testing/index.ts"];

/** What only some folders may know: where things stand in the memory of the kernel. */
const LAYOUT = "src/packets/kernel/layout.ts";
const KNOW_THE_LAYOUT = ["flows", "packets/kernel"];

/** Layers whose functions give the same for the same, so they read nothing from outside. */
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

/** Renderers know what a summary, a flow or a row of the list looks like, and words; nothing that counts. */
const RENDERER = /^src\/render\/(?!index\.ts$)(html\/)?[a-z-]+\.ts$/;
const RENDERER_TYPES = [
  "src/knowledge/advice/advice.ts",
  "src/evidence/attribution/attribution.ts",
  "src/evidence/attribution/spoken-protocol.ts",
  "src/knowledge/port-list/list-records.ts",
];
/** The types of reports. */
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
/** The room of a path below `src`. */
function partOf(path: string): string {
  const [, first, ...rest] = path.split("/");
  return WINGS.includes(first) && rest.length > 1 ? `${first}/${rest[0]}` : first;
}

/** The rows `| \`room\` | what it is | \`room\`, \`room\` |` of the table of rooms. */
function readArrows(text: string): Readonly<Record<string, readonly string[]>> {
  const table = text.slice(text.indexOf("| room |"), text.indexOf("\n\n", text.indexOf("| room |")));
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

/** `a -> b` for every import that `isWrong` finds. */
function wrongImports(
  files: readonly SourceFile[],
  isWrong: (file: SourceFile, imported: Import) => boolean,
): string[] {
  return files.flatMap((file) =>
    file.imports.filter((one) => isWrong(file, one)).map(({ target }) => `${file.path} -> ${target}`),
  );
}

describe("arrows between the rooms of src", () => {
  it("are those of the table in ARCHITECTURE.md, room by room", () => {
    const rooms = new Set(source.map(({ path }) => partOf(path)));
    expect(Object.keys(ARROWS).sort()).toEqual([...rooms].sort());
    expect(source.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
  });

  it.each(Object.entries(ARROWS))("%s imports of the project only its own and %j", (part, allowed) => {
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

  it("point down: no room imports one that stands below it in the table", () => {
    const order = Object.keys(ARROWS);
    // Commands and screens are handed the environment, and are started from the file that has it.
    const isWithinCli = (a: string, b: string) => a.startsWith("cli") && b.startsWith("cli");
    const up = order.flatMap((room, i) =>
      ARROWS[room].filter((target) => order.indexOf(target) > i && !isWithinCli(room, target)),
    );
    expect(up).toEqual([]);
  });

  it("keeps the layout of the kernel's memory within the kernel and the flow table", () => {
    const isWrong = (file: SourceFile, { target }: Import) =>
      target === LAYOUT && !KNOW_THE_LAYOUT.includes(partOf(file.path));
    const those = source.filter(({ imports }) => imports.some(({ target }) => target === LAYOUT));
    expect([...new Set(those.map(({ path }) => partOf(path)))].sort()).toEqual(KNOW_THE_LAYOUT.toSorted());
    expect(wrongImports(source, isWrong)).toEqual([]);
  });

  it("leave the entries of the package to those outside: no room imports them", () => {
    const found = source.filter(({ path }) => path.startsWith("src/") && path.endsWith("/index.ts"));
    const entries = found.map(({ path }) => path).filter((path) => !path.includes("/assembly/"));
    expect(entries).toEqual(ENTRIES);
    expect(wrongImports(source, (_, { target }) => ENTRIES.includes(target))).toEqual([]);
  });

  it.each(ENTRIES)("has only re-exports in %s, each with its name", (path) => {
    const entry = source.find((file) => file.path === path);
    const rest = entry?.code.replace(/export\s+(?:type\s+)?\{[^}]*\}\s*from\s*"";/g, "").trim();
    expect(rest).toBe("");
  });

  it("lets renderers know shapes and words only", () => {
    const files = source.filter(({ path }) => RENDERER.test(path));
    expect(files.length).toBeGreaterThan(3);
    const wrong = wrongImports(files, (_, { target, isTypeOnly }) => {
      if (!target.startsWith("src/") || RENDERER.test(target) || RENDERER_WORDS.includes(target))
        return false;
      return !((RENDERER_TYPES.includes(target) || REPORT_TYPES.test(target)) && isTypeOnly);
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
    expect(ending.map(({ path }) => path)).toEqual(["src/cli/start.ts"]);
  });

  it("is without enum, any and silenced errors", () => {
    const has = (pattern: RegExp, text: (file: SourceFile) => string) =>
      everything.filter((file) => pattern.test(text(file))).map(({ path }) => path);
    expect(has(/\benum\s+\w+\s*\{/, ({ code }) => code)).toEqual([]);
    expect(has(/(:|<|\bas|\||&|,)\s*any\b(?!\s*[(:])/, ({ code }) => code)).toEqual([]);
    // Written in two pieces, since this file is read too.
    expect(has(new RegExp("@ts-" + "(ignore|nocheck|expect-error)"), ({ text }) => text)).toEqual([]);
  });
});
