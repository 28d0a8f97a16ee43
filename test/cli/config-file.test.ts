/** `--config FILE` acts as if its content were given on the command line; anything else is refused by name. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { afterAll, describe, expect, it } from "vitest";
import { configOption, withConfigFile } from "../../src/cli/config-file.ts";
import { wholeNumber } from "../../src/cli/option-parsers.ts";
import { runCli } from "./run-cli.ts";
import { startLive } from "./run-live.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function config(content: unknown): string {
  const file = join(folder, "config.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

function sampleProgram(): Command {
  const program = new Command("appleflow");
  program
    .command("watch")
    .argument("[folder]")
    .argument("[interface...]")
    .option("--interval <seconds>", "", wholeNumber(1, 100))
    .option("--web [place]")
    .option("--no-evidence")
    .option("--save <file>")
    .addOption(new Option("--backend <name>").choices(["tcpdump", "cap"]))
    .addOption(configOption());
  program.command("list").option("--top <rows>");
  return program;
}

function expanded(content: unknown, ...rest: readonly string[]): readonly string[] {
  return withConfigFile(["watch", "--config", config(content), ...rest], sampleProgram());
}

describe("a config file", () => {
  it.each<[string, unknown, readonly string[]]>([
    ["numbers and strings", { interval: 60, save: "a b.pcap" }, ["--interval=60", "--save=a b.pcap"]],
    ["a value that begins with a dash", { save: "-x" }, ["--save=-x"]],
    ["a list of values for one option", { save: ["a", "b"] }, ["--save=a", "--save=b"]],
    ["true and false", { "no-evidence": true, web: false }, ["--no-evidence"]],
    ["an option without its optional value", { web: true }, ["--web"]],
    ["an option with its optional value", { web: 8080 }, ["--web=8080"]],
    ["arguments", { interface: ["en0", "en1"] }, ["en0", "en1"]],
    ["an empty object", {}, []],
  ])("expands %s", (_, content, words) => {
    expect(expanded(content)).toEqual(["watch", ...words]);
  });

  it("comes before the command line, which takes precedence", () => {
    expect(expanded({ interval: 60 }, "en0", "--interval", "5")).toEqual([
      "watch",
      "--interval=60",
      "en0",
      "--interval",
      "5",
    ]);
  });

  it("can be given as one word, anywhere", () => {
    const file = config({ interval: 60 });
    expect(withConfigFile(["watch", "en0", `--config=${file}`], sampleProgram())).toEqual([
      "watch",
      "--interval=60",
      "en0",
    ]);
  });

  it("is an operand after --", () => {
    const args = ["watch", "en0", "--", "--config", "no-such-file", "--config=neither"];
    expect(withConfigFile(args, sampleProgram())).toBe(args);
    expect(expanded({ interval: 60 }, "--", "--config")).toEqual([
      "watch",
      "--interval=60",
      "--",
      "--config",
    ]);
  });

  it.each([[["watch", "--config"]], [["watch", "--config", "--", "en0"]]])("needs a file: %j", (args) => {
    expect(() => withConfigFile(args, sampleProgram())).toThrow("--config needs a file");
  });

  it("is refused if given twice", () => {
    const file = config({});
    expect(() => expanded({}, "--config", file)).toThrow("--config can be given once");
  });

  it("is ignored for commands without the option", () => {
    const args = ["list", "--config", "no-such-file"];
    expect(withConfigFile(args, sampleProgram())).toBe(args);
  });

  it.each<[string, unknown, RegExp]>([
    ["invalid JSON", "{", /config\.json: not JSON: /],
    ["an array instead of an object", [], /config\.json: needs an object/],
    ["null", null, /config\.json: needs an object/],
    ["an unknown name", { intervall: 1 }, /"intervall" is not an option of appleflow watch/],
    ["another config file", { config: "x" }, /"config" is not an option/],
    ["a value out of range", { interval: 0 }, /"interval": '0' is invalid\. It needs .* from 1 to 100/],
    [
      "a value that is not one of the choices",
      { backend: "bpf" },
      /"backend": 'bpf' is invalid\. Allowed choices are tcpdump, cap/,
    ],
    [
      "true for an option that needs a value",
      { interval: true },
      /"interval" needs a string or a number, or a list of them/,
    ],
    ["an object", { save: {} }, /"save" needs a string or a number/],
    ["a nested array", { save: [["a"]] }, /"save" needs a string or a number/],
    ["a string for a flag", { "no-evidence": "yes" }, /"no-evidence" needs true or false/],
    ["an array for a single argument", { folder: ["a"] }, /"folder" needs a string or a number$/],
    ["the name of a property that every object inherits", '{"__proto__": 1}', /"__proto__" is not an option/],
  ])("is refused with %s", (_, content, message) => {
    expect(() => expanded(content)).toThrow(message);
  });
});

describe("appleflow live --config", () => {
  it("captures as the file specifies", async () => {
    const output = join(folder, "summary.json");
    const file = config({ interface: "eth0", filter: "tcp", output, interval: 1 });
    const { run, source } = await startLive(["--config", file]);
    source.release();
    await run.clock.advance(1000);
    await run.signal("SIGINT");
    expect(await run.status).toBe(0);
    expect(JSON.parse(readFileSync(output, "utf8")).options.filter).toBe("tcp");
  });

  it("reports what is wrong with the file, with status 1", async () => {
    const file = config({ interval: "soon" });
    const { status, stderr } = await runCli(["live", "--config", file]);
    expect({ status, stderr: stderr.replace(file, "F") }).toEqual({
      status: 1,
      stderr: `appleflow: F: "interval": 'soon' is invalid. It needs seconds from 0.1 to 86,400.\n`,
    });
  });

  it("reports that the file does not exist", async () => {
    const { status, stderr } = await runCli(["live", "--config", join(folder, "none.json")]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/none\.json: no such file/);
  });
});
