import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS as LISTED } from "../../src/cli/command-list.ts";
import { DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS } from "../../src/engine/monitor-options.ts";
import { DEFAULT_INTERVAL_SECONDS } from "../../src/engine/monitor-reports.ts";
import { DEFAULT_IDLE_TIMEOUT_SECONDS, DEFAULT_MAX_FLOWS } from "../../src/flows/flow-table.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, officeCapture } from "./sample-captures.ts";

const COMMANDS = [
  "summarize",
  "flows",
  "reach",
  "annotate",
  "extract",
  "live",
  "history",
  "serve",
  "ship",
  "diff",
  "check",
  "ports",
  "products",
  "rules",
  "interfaces",
  "doctor",
  "complete",
];

let folder: CaptureFolder;
let office: string;

beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
});
afterAll(() => folder.remove());

describe("help and version", () => {
  it("print the version of the package", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    for (const flag of ["--version", "-V"]) {
      expect(await runCli([flag])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
    }
  });

  it("list the commands, examples and exit status", async () => {
    const { status, stdout, stderr } = await runCli(["--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const named = [...stdout.matchAll(/^ {2}([a-z]+) (?=.* {2}[A-Z])/gm)].map(([, name]) => name);
    expect(named).toEqual(COMMANDS);
    for (const text of ["Examples:", "Exit status:"]) expect(stdout).toContain(text);
  });

  it("cover commands that each have a file of the same name", () => {
    const files = readdirSync("src/cli/commands");
    expect(COMMANDS.filter((name) => !files.includes(`${name}.ts`))).toEqual([]);
  });

  it.each(COMMANDS)("list %s with the usage of its own help", async (command) => {
    const { stdout } = await runCli([command, "--help"]);
    const usage = /^Usage: appleflow (.*)\n/.exec(stdout)?.[1];
    // Commands whose only option is help need not mention options.
    const hasOptions = /^ {2}-(?!h,)/m.test(stdout);
    expect(hasOptions ? usage : usage?.replace(" [options]", "")).toBe(
      `${command} ${LISTED.get(command)?.usage ?? ""}`.trimEnd(),
    );
  });

  it("go to standard error, with status 1, when no command is given", async () => {
    const help = await runCli(["--help"]);
    expect(await runCli([])).toEqual({ status: 1, stdout: "", stderr: help.stdout });
  });

  it.each(COMMANDS)("include help for %s that fits 80 columns", async (command) => {
    const { status, stdout } = await runCli([command, "--help"]);
    expect(status).toBe(0);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect((await runCli(["help", command])).stdout).toBe(stdout);
  });

  it.each([
    ["an unknown command", ["sumarize", "--help"]],
    ["an unknown option", ["--nonsense", "--help"]],
    ["an option before the command", ["--help", "summarize"]],
  ])("include the whole help after %s", async (_, args) => {
    const { stdout } = await runCli(["--help"]);
    expect((await runCli(args)).stdout).toBe(stdout);
  });

  it("state the library's defaults", async () => {
    const defaultOf = async (command: string, option: string) => {
      const { stdout } = await runCli([command, "--help"]);
      const [, after] = stdout.replaceAll(/\s+/g, " ").split(` --${option} `);
      return Number(/\(default: (\d+)/.exec(after)?.[1]);
    };
    expect(await defaultOf("summarize", "max-flows")).toBe(DEFAULT_MAX_FLOWS);
    expect(await defaultOf("summarize", "idle-timeout")).toBe(DEFAULT_IDLE_TIMEOUT_SECONDS);
    expect(await defaultOf("live", "max-flows")).toBe(DEFAULT_MAX_FLOWS);
    expect(await defaultOf("live", "idle-timeout")).toBe(DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS);
    expect(await defaultOf("live", "interval")).toBe(DEFAULT_INTERVAL_SECONDS);
  });
});

describe("wrong usage of the command line", () => {
  const cases: [string, string[], RegExp][] = [
    ["an unknown command", ["sumarize", "x"], /unknown command 'sumarize'\n\(Did you mean summarize\?\)/],
    [
      "an unknown option",
      ["summarize", "--fromat", "json", "x"],
      /unknown option '--fromat'\n\(Did you mean --format/,
    ],
    ["no capture", ["summarize"], /missing required argument 'capture'/],
    [
      "zero rows",
      ["summarize", "x", "--top", "0"],
      /--top.* '0' is invalid\. It needs a whole number from 1 to /,
    ],
    ["a negative number", ["summarize", "x", "--top", "-5"], /--top.* '-5' is invalid/],
    ["a value that is not a number", ["summarize", "x", "--top", "NaN"], /--top.* 'NaN' is invalid/],
    ["a number in another notation", ["summarize", "x", "--top", "1e3"], /--top.* '1e3' is invalid/],
    ["a huge number", ["summarize", "x", "--top", "9".repeat(400)], /--top.* is invalid/],
    ["zero flows", ["flows", "x", "--max-flows", "0"], /--max-flows.* '0' is invalid/],
    ["too many flows", ["flows", "x", "--max-flows", "50000001"], /from 1 to 25,000,000/],
    [
      "a negative timeout",
      ["flows", "x", "--idle-timeout", "-1"],
      /--idle-timeout.* '-1' is invalid\. It needs seconds/,
    ],
    [
      "an unknown format",
      ["summarize", "x", "--format", "xml"],
      /'xml' is invalid\. Allowed choices are table, json/,
    ],
    [
      "an unknown grouping",
      ["summarize", "x", "--by", "owner"],
      /Allowed choices are group, product, family, service/,
    ],
    ...["60", "1w", "0s", "367d", "1.5h", "-1m", ""].map((length): [string, string[], RegExp] => [
      `the length "${length}" of buckets`,
      ["summarize", "x", "--every", length],
      /--every.* It needs a duration from 1s to 366d: 10s, 1m, 1h or 1d/,
    ]),
    [
      "ports over time",
      ["summarize", "x", "--every", "1m", "--by", "port"],
      /--every can be combined with --by group/,
    ],
    [
      "an active timeout with --explain",
      ["flows", "x", "--active-timeout", "1m", "--explain", "Maps"],
      /--active-timeout cannot be combined with --explain/,
    ],
    [
      "an active timeout with --device",
      ["flows", "x", "--active-timeout", "1m", "--device", "Mac"],
      /--active-timeout cannot be combined with --device/,
    ],
    ["the former grouping by host", ["summarize", "x", "--by", "host"], /--by device, with --domains/],
    [
      "a prefix length without a grouping by subnet",
      ["summarize", "x", "--prefix", "16"],
      /--prefix needs --by subnet/,
    ],
    ...["33", "24,129", "x", "24,"].map((prefix): [string, string[], RegExp] => [
      `the prefix ${prefix}`,
      ["summarize", "x", "--by", "subnet", "--prefix", prefix],
      /--prefix.* It needs a prefix length from 0 to 32/,
    ]),
    ...["device", "subnet", "vlan"].map((by): [string, string[], RegExp] => [
      `${by} without evidence`,
      ["summarize", "x", "--by", by, "--no-evidence"],
      /devices cannot be distinguished/,
    ]),
    [
      "an unknown capture reader",
      ["flows", "x", "--reader", "libpcap"],
      /Allowed choices are fast, pcap-parser/,
    ],
    [
      "an invalid time",
      ["flows", "x", "--from", "yesterday"],
      /--from.* 'yesterday' is invalid\. It needs a time such as/,
    ],
    ["an empty time window", ["flows", "x", "--from", "5", "--to", "5"], /--from must be before --to/],
    [
      "an option without its value",
      ["flows", "x", "--filter"],
      /option '--filter <expression>' argument missing/,
    ],
    ["too many arguments", ["ports", "1", "2"], /too many arguments for 'ports'/],
    ["an invalid port", ["ports", "65536"], /port 65536 does not exist: it needs a number from 0 to 65535/],
    ["an incomplete filter", ["summarize", "x", "--filter", "host and"], /^appleflow: /],
    [
      "a filter with a misspelt word",
      ["summarize", "x", "--filter", "tcp prt 80"],
      /^appleflow: filter, column 5: .*\n {2}tcp prt 80\n {6}\^\n$/,
    ],
    ["a missing list file", ["ports", "--ports", "/no/such/list"], /\/no\/such\/list: /],
    ["a terminal as the capture", ["summarize", "-"], /standard input is a terminal/],
  ];
  it.each(cases)("is %s: status 1, a reason, and nothing on standard output", async (_, args, reason) => {
    const { status, stdout, stderr } = await runCli(args, { stdinTTY: true });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^appleflow: /);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("suggests the command if a capture is given in its place", async () => {
    const { status, stderr } = await runCli([office]);
    expect(status).toBe(1);
    expect(stderr).toContain(`Did you mean "appleflow summarize ${office}"?`);
  });

  it("reports where the user's own list is wrong", async () => {
    const list = folder.put("bad.tsv", "port\ttransport\tused_by\n70000\tTCP\tOurs\n");
    const { status, stderr } = await runCli(["summarize", office, "--ports", list]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/bad\.tsv line 2: /);
  });

  it("repeats no control characters of an argument", async () => {
    const { stderr } = await runCli(["summarize", "x", "--top", "\x1b[31m\u202e"]);
    expect(stderr).toContain("\\x1b[31m\\u202e");
    expect(stderr).not.toContain("\x1b");
  });
});
