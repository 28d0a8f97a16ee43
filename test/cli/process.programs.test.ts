/** Behaviour that only a real process has: pipes, exit status, standard input. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unpackCode } from "../../src/cli/code-pack.ts";
import { CaptureFolder, capturesOfFlows, officeCapture } from "./sample-captures.ts";

/** Commands by their file names, in the sources and in the bundles. */
/** Files that define one command; the others are shared parts. */
const COMMANDS = readdirSync("src/cli/commands")
  .filter((name) => readFileSync(`src/cli/commands/${name}`, "utf8").includes("export function define"))
  .map((name) => name.replace(/\.ts$/, ""));
const PROGRAM = ["dist/cli/main.cjs"];

let folder: CaptureFolder;
let office: string;
let many: string;

beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
  // Far more output than a pipe holds.
  many = folder.put("many.pcap", capturesOfFlows(5000));
});
afterAll(() => folder.remove());

function appleflow(args: readonly string[], options: { input?: Uint8Array; env?: NodeJS.ProcessEnv } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...PROGRAM, ...args], {
    encoding: "utf8",
    ...options,
    env: { ...process.env, ...options.env },
  });
  return { status, stdout, stderr };
}

describe("the appleflow process", () => {
  it("exits with the status of its outcome", () => {
    expect(appleflow(["summarize", office]).status).toBe(0);
    expect(appleflow(["summarize", "--nonsense"]).status).toBe(1);
    expect(appleflow(["summarize", office, folder.file("no.pcap")]).status).toBe(2);
    expect(appleflow(["summarize", folder.file("no.pcap")]).status).toBe(3);
  });

  it.each([
    ["flows", () => ["flows", office]],
    ["reach", () => ["reach", office]],
    ["ports", () => ["ports", "5223"]],
    ["products", () => ["products", "FaceTime"]],
    ["rules", () => ["rules", "FaceTime", "--inside", "lan0"]],
    ["diff", () => ["diff", office, office]],
    ["check", () => ["check", office, folder.file("expected.json"), "--update"]],
    ["devices", () => ["summarize", office, "--by", "device"]],
    ["zstd", () => ["summarize", "fixtures/zstd.pcap.zst"]],
    ["Parquet", () => ["flows", office, "--format", "parquet", "--output", folder.file("flows.parquet")]],
    ["a copy for Wireshark", () => ["annotate", office, "--output", folder.file("annotated.pcapng")]],
    ["an extract", () => ["extract", office, "--device", "10.0.0.1", "--output", folder.file("one.pcapng")]],
    ["services", () => ["ports", "--format", "services"]],
    ["an import", () => ["summarize", office, "--history", folder.file("history")]],
    ["history", () => ["history", folder.file("history")]],
    ["the help of serve", () => ["serve", "--help"]],
    ["CSV", () => ["summarize", office, "--format", "csv"]],
    ["the help of all commands", () => ["--help"]],
    ["wide characters", () => ["summarize", folder.put("写真.pcap", officeCapture())]],
  ])("has everything in its bundles that %s needs", (_, args) => {
    const { status, stderr } = appleflow(args());
    expect(stderr).toBe("");
    // 4: a service was tried and failed.
    expect([0, 4]).toContain(status);
  });

  it.each([
    ["--version", ["--version"], []],
    ["summarize", ["summarize", "fixtures/empty.pcap"], ["summarize"]],
    ["ports", ["ports", "22"], ["ports"]],
  ])("loads only the command that runs for %s", (_, args, expected) => {
    // What was stored as compiled code is what was loaded.
    const caches = folder.file(`caches-${args.join("-").replaceAll("/", "-")}`);
    mkdirSync(caches);
    appleflow(args, { env: { XDG_CACHE_HOME: caches } });
    const packs = readdirSync(caches, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.includes(".cjs."),
    );
    expect(packs).toHaveLength(1);
    const names = [...unpackCode(readFileSync(`${caches}/${packs[0]}`)).keys()];
    const loaded = names.map((name) => name.replace(/-[\w-]{8}\.cjs$/, ""));
    expect(loaded).toContain("start");
    expect(loaded.filter((name) => COMMANDS.includes(name))).toEqual(expected);
  });

  it("reads standard input", () => {
    const { status, stdout, stderr } = appleflow(["summarize", "-"], { input: officeCapture() });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^standard input\n10 packets/);
    const nothing = appleflow(["summarize", "-"], { input: new Uint8Array(0) });
    expect(nothing.status).toBe(3);
    expect(nothing.stderr).toMatch(/^appleflow: -: /);
  });

  it.each([
    ["flows", () => ["flows", many]],
    ["summarize", () => ["summarize", office, "--format", "ndjson"]],
    ["ports", () => ["ports", "--format", "json"]],
  ])("ends %s quietly when the reader closes the pipe early", async (_, args) => {
    const child = spawn(process.execPath, [...PROGRAM, ...args()], { stdio: ["ignore", "pipe", "pipe"] });
    const head = spawn("head", ["-1"], { stdio: [child.stdout, "pipe", "inherit"] });
    // The parent's copy must be closed: as long as it is open, the pipe never breaks.
    child.stdout.destroy();
    let text = "";
    let errors = "";
    head.stdout?.on("data", (chunk) => {
      text += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    const [[status]] = await Promise.all([once(child, "close"), once(head, "close")]);
    expect({ status, errors }).toEqual({ status: 0, errors: "" });
    expect(text.split("\n")).toHaveLength(2);
  });

  it("waits for a slow reader", () => {
    const command = [process.execPath, ...PROGRAM, "flows", many].map((word) => `'${word}'`).join(" ");
    const { stdout, stderr } = spawnSync("sh", ["-c", `${command} | (sleep 1; wc -l)`], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(Number(stdout)).toBe(5000);
  });

  it.each([
    ["in the command", 'throw new Error("a bug")'],
    ["in a callback outside any promise", 'queueMicrotask(() => { throw new Error("a bug"); })'],
  ])("shows the stack trace of a bug %s only on request", (_, bug) => {
    const code = `const json = JSON.stringify;
      JSON.stringify = (value, ...rest) => { if (value?.communityId) { ${bug} } return json(value, ...rest); };`;
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(code)}`;
    const { status, stderr } = appleflow(["flows", many], { env: { NODE_OPTIONS } });
    expect(status).toBe(70);
    expect(stderr).toBe(
      "appleflow: an error in appleflow itself: a bug\n" +
        "Please report it, with the details that APPLEFLOW_DEBUG=1 adds.\n",
    );
    const debugged = appleflow(["flows", many], { env: { NODE_OPTIONS, APPLEFLOW_DEBUG: "1" } });
    expect(debugged.stderr).toMatch(/^ +at /m);
  });
});
