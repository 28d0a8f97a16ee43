/** With `--anonymise` no command prints an address, name, process or file name of its captures. */
import { copyFileSync } from "node:fs";
import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPseudonyms } from "../../src/anonymise/load-pseudonyms.ts";
import { summarize } from "../../src/engine/summarize.ts";
import { renderExplanation } from "../../src/render/render-explanation.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder } from "../cli/sample-captures.ts";

const KEY = "0f".repeat(32);
const FORMATS = ["table", "json", "csv", "ndjson"];
/** Addresses that identify nobody. */
const OPEN_ADDRESS =
  /^(0\.0\.0\.0|255\.255\.255\.255|127\..*|224\.0\.[01]\..*|239\.255\.255\.250|::1?|ff0[125]::[0-9a-f]{1,4})$/;
const APPLE_NAME = /(^|\.)(apple|icloud|itunes|me|mac|mzstatic|aaplimg|cdn-apple)\.com$/;
const APPLE_PROCESSES = ["apsd", "Podcasts", "avconferenced", "com.apple.WebKit"];

let folder: CaptureFolder;
let captures: string[];
let secrets: readonly string[];
let isLeak: (text: string) => string[];

beforeAll(async () => {
  folder = new CaptureFolder();
  const damaged = folder.file(DAMAGED);
  copyFileSync("fixtures/cut-record.pcap", damaged);
  captures = [
    "fixtures/lab",
    "fixtures/office-morning.pcapng",
    "fixtures/process-pktap.pcap",
    "fixtures/processes.pcapng",
    damaged,
  ];
  const flows: FlowReport[] = [];
  const summary = await summarize(captures, { withHosts: true, onFlow: (flow) => flows.push(flow) });
  secrets = secretsOf(flows, summary);
  const pattern = new RegExp(
    `(?<![\\w.:-])(${secrets.map(escapeForRegExp).join("|")})(?![\\w:-]|\\.\\w)`,
    "g",
  );
  isLeak = (text) => [...new Set(text.match(pattern) ?? [])];
});
afterAll(() => folder.remove());

/** What must not be revealed, by this test's own rules; longest first, so that each is found as a whole. */
function secretsOf(flows: readonly FlowReport[], { capture, devices, hosts = [] }: Summary): string[] {
  const addresses = flows
    .flatMap(({ originator, responder }) => [originator.address, responder.address])
    .filter((address) => !OPEN_ADDRESS.test(address));
  const named = flows.flatMap(({ serverName }) => serverName ?? []);
  const domains = hosts.flatMap(({ domains }) => domains.flatMap(({ domain }) => domain ?? []));
  const names = [...named, ...domains].filter((name) => !APPLE_NAME.test(name));
  const called = [...hosts, ...devices].flatMap(({ name }) => name ?? []);
  const macs = devices.flatMap(({ macs }) => macs);
  const processes = flows
    .flatMap(({ process }) => process ?? [])
    .filter((name) => !APPLE_PROCESSES.includes(name));
  const files = capture.sources.flatMap(({ name }) => [name, basename(name)]);
  const all = new Set([...addresses, ...names, ...called, ...macs, ...processes, ...files]);
  return [...all].sort((a, b) => b.length - a.length);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const DAMAGED = "payroll-office.pcap";

/** Every command that takes `--anonymise`, with all its output formats; captures come first unless named. */
const OUTPUTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  summarize: [
    ...["product", "family", "service", "port", "device", "server", "subnet", "vlan"].map((by) => [
      "--by",
      by,
    ]),
    ["--by", "device", "--domains"],
  ].flatMap((by) => FORMATS.map((format) => [...by, "--format", format])),
  flows: [
    ["--format", "ndjson"],
    ["--format", "csv"],
    ["--explain", "10.77.0.2"],
    ["--explain", "Push notifications"],
  ],
  reach: [
    ...["product", "row"].map((by) => ["--by", by]),
    ["--format", "json"],
    ["--explain", "Push notifications"],
    ["--explain", "443/tcp"],
  ],
  diff: ["table", "json", "csv"].map((format) => ["fixtures/lab", DAMAGED, "--format", format]),
  check: [[DAMAGED, "test/reports/compare/expected-office.json"]],
};

/** The arguments with the captures of this test. */
function withCaptures(args: readonly string[]): string[] {
  const named = args.map((arg) => (arg === DAMAGED ? folder.file(DAMAGED) : arg));
  return args[0].startsWith("--") ? [...captures, ...named] : named;
}

describe("--anonymise", () => {
  it.each(
    Object.entries(OUTPUTS).flatMap(([command, all]) =>
      all.map((args) => [command, args.join(" "), args] as const),
    ),
  )("leaves no secret in the output of %s %s", async (command, _, args) => {
    const { stdout, stderr, status } = await runCli([command, ...withCaptures(args), "--anonymise-key", KEY]);
    expect(status).toBe(command === "check" ? 5 : 2);
    expect(stdout.length).toBeGreaterThan(50);
    expect(stderr).toContain("record");
    expect(isLeak(stdout + stderr)).toEqual([]);
  });

  it("is tested on every command that has the option", async () => {
    const { stdout } = await runCli(["--help"]);
    const commands = [...(stdout.split("Commands:")[1] ?? "").matchAll(/^ {2}([a-z]+) /gm)].map(
      ([, name]) => name,
    );
    expect(commands).toContain("summarize");
    const anonymising: string[] = [];
    for (const command of commands) {
      if ((await runCli([command, "--help"])).stdout.includes("--anonymise")) anonymising.push(command);
    }
    // Live monitoring is covered by live.test.ts.
    expect(anonymising.sort()).toEqual(["live", ...Object.keys(OUTPUTS)].sort());
  });

  it("hides secrets that the same commands print without it", async () => {
    const told = await Promise.all(
      [["flows"], ["summarize", "--by", "device", "--domains", "--format", "json"]].map(
        async ([command, ...args]) => {
          const { stdout, stderr } = await runCli([command, ...captures, ...args]);
          return isLeak(stdout + stderr);
        },
      ),
    );
    expect(secrets.length).toBeGreaterThan(150);
    const untold = secrets.filter((secret) => !told.flat().includes(secret));
    // A file's name is also found as part of its path.
    expect(untold.filter((secret) => !/\.pcap(ng)?$/.test(secret))).toEqual([]);
  });

  it("leaves no secret in the explanation of any flow", async () => {
    let plain = "";
    let hidden = "";
    await summarize(captures, {
      onFlow: (flow, explain) => {
        plain += renderExplanation(flow, explain(), null);
      },
    });
    await summarize(captures, {
      pseudonyms: loadPseudonyms(KEY),
      onFlow: (flow, explain) => {
        hidden += renderExplanation(flow, explain(), null);
      },
    });
    expect(isLeak(plain).length).toBeGreaterThan(30);
    expect(isLeak(hidden)).toEqual([]);
    // Every wording of a finding is known to this test.
    expect(hidden).not.toMatch(/ hidden[:,]/);
    expect(hidden).toContain("server name courier.push.apple.com (TLS)");
    expect(hidden.split("\n").length).toBe(plain.split("\n").length);
  });
});
