/** Knowledge of Apple is kept in `data/` with source and date, and not in code. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseIpPrefix } from "../../src/knowledge/evidence/ip-prefix.ts";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { parseTabTable } from "../../src/knowledge/port-list/tab-table.ts";
import { sourceFiles } from "../support/source-files.ts";
import { literalsOf } from "../support/source-literals.ts";

const table = loadServiceTable();
const { hosts, networks, processes } = loadEvidenceRules(table);

/** Allowed exceptions by file. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  // Examples of the format in error messages.
  "src/knowledge/evidence/own-rules.ts": ["_airplay._tcp"],
  "src/knowledge/evidence/rule-files.ts": ["_airplay._tcp"],
  // Types whose instances have the device's name, in order of preference; they identify no product there.
  "src/evidence/observation/device-names.ts": [
    "_airplay._tcp",
    "_raop._tcp",
    "_companion-link._tcp",
    "_smb._tcp",
    "_afpovertcp._tcp",
    "_rfb._tcp",
    "_ssh._tcp",
    "_sftp-ssh._tcp",
    "_ipps._tcp",
    "_ipp._tcp",
  ],
  // Names that protocols use for themselves, not products or processes.
  "src/evidence/payload/protocols/ssh.ts": ["SSH"],
  "src/evidence/payload/protocols/lockdownd.ts": ["lockdownd"],
  "src/net/application-protocols.ts": ["lockdownd"],
};
/** Examples of command lines in the help, which name products as users do: `appleflow rules FaceTime`. */
const EXAMPLE = /^.*\bappleflow [a-z]+ .*$/gm;

interface Said {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

// The builders create traffic of Apple's programs, and are not part of reading captures.
const read = sourceFiles("src").filter(({ path }) => !path.startsWith("src/testing/builders/"));
const said: readonly Said[] = read.flatMap(({ path, text: code }) =>
  literalsOf(code).map(({ line, text }) => ({
    path,
    line,
    text: path.startsWith("src/cli/") ? text.replace(EXAMPLE, "") : text,
  })),
);

function column(file: string, name: string): string[] {
  const text = readFileSync(new URL(`../../data/${file}`, import.meta.url), "utf8");
  const [header] = text.split("\n").filter((line) => !line.startsWith("#"));
  return parseTabTable(text, file, { required: header.split("\t") }).map(({ cells }) => cells[name]);
}

/** Returns `path:line: what` for every literal in which `find` finds something not allowed there. */
function findings(find: (text: string) => readonly string[]): string[] {
  return said.flatMap(({ path, line, text }) =>
    find(text)
      .filter((what) => !(ALLOWED[path] ?? []).includes(what))
      .map((what) => `${path}:${line}: ${what}`),
  );
}

function hasWord(text: string, word: string): boolean {
  const index = text.indexOf(word);
  if (index < 0) return false;
  const [before, after] = [text[index - 1] ?? "", text[index + word.length] ?? ""];
  return !/\w/.test(before + after) || hasWord(text.slice(index + 1), word);
}

/** Matches host names, addresses and service types. */
const NAME = /_?[a-z0-9-]+(?:\._?[a-z0-9-]+)+/gi;

describe("string literals in src", () => {
  it("contain every allowed exception", () => {
    const missing = Object.entries(ALLOWED).flatMap(([file, words]) =>
      words.filter((word) => !said.some(({ path, text }) => path === file && hasWord(text, word))),
    );
    expect(missing).toEqual([]);
  });

  it("are found with their lines", () => {
    const template = ["`y$", '{"z"}w`'].join("");
    const code = `import { a } from "m";\nconst b = f("x", ${template}, /r/);\ntype T = "t";`;
    expect(literalsOf(code)).toEqual([
      { line: 2, text: "x" },
      { line: 2, text: "y" },
      { line: 2, text: "w" },
      { line: 2, text: "z" },
      { line: 2, text: "r" },
      { line: 3, text: "t" },
    ]);
    expect(said.length).toBeGreaterThan(2000);
  });

  it("contain no product name of the catalogue", () => {
    const names = [...table.products, ...table.offListProducts].flatMap(({ name, aliases }) => [
      name,
      ...aliases,
    ]);
    expect(names.length).toBeGreaterThan(180);
    expect(findings((text) => names.filter((name) => hasWord(text, name)))).toEqual([]);
  });

  it("contain no product family", () => {
    const families = table.families.map(({ name }) => name);
    expect(findings((text) => families.filter((family) => family === text))).toEqual([]);
  });

  it("contain no host name of Apple's and no special domain", () => {
    const special = column("special-domains.tsv", "domain").filter((domain) => domain.includes("."));
    const isKnown = (name: string) =>
      hosts.matchDnsName(name) !== null ||
      special.some((domain) => name === domain || name.endsWith(`.${domain}`));
    expect(isKnown("gateway.icloud.com") && isKnown("nas.home.arpa")).toBe(true);
    // A suffix can occur alone: ".icloud.com".
    expect(findings((text) => (text.match(NAME) ?? []).filter(isKnown))).toEqual([]);
  });

  it("contain no address of Apple's", () => {
    const addresses = /\b\d+(?:\.\d+){3}\b|\b[0-9a-f]+(?::[0-9a-f]*){2,}/gi;
    const isApples = (address: string) => {
      const prefix = parseIpPrefix(`${address}/${address.includes(":") ? 128 : 32}`);
      if (typeof prefix === "string") return false;
      const { version, words } = prefix;
      return (version === 4 ? networks.prefixOfIpv4(words[0]) : networks.prefixOfIpv6(...words)) !== null;
    };
    const applesIn = (text: string) => (text.match(addresses) ?? []).filter(isApples);
    expect(applesIn("17.0.0.0/8, 192.0.2.1, 17.57.144.10:5223, 2001:db8::1 [2620:149::1]")).toEqual([
      "17.0.0.0",
      "17.57.144.10",
      "2620:149::1",
    ]);
    expect(findings(applesIn)).toEqual([]);
  });

  it("contain no protocol sign, service type or process name that identifies a product", () => {
    const signs = column("protocol-signs.tsv", "value");
    const types = new Set(column("bonjour.tsv", "type"));
    const programs = new Set(column("processes.tsv", "process"));
    expect(processes.match("apsd")).not.toBeNull();
    expect(
      findings((text) => [
        ...signs.filter((sign) => text.includes(sign)),
        ...(text.match(NAME) ?? []).filter((name) => types.has(name)),
        ...(programs.has(text) ? [text] : []),
      ]),
    ).toEqual([]);
  });
});
