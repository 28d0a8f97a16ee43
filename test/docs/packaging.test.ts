import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";

function read(name: string): string {
  return readFileSync(new URL(`../../packaging/${name}`, import.meta.url), "utf8");
}

const UNIT = read("appleflow-live@.service");
const PLIST = read("org.appleflow.live.plist");

/** Returns the text of a key in the property list. */
function launchdValue(key: string): string {
  return new RegExp(`<key>${key}</key>\\s*<(?:string|integer)>(.*?)<`).exec(PLIST)?.[1] ?? "";
}

/** Returns the elements of an XML text without attributes, with their nesting; throws if tags do not match. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const paths: string[] = [];
  for (const [, slash, name, end] of xml
    .replace(/<!--.*?-->|<[?!].*?>/gs, "")
    .matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (slash === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes something else`);
    } else {
      paths.push([...open, name].join("/"));
      if (end !== "/") open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
  return paths;
}

describe("the service files", () => {
  it.each([
    ["systemd", UNIT],
    ["launchd", PLIST],
  ])("for %s use existing options", async (_, text) => {
    const command = /exec (?:\/usr\/local\/bin\/)?appleflow (live .*?)(?:>>|<|')/.exec(text)?.[1] ?? "";
    const { stdout: help } = await runCli(["live", "--help"]);
    const options = command.match(/--[a-z-]+/g) ?? [];
    expect(options).toContain("--interval");
    for (const option of options) expect(help).toContain(`${option} `);
  });

  it("for systemd grant one capability and write only to the log folder", () => {
    const values = (name: string) =>
      [...UNIT.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value]) => value);
    expect(values("AmbientCapabilities")).toEqual(["CAP_NET_RAW"]);
    expect(values("CapabilityBoundingSet")).toEqual(["CAP_NET_RAW"]);
    for (const [name, value] of [
      ["DynamicUser", "yes"],
      ["NoNewPrivileges", "yes"],
      ["ProtectSystem", "strict"],
      ["LogsDirectory", "appleflow"],
      ["User", undefined],
      ["ReadWritePaths", undefined],
      // V8 could not start.
      ["MemoryDenyWriteExecute", undefined],
    ] as const) {
      expect([name, values(name)[0]]).toEqual([name, value]);
    }
    const [folder] = /^\/var\/log\/\S+/m.exec(read("appleflow.logrotate")) ?? [];
    expect(folder).toContain(`/private/${values("LogsDirectory")[0]}/`);
  });

  it("for launchd are a valid property list that finds both Homebrew prefixes and is never throttled", () => {
    const elements = elementsOf(PLIST);
    expect(elements.filter((path) => path === "plist/dict/key").length).toBeGreaterThan(8);
    // Keys and values alternate.
    expect(elements.filter((path) => /^plist\/dict\/\w+$/.test(path)).length % 2).toBe(0);
    expect(launchdValue("PATH").split(":").slice(0, 2)).toEqual(["/opt/homebrew/bin", "/usr/local/bin"]);
    expect(launchdValue("PATH").split(":")).toContain("/usr/sbin");
    // launchd.plist(5): without a type it is throttled as well.
    expect(launchdValue("ProcessType")).toBe("Interactive");
    expect(Number(launchdValue("Umask")).toString(8)).toBe("27");
  });

  it("for newsyslog rotate both launchd log files by size, without a header line in the log", () => {
    const lines = [...read("appleflow.newsyslog.conf").matchAll(/^\/.*$/gm)].map(([line]) =>
      line.split(/\s+/),
    );
    expect(lines.map(([log]) => log)).toEqual([
      launchdValue("StandardOutPath"),
      launchdValue("StandardErrorPath"),
    ]);
    for (const [, owner, , count, size, when, flags, pidFile, signal] of lines) {
      expect(owner).toBe(`${launchdValue("UserName")}:${launchdValue("GroupName")}`);
      expect([Number(count) > 0, Number(size) > 0, when, signal]).toEqual([true, true, "*", "15"]);
      expect(flags).toContain("B");
      expect(PLIST).toContain(`echo $$ >${pidFile};`);
    }
  });

  it("can all be removed by the documented commands", () => {
    const [, removal] = read("README.md").split("To remove it:");
    for (const made of [
      "org.appleflow.live.plist",
      "newsyslog.d/appleflow.conf",
      "/Users/_appleflow",
      "access_bpf",
    ]) {
      expect(removal).toContain(made);
    }
  });
});
